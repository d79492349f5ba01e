// MutatingAdmissionPolicies in every command: check, explain, patch, uninject, upgrade, and beside injectors.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { inject, uninject } from '../../src/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { random } from '../support/random.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { run } from '../support/rig.ts'

const CONFIG = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: policies}\nspec: {policies: []}\n'

interface Mutation {
  readonly type: 'ApplyConfiguration' | 'JSONPatch'
  readonly expression: string
  /** `pods`, or resources of a group: `apps/deployments`. */
  readonly resource?: string
  readonly more?: string
  readonly binding?: string
}

function policy(name: string, { type, expression, resource = '/pods', more = '', binding = `{policyName: ${name}}` }: Mutation): string {
  const [group = '', plural = ''] = resource.split('/')
  return `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata:
  name: ${name}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: ["${group}"], apiVersions: ["v1"], operations: [CREATE], resources: [${plural}]}
  reinvocationPolicy: Never
${more}  mutations:
  - patchType: ${type}
    ${type === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration'}:
      expression: |
        ${expression}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata:
  name: ${name}
spec: ${binding}
`
}

const apply = (expression: string, more: Partial<Mutation> = {}): Mutation => ({ type: 'ApplyConfiguration', expression, ...more })
const patch = (expression: string, more: Partial<Mutation> = {}): Mutation => ({ type: 'JSONPatch', expression, ...more })

const PROXY = apply('Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "proxy", image: "mesh/proxy:1", restartPolicy: "Always"}]}}')

const WEB = `# The shop.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 02   # two
  template:
    metadata:
      labels: {app: web}
    spec:
      nodeSelector: {disk: ssd}
      containers:
      - name: web
        image: "shop/web:1"
        args: [--verbose]
`

function files(t: { testdir: (files: Record<string, string>) => string }, more: Record<string, string>): string {
  return t.testdir({ 'inject-sidecars.yaml': CONFIG, 'web.yaml': WEB, ...more })
}

t.test('check says which policy is to change a workload, and what it changes again', async t => {
  const folder = files(t, { 'policy.yaml': policy('proxy', PROXY) })
  const missing = run(['check', '.'], { cwd: folder })
  t.equal(missing.code, 1)
  t.match(missing.stderr + missing.stdout, /injection-missing\]: not injected yet by policy proxy: it changes spec\.initContainers/)
  t.equal(run(['inject', '--write', '.'], { cwd: folder }).code, 0)
  t.equal(run(['check', '.'], { cwd: folder }).code, 0)
  writeFileSync(join(folder, 'policy.yaml'), policy('proxy', apply(PROXY.expression.replace('proxy:1', 'proxy:2'))))
  const outdated = run(['check', '.'], { cwd: folder })
  t.equal(outdated.code, 1)
  t.match(outdated.stderr + outdated.stdout, /injection-outdated\]: the injection is outdated, policy proxy now gives another result: .*image/)
})

t.test('explain names binding, parameter and condition, each with its line, as text and as JSON', async t => {
  const more = '  paramKind: {apiVersion: v1, kind: ConfigMap}\n  matchConditions:\n  - {name: has-no-proxy, expression: "!has(object.spec.initContainers)"}\n'
  const binding = '{policyName: proxy, paramRef: {name: settings, parameterNotFoundAction: Deny}}'
  const folder = files(t, {
    'policy.yaml': policy('proxy', apply(PROXY.expression.replace('"mesh/proxy:1"', 'params.data.image'), { more, binding })),
    'settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {image: "mesh/proxy:7"}\n',
  })
  const { stdout } = run(['explain', '--trace', '.'], { cwd: folder })
  t.match(stdout, /policy proxy \/ binding proxy \/ parameter shop\/settings on the pod: it changes spec\.initContainers \(policy\.yaml:4:9\)/)
  t.match(stdout, /✔ binding proxy: matches \(policy\.yaml:22:9\)/)
  t.match(stdout, /✔ parameter shop\/settings: found \(settings\.yaml:3:18\)/)
  t.match(stdout, /✔ condition has-no-proxy: true \(policy\.yaml:12:5\)/)
  t.match(stdout, /✔ mutation 1: changes spec\.initContainers \(policy\.yaml:14:5\)/)
  const { workloads } = JSON.parse(run(['explain', '-o', 'json', '.'], { cwd: folder }).stdout)
  t.equal(workloads[0].injected, true)
  t.match(workloads[0].admission, [{ policy: 'proxy', binding: 'proxy', param: 'shop/settings', result: 'applied', at: { file: 'policy.yaml', line: 4 } }])
  t.match(run(['explain', '--pod', '.'], { cwd: folder }).stdout, /^policy proxy \(proxy\) \| +(?:- )?image: mesh\/proxy:7$/m)
})

