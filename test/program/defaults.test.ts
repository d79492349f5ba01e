// What admission sees of a pod on a cluster, through the whole program: templates and pod rules work on the pod with the API server's defaults, and manifests
// hold none of them but what injection computes.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { inject } from '../../src/index.ts'
import { at, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { loadYaml, toYaml } from '../../src/lib/yaml/index.ts'
import { ROOT } from '../support/rig.ts'

const MESH = { path: 'mesh.yaml', text: readFileSync(join(ROOT, 'examples/kustomize-exec/istio/config.yaml'), 'utf8') }
const SHOP = { namespaces: { shop: { labels: { 'istio-injection': 'enabled' } } }, kubeletVersions: ['v1.34.0'] }

interface Run {
  readonly spec?: JsonObject
  /** Further manifests. */
  readonly others?: readonly JsonObject[]
}

/** The text of a workload after injection with Istio, or with what the function config says. */
function injected(workload: string, { spec = { istio: {} }, others = [] }: Run = {}): string {
  const config = { apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'SidecarInjector', spec: { cluster: SHOP, ...spec } }
  const files = [{ path: 'app.yaml', text: workload }, MESH, ...others.map((object, i) => ({ path: `other-${i}.yaml`, text: toYaml(object) }))]
  const { files: out, diagnostics } = inject({ files, functionConfig: { path: 'config.yaml', text: toYaml(config) } })
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  if (errors.length > 0) throw new Error(errors.join('\n'))
  return out[0]?.text ?? ''
}

const deployment = (spec: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
${spec.replace(/^(?=.)/gm, '      ')}`

/** The pod's spec in a text. */
function specIn(text: string): JsonObject {
  return at(loadYaml(text), ['spec', 'template', 'spec']) as JsonObject
}

function named(text: string, list: string, name: string): JsonObject {
  const items = specIn(text)[list]
  const found = Array.isArray(items) ? items.find(item => at(item, ['name']) === name) : undefined
  if (found === undefined) throw new Error(`no ${name} in ${list}`)
  return found as JsonObject
}

function variable(text: string, name: string): Json {
  const env = named(text, 'initContainers', 'istio-proxy').env as JsonObject[]
  return env.find(entry => entry.name === name)?.value ?? null
}

/** An injector of one's own with one template. */
const own = (template: string, more: JsonObject = {}): JsonObject => ({
  injectors: [{ name: 'own', webhooks: [{ ...more }], config: { templates: { own: template }, defaultTemplates: ['own'] } }],
})

const GRPC = deployment(`containers:
- name: web
  image: web:1
  ports:
  - containerPort: 9000
  readinessProbe:
    grpc: {port: 9000}
`)

t.test('a gRPC probe without timeoutSeconds: the agent gets one second, the manifest keeps its probe as short as it was', async t => {
  const text = injected(GRPC)
  t.equal(variable(text, 'ISTIO_KUBE_APP_PROBERS'), '{"/app-health/web/readyz":{"grpc":{"port":9000,"service":""},"timeoutSeconds":1}}')
  t.same(named(text, 'containers', 'web').readinessProbe, { httpGet: { path: '/app-health/web/readyz', port: 15020 } })
})

t.test('without emulateDefaults the agent gets what is written, as kube-inject has it', async t => {
  const text = injected(GRPC, { spec: { istio: {}, emulateDefaults: false } })
  t.equal(variable(text, 'ISTIO_KUBE_APP_PROBERS'), '{"/app-health/web/readyz":{"grpc":{"port":9000,"service":null}}}')
})

t.test('ports that a template prints have their protocol, ports in the manifest have none', async t => {
  const text = injected(GRPC, { spec: own(`metadata: {annotations: {ports: '{{ (index .Spec.Containers 0).Ports | toJson }}'}}`) })
  t.match(text, /ports: '?\[\{"containerPort":9000,"protocol":"TCP"\}\]'?/)
  t.same(named(text, 'containers', 'web').ports, [{ containerPort: 9000 }])
})

t.test('no default lands in the manifest, neither in containers and volumes that are injected nor beside them', async t => {
  const before = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata:
      labels: {app: db}
    spec:
      serviceAccount: builder
      containers:
      - name: db
        image: db
        resources: {limits: {cpu: 2000m}}
        lifecycle: {preStop: {httpGet: {port: 80}}}
        env:
        - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
      - name: istio-proxy
        image: auto
        resources: {limits: {memory: 1024Mi}}
      volumes:
      - name: scratch
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`
  const text = injected(before)
  t.match(text, 'initContainers:')
  const lines = text.split('\n').filter(line => !/^ +(?:[\w.-]+\/[\w-]+|value): /.test(line))
  for (const word of ['terminationMessagePath', 'apiVersion: v1', 'scheme', 'timeoutSeconds: 1\n', 'tolerations', 'restartPolicy: Always\n      dns']) {
    t.notMatch(lines.join('\n'), word, word)
  }
  for (const field of ['dnsPolicy', 'schedulerName', 'serviceAccountName', 'priority', 'enableServiceLinks', 'hostname', 'subdomain']) {
    t.equal(specIn(text)[field], undefined, field)
  }
  const volumes = specIn(text).volumes as JsonObject[]
  t.same(
    volumes.find(({ name }) => name === 'scratch'),
    { name: 'scratch' },
  )
  t.same(
    volumes.find(({ name }) => name === 'data'),
    undefined,
  )
  t.same(named(text, 'containers', 'db').resources, { limits: { cpu: '2000m' } })
  t.equal(injected(text), text, 'again the same')
  const withoutRecord = text
    .replace(/\n {2}annotations:\n {4}inject-sidecars.dev\/record: .*/, '')
    .replace(/, annotations: \{inject-sidecars.dev\/record: .*\}(?=\}\n)/, '')
  t.equal(specIn(injected(withoutRecord)).volumes !== undefined, true)
  t.same(specIn(injected(withoutRecord)), specIn(text), 'again the same without the record')
})

