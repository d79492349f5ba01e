// Records that list parts of the user's own pod as added by injection, one for each kind of field: `uninject` and `inject` refuse to remove them.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import type { Json, JsonObject, SourceFile } from '../../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../../src/lib/yaml/index.ts'
import { printRecord, RECORD, readRecord, recordOf, type Undo, withoutRecord, withRecord } from '../../src/record/index.ts'
import { uninject } from '../../src/uninject.ts'
import { withForgery } from '../support/forgeries.ts'
import { example } from '../support/rig.ts'

const CONTEXT: readonly SourceFile[] = [
  { path: 'config.yaml', text: example('istio/config.yaml') },
  { path: 'namespace.yaml', text: example('namespace.yaml') },
]
const OWN: SourceFile = {
  path: 'own.yaml',
  text: `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec:
  istio: {}
  injectors:
  - name: shipper
    webhooks: [{}]
    config:
      defaultTemplates: [shipper]
      templates:
        shipper: |
          metadata: {annotations: {shipper: "on"}}
          spec:
            containers:
            - {name: shipper, image: fluent-bit}
            - {name: app, env: [{name: SHIPPER, value: "on"}]}
`,
}

const CONTAINER: JsonObject = {
  image: 'nginx:1.27',
  command: ['nginx'],
  args: ['-g', 'daemon off;'],
  workingDir: '/srv',
  env: [
    { name: 'AUDIT', value: 'on' },
    { name: 'MODE', value: 'strict' },
  ],
  envFrom: [{ configMapRef: { name: 'settings' } }],
  ports: [{ containerPort: 8080, name: 'http' }],
  resources: { limits: { memory: '1Gi' } },
  livenessProbe: { exec: { command: ['true'] } },
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
  lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
  securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  terminationMessagePolicy: 'FallbackToLogsOnError',
  imagePullPolicy: 'Always',
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
}
const SPEC: JsonObject = {
  initContainers: [{ name: 'migrate', image: 'migrate:1' }],
  containers: [
    { name: 'app', ...CONTAINER },
    { name: 'guard', image: 'falco:1' },
  ],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'spare', emptyDir: {} },
  ],
  imagePullSecrets: [{ name: 'own' }],
  serviceAccountName: 'web',
  automountServiceAccountToken: false,
  hostNetwork: false,
  hostPID: false,
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['db'] }],
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['10.0.0.10'] },
  nodeSelector: { disk: 'ssd' },
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] } },
  tolerations: [{ key: 'gpu', operator: 'Exists' }],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
  securityContext: { runAsNonRoot: true, fsGroup: 2000 },
  terminationGracePeriodSeconds: 60,
  priorityClassName: 'high',
  runtimeClassName: 'gvisor',
  schedulerName: 'own',
  shareProcessNamespace: false,
  enableServiceLinks: false,
  hostname: 'web',
  subdomain: 'shop',
  readinessGates: [{ conditionType: 'ready' }],
  overhead: { cpu: '1m' },
  setHostnameAsFQDN: false,
}
const METADATA: JsonObject = {
  labels: { app: 'web', 'app.kubernetes.io/name': 'web', version: 'v1' },
  annotations: { team: 'shop', 'prometheus.example/scrape': 'true' },
}
const POD_PATH = ['spec', 'template']
const WORKLOAD: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { owner: 'shop' } },
  spec: { replicas: 3, paused: false, selector: { matchLabels: { app: 'web' } }, template: { metadata: METADATA, spec: SPEC } },
}

const valueIn = (text: string): Json => parseDocuments({ path: 'web.yaml', text })[0]?.value ?? null
const fileOf = (value: Json): SourceFile => ({ path: 'web.yaml', text: toYaml(value) })
const errorsIn = ({ diagnostics }: ReturnType<typeof uninject>) => diagnostics.filter(({ severity }) => severity === 'error')

/** Removes a field; of a list of named elements, each element. */
interface Removal {
  readonly name: string
  readonly spec?: JsonObject
  readonly template?: JsonObject
  readonly workload?: JsonObject
}

const nested = (path: readonly string[], undo: Json): JsonObject => {
  const [key = '', ...rest] = path
  return { [key]: rest.length === 0 ? undo : { k: nested(rest, undo) } }
}
const keysOf = (object: JsonObject, path: readonly string[] = []) => Object.keys(object).map(key => [...path, key])
const namesIn = (list: string): string[] => (SPEC[list] as JsonObject[]).map(({ name }) => String(name))