t.test('patch prints what the policies change, and nothing else', async t => {
  const folder = files(t, { 'policy.yaml': policy('proxy', PROXY) })
  const strategic = run(['patch', '.'], { cwd: folder }).stdout
  t.match(strategic, /\n {6}initContainers:\n {6}- image: mesh\/proxy:1\n {8}name: proxy\n {8}restartPolicy: Always\n$/)
  const printed = run(['patch', '-o', 'json6902', '.'], { cwd: folder })
  t.equal(printed.code, 0, printed.stderr)
  t.match(printed.stdout, /path: \/spec\/template\/spec\/initContainers/)
})

t.test('upgrade reports what a changed policy changes in the workloads', async t => {
  const folder = t.testdir({
    old: { 'inject-sidecars.yaml': CONFIG, 'policy.yaml': policy('proxy', PROXY) },
    new: { 'inject-sidecars.yaml': CONFIG, 'policy.yaml': policy('proxy', apply(PROXY.expression.replace('proxy:1', 'proxy:2'))) },
    apps: { 'web.yaml': WEB },
  })
  const { code, stdout } = run(['upgrade', '--from', 'old', '--to', 'new', 'apps'], { cwd: folder })
  t.equal(code, 0)
  t.match(stdout, /\*\*1 workload\*\*: changed 1, to be restarted or created again 1/)
  t.match(stdout, '| `proxy` | `mesh/proxy:1` | `mesh/proxy:2` | 1 |')
})

t.test('what an injector writes over a policy is a warning that names both; what it adds is none', async t => {
  const log = apply('Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "log", image: "log:1", restartPolicy: "Always"}]}}')
  const injector = (fields: string) => `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec:
  injectors:
  - name: shipper
    webhooks: [{}]
    config:
      templates:
        sidecar: |
          spec: {initContainers: [{name: log, ${fields}}]}
      defaultTemplates: [sidecar]
`
  const found = (fields: string) =>
    inject({
      files: [
        { path: 'web.yaml', text: WEB },
        { path: 'policy.yaml', text: policy('log', log) },
      ],
      functionConfig: { path: 'config.yaml', text: injector(fields) },
    })
  const result = found('image: "log:2"')
  t.match(result.diagnostics, [
    {
      code: 'admission-policy-overwritten',
      severity: 'warning',
      message: `policy 'log' (binding 'log') and shipper both write spec.initContainers.log.image; injectors run after policies, as webhooks do, and overwrite it`,
    },
  ])
  t.match(result.files[0]?.text, 'image: log:2')
  t.same(
    found('image: "log:1", args: [a]').diagnostics.map(({ code }) => code),
    [],
  )
})