t.test('a value that was a default before and would come out as another one is written', async t => {
  const image = injected(deployment('containers:\n- name: web\n  image: web\n'), { spec: own('spec: {containers: [{name: web, image: "mirror/web:1"}]}') })
  t.same(specIn(image).containers, [{ name: 'web', image: 'mirror/web:1', imagePullPolicy: 'Always' }])
  const limits = injected(deployment('containers:\n- {name: web, image: "web:1", resources: {limits: {cpu: 1, memory: 1Gi}}}\n'), {
    spec: own('spec: {containers: [{name: web, resources: {limits: {cpu: 2}}}]}'),
  })
  t.same(named(limits, 'containers', 'web').resources, { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '1' } })
})

t.test('a list to which defaults are appended is written whole, in the order of the webhook', async t => {
  const tolerations = injected(deployment('containers:\n- {name: web, image: "web:1"}\n'), {
    spec: own('spec: {tolerations: {{ append (.Spec.Tolerations | toJson | fromJson) (dict "key" "gpu" "operator" "Exists") | toJson }}}'),
  })
  t.same(
    (specIn(tolerations).tolerations as JsonObject[]).map(({ key }) => key),
    ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable', 'gpu'],
  )
})

t.test('the pull secrets of an account stay when a template adds others', async t => {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'builder', namespace: 'shop' }, imagePullSecrets: [{ name: 'mine' }] }
  const text = injected(deployment('serviceAccountName: builder\ncontainers:\n- {name: web, image: "web:1"}\n'), {
    spec: own('spec: {imagePullSecrets: [{name: mesh}]}'),
    others: [account],
  })
  t.same(specIn(text).imagePullSecrets, [{ name: 'mesh' }, { name: 'mine' }])
})

t.test('match conditions see the defaults', async t => {
  const spec = (expression: string): JsonObject => own('metadata: {labels: {seen: "yes"}}', { matchConditions: [{ name: 'c', expression }] })
  const text = deployment('containers:\n- {name: web, image: "web:1"}\n')
  const seen = (expression: string): boolean => injected(text, { spec: spec(expression) }).includes('seen:')
  t.equal(seen('object.spec.restartPolicy == "Always"'), true)
  t.equal(seen('object.spec.containers.all(c, c.imagePullPolicy == "Always")'), false)
})

t.test('a pod that the API server refuses is injected as far as its defaults go', async t => {
  const text = injected(deployment('priority: 5\ncontainers:\n- {name: web, image: "web:1", ports: [{containerPort: 80}]}\n'), {
    spec: own('metadata: {annotations: {ports: "{{ (index (index .Spec.Containers 0).Ports 0).Protocol }}"}}'),
  })
  t.match(text, /ports: TCP/)
})