const REMOVALS: readonly Removal[] = [
  ...Object.keys(SPEC).map(key => ({ name: `spec.${key}`, spec: { [key]: null } })),
  ...['initContainers', 'containers', 'volumes', 'imagePullSecrets'].flatMap(list =>
    namesIn(list).map(name => ({ name: `spec.${list}[${name}]`, spec: { [list]: name === 'app' ? { c: { app: null } } : { x: [name] } } })),
  ),
  ...Object.keys(CONTAINER).map(key => ({ name: `spec.containers[app].${key}`, spec: { containers: { c: { app: { k: { [key]: null } } } } } })),
  { name: 'spec.containers[app].env[AUDIT]', spec: { containers: { c: { app: { k: { env: { x: ['AUDIT'] } } } } } } },
  { name: 'spec.containers[app].volumeMounts[/data]', spec: { containers: { c: { app: { k: { volumeMounts: { x: ['/data'] } } } } } } },
  { name: 'spec.securityContext.runAsNonRoot', spec: { securityContext: { k: { runAsNonRoot: null } } } },
  ...keysOf(METADATA.labels as JsonObject, ['metadata', 'labels']).map(path => ({ name: path.join('.'), template: nested(path, null) })),
  ...keysOf(METADATA.annotations as JsonObject, ['metadata', 'annotations']).map(path => ({ name: path.join('.'), template: nested(path, null) })),
  { name: 'the label of the workload', workload: nested(['metadata', 'labels', 'owner'], null) },
  { name: 'replicas', workload: nested(['spec', 'replicas'], null) },
  { name: 'the selector', workload: nested(['spec', 'selector'], null) },
]

const [genuineFile] = inject({ files: [fileOf(WORKLOAD), ...CONTEXT], functionConfig: OWN }).files
const GENUINE = valueIn(genuineFile?.text ?? '')

t.test('the genuine record is taken, with the configuration', async t => {
  t.match(genuineFile?.text, /name: shipper/)
  const off = uninject({ files: [fileOf(GENUINE), ...CONTEXT], functionConfig: OWN })
  t.same(off.diagnostics, [])
  t.same(valueIn(off.files[0]?.text ?? ''), WORKLOAD)
})

for (const removal of REMOVALS) {
  t.test(`a record that lists everything as added, and removes ${removal.name}`, async t => {
    const { undo } = readRecord(String(((GENUINE as JsonObject).metadata as { annotations: JsonObject }).annotations[RECORD]))
    const forged = withForgery(undo as Json, removal, { podPath: POD_PATH, value: withoutRecord(GENUINE) })
    const value = withRecord(GENUINE, printRecord(recordOf(forged as Undo, withoutRecord(GENUINE), ['spec', 'metadata'])))
    const file = fileOf(value)
    const runs = {
      uninject: uninject({ files: [file] }),
      'uninject with the configuration': uninject({ files: [file, ...CONTEXT], functionConfig: OWN }),
      inject: { taken: [], ...inject({ files: [file, ...CONTEXT], functionConfig: OWN }) },
    }
    for (const [command, result] of Object.entries(runs)) {
      const [text = '', errors] = [result.files[0]?.text, errorsIn(result)]
      // Injection that writes the field whatever it was makes the same of it.
      if (command === 'inject' && errors.length === 0) t.same(withoutRecord(valueIn(text)), withoutRecord(GENUINE), command)
      else {
        t.equal(
          errors.some(({ code }) => code === 'record-forged'),
          true,
          `${command}: ${JSON.stringify(errors)}`,
        )
        t.equal(text, file.text, command)
      }
    }
  })
}

const BARE: SourceFile = fileOf({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } } },
})

t.test('without a record, a status that lists a container or volume of the user removes neither when the workload is injected again', async t => {
  const once = inject({ files: [BARE, ...CONTEXT], record: 'Never' }).files[0]?.text ?? ''
  const named = once.replace('"containers":null', '"containers":["late"]').replace('"volumes":[', '"volumes":["spare",')
  const listed = named
    .replace(/^( +)- image: nginx:1\n/m, '$1- image: guard:1\n$1  name: late\n$&')
    .replace(/^( +)volumes:\n/m, '$&$1- emptyDir: {}\n$1  name: spare\n')
    // As Istio's own templates name it.
    .replace('name: APP_CONTAINERS', 'name: ISTIO_META_APP_CONTAINERS')
  for (const part of [/ISTIO_META_APP/, /"containers":\["late"\]/, /name: late/, /"spare"/, /name: spare/]) t.match(listed, part)
  const again = inject({ files: [{ path: 'web.yaml', text: listed }, ...CONTEXT], record: 'Never' })
  t.same(errorsIn({ ...again, taken: [] }), [])
  t.match(again.files[0]?.text, /name: late/)
  t.match(again.files[0]?.text, /name: spare/)
})