const TEMPLATE = 'Object{spec: Object.spec{template: Object.spec.template{'
const MUTATIONS: readonly (readonly [name: string, mutation: Mutation])[] = [
  ['adds an init container', PROXY],
  [
    'adds a container and a volume',
    apply(
      'Object{spec: Object.spec{containers: [Object.spec.containers{name: "log", image: "log:1"}], volumes: [Object.spec.volumes{name: "v", emptyDir: Object.spec.volumes.emptyDir{}}]}}',
    ),
  ],
  [
    'sets variables of all containers',
    apply(
      'Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, env: [Object.spec.containers.env{name: "A", value: "b"}]})}}',
    ),
  ],
  [
    'rewrites images',
    apply(
      'Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, image: "mirror/" + string(c.?image.orValue("x"))})}}',
    ),
  ],
  [
    'sets labels, annotations and the grace period',
    apply('Object{metadata: Object.metadata{labels: {"team": "x"}, annotations: {"b/c": "yes"}}, spec: Object.spec{terminationGracePeriodSeconds: 5}}'),
  ],
  ['replaces arguments', patch('[JSONPatch{op: "add", path: "/spec/containers/0/args", value: ["--quiet"]}]')],
  [
    'removes the node selector',
    patch('has(object.spec.nodeSelector) ? [JSONPatch{op: "remove", path: "/spec/nodeSelector"}] : [JSONPatch{op: "test", path: "/kind", value: "Pod"}]'),
  ],
  [
    'removes containers but the first',
    patch('object.spec.containers.size() < 2 ? [JSONPatch{op: "test", path: "/kind", value: "Pod"}] : [JSONPatch{op: "remove", path: "/spec/containers/1"}]'),
  ],
  ['turns the containers round', patch('[JSONPatch{op: "replace", path: "/spec/containers", value: object.spec.containers.reverse()}]')],
  ['scales a Deployment', apply('Object{metadata: Object.metadata{labels: {"team": "x"}}, spec: Object.spec{replicas: 7}}', { resource: 'apps/deployments' })],
  [
    'changes the template of a Deployment',
    apply(`${TEMPLATE}metadata: Object.spec.template.metadata{labels: {"tier": "front"}}, spec: Object.spec.template.spec{hostNetwork: true}}}}`, {
      resource: 'apps/deployments',
    }),
  ],
  [
    'removes the strategy of a Deployment',
    patch('[JSONPatch{op: "remove", path: "/spec/strategy"}, JSONPatch{op: "add", path: "/spec/minReadySeconds", value: 3}]', { resource: 'apps/deployments' }),
  ],
  [
    'sets the backoff limit of a Job',
    apply('Object{spec: Object.spec{backoffLimit: 1, template: Object.spec.template{spec: Object.spec.template.spec{restartPolicy: "Never"}}}}', {
      resource: 'batch/jobs',
    }),
  ],
  ['suspends a CronJob', apply('Object{spec: Object.spec{suspend: true}}', { resource: 'batch/cronjobs' })],
]

for (const [name, mutation] of MUTATIONS) {
  t.test(`a policy that ${name} comes off byte for byte, and injecting again gives the same`, async t => {
    const text = policy('p', mutation)
    const functionConfig = { path: 'config.yaml', text: CONFIG }
    const next = random(name.length)
    const manifests = [WEB, ...Array.from({ length: 40 }, () => randomManifest(next).text)]
    let changed = 0
    for (const manifest of manifests) {
      const injected = inject({
        files: [
          { path: 'web.yaml', text: manifest },
          { path: 'policy.yaml', text },
        ],
        functionConfig,
      })
      const after = injected.files[0]?.text ?? ''
      if (after === manifest) continue
      changed++
      parseDocuments({ path: 'web.yaml', text: after })
      const again = inject({
        files: [
          { path: 'web.yaml', text: after },
          { path: 'policy.yaml', text },
        ],
        functionConfig,
      })
      t.equal(again.files[0]?.text, after)
      const back = uninject({ files: [{ path: 'web.yaml', text: after }], trustRecord: true })
      t.equal(back.files[0]?.text, manifest, back.diagnostics.map(({ message }) => message).join('\n'))
    }
    t.equal(changed > 0 || /Job/.test(name), true)
  })
}

t.test('the example of a native sidecar comes off again', async t => {
  const text = readFileSync(join(import.meta.dirname, '../../examples/policy-native-sidecar/web.yaml'), 'utf8')
  const names = ['policy.yaml', 'namespace.yaml']
  const others = names.map(path => ({ path, text: readFileSync(join(import.meta.dirname, '../../examples/policy-native-sidecar', path), 'utf8') }))
  const after = inject({ files: [{ path: 'web.yaml', text }, ...others], functionConfig: { path: 'config.yaml', text: CONFIG } }).files[0]?.text ?? ''
  t.match(after, 'mesh-proxy:2.1.0')
  t.equal(uninject({ files: [{ path: 'web.yaml', text: after }, ...others], functionConfig: { path: 'config.yaml', text: CONFIG } }).files[0]?.text, text)
})
