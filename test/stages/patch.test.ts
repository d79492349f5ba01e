// Patches for kustomize: their form, and what the real kustomize and kubectl's merge make of them.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { at, InjectError, isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { loadYaml, toYaml } from '../../src/lib/yaml/index.ts'
import { strategicMerge } from '../../src/merge/strategic.ts'
import { type KustomizePatch, patchOf } from '../../src/patch/patch.ts'
import { ROOT } from '../support/rig.ts'

const KUSTOMIZE = join(ROOT, '.cache/bin/kustomize')
const needsKustomize = existsSync(KUSTOMIZE) ? false : 'no kustomize: run scripts/install-tools.sh'
const TEMPLATE = ['spec', 'template']

function workload(spec: string, { metadata = '{}', kind = 'Deployment', apiVersion = 'apps/v1' } = {}): JsonObject {
  const template = { metadata: loadYaml(metadata), spec: loadYaml(spec) }
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'shop' }, spec: { template } }
}

function patched(before: JsonObject, after: JsonObject, format: 'strategic' | 'json6902' = 'strategic'): KustomizePatch {
  const ref = { apiVersion: String(before.apiVersion), kind: String(before.kind), name: 'web', namespace: 'shop' }
  const patch = patchOf({ ref, podPath: TEMPLATE, before, after }, { format })
  if (patch === undefined) throw new Error('no patch')
  return patch
}

const BEFORE = `
containers:
- name: web
  image: web:1
  args: [serve]
  env: [{name: A, value: "1"}]
  ports: [{containerPort: 80}]
  livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 5}
- name: log
  image: log:1
volumes:
- {name: data, emptyDir: {}}
`
const META_BEFORE = '{labels: {app: web}, annotations: {prometheus.io/port: "8080", gone: x}}'
const META_AFTER = '{labels: {app: web, security.istio.io/tlsMode: istio}, annotations: {prometheus.io/port: "15020", sidecar.istio.io/status: "{}"}}'
const PROXY = `
- name: istio-proxy
  image: proxyv2
  args: [proxy, "", "0644"]
  env: [{name: EMPTY, value: ""}]
  securityContext: {}
  volumeMounts: [{name: istio-data, mountPath: /d}]`
const WEB_AFTER = `
- name: web
  image: web:1
  args: [serve, more]
  env: [{name: B, value: "2"}, {name: A, value: "1"}]
  ports: [{containerPort: 80}]
  livenessProbe: {httpGet: {path: /app-health/web/livez, port: 15020}, periodSeconds: 5}`
const LOG = '\n- {name: log, image: log:1}'
const VOLUMES = `
volumes:
- {name: istio-data, emptyDir: {}}
- {name: data, emptyDir: {}}
`

/** Pairs of specs, as injection and as users' templates make them. */
const CHANGES: readonly (readonly [name: string, before: string, after: string])[] = [
  ['the proxy behind the others', BEFORE, `containers:${WEB_AFTER}${LOG}${PROXY}${VOLUMES}`],
  ['the proxy in front', BEFORE, `containers:${PROXY}${WEB_AFTER}${LOG}${VOLUMES}`],
  ['the proxy between', BEFORE, `containers:${WEB_AFTER}${PROXY}${LOG}${VOLUMES}`],
  ['another order', BEFORE, `containers:${LOG}${WEB_AFTER}${VOLUMES}`],
  ['a container that goes', BEFORE, `containers:${WEB_AFTER}${VOLUMES}`],
  ['only the second container changes', BEFORE, BEFORE.replace('log:1', 'log:2')],
  ['init containers come', BEFORE, `initContainers:${PROXY}\n${BEFORE}`],
  ['a proxy moves to the init containers', `containers:${WEB_AFTER}${PROXY}`, `initContainers:${PROXY}\ncontainers:${WEB_AFTER}`],
  [
    'a volume changes its source',
    'containers: []\nvolumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}]',
    'containers: []\nvolumes: [{name: v, configMap: {name: c}}, {name: w, emptyDir: {}}]',
  ],
  ['what was null is set', 'containers: []\nsecurityContext:\nvolumes:\n', 'containers: []\nsecurityContext: {fsGroup: 1337}\nvolumes: [{name: v}]\n'],
  [
    'ports that differ in their protocol only',
    'containers: [{name: web, image: w, ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}]}]',
    'containers: [{name: web, image: x, ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}]}]',
  ],
  ['a list that is replaced whole', 'containers: []\ntolerations: [{key: a}]', 'containers: []\ntolerations: [{key: a}, {key: b}]'],
  ['a value of another type', 'containers: [{name: web, image: w, envFrom: {}}]', 'containers: [{name: web, image: w, envFrom: [{configMapRef: {name: c}}]}]'],
]

function withoutNull(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNull)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, child]) => (child === null ? [] : [[key, withoutNull(child)]])))
}

t.test('the real kustomize builds from the source and the patch what was injected', { skip: needsKustomize }, async t => {
  const files: Record<string, string> = {}
  const wanted = new Map<string, Json>()
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }
  CHANGES.forEach(([name, before, after], i) => {
    for (const format of ['strategic', 'json6902'] as const) {
      for (const kind of [{}, rollout]) {
        const [was, is] = [workload(before, { ...kind, metadata: META_BEFORE }), workload(after, { ...kind, metadata: META_AFTER })]
        const patch = patched(was, is, format)
        const folder = `${i}-${format}-${String(was.kind)}`
        const target = patch.format === 'json6902' ? { target: { ...patch.target } } : {}
        files[`${folder}/w.yaml`] = toYaml(was)
        files[`${folder}/p.yaml`] = patch.text
        files[`${folder}/kustomization.yaml`] = toYaml({
          resources: ['w.yaml'],
          patches: [{ path: 'p.yaml', ...target }],
          nameSuffix: `-${i}-${format.slice(0, 1)}`,
        })
        const label = `${name}, ${format}, ${String(was.kind)}`
        wanted.set(label, withoutNull({ ...is, metadata: { name: `web-${i}-${format.slice(0, 1)}`, namespace: 'shop' } }))
      }
    }
  })
  const folders = [...new Set(Object.keys(files).map(file => file.slice(0, file.indexOf('/'))))]
  const root = t.testdir({
    ...Object.fromEntries(
      folders.map(folder => [
        folder,
        Object.fromEntries(Object.entries(files).flatMap(([file, text]) => (file.startsWith(`${folder}/`) ? [[file.slice(folder.length + 1), text]] : []))),
      ]),
    ),
    'kustomization.yaml': toYaml({ resources: folders }),
  })
  const built = execFileSync(KUSTOMIZE, ['build', root], { encoding: 'utf8' })
    .split(/^---\n/m)
    .map(text => loadYaml(text) as JsonObject)
  t.equal(built.length, wanted.size)
  for (const [label, want] of wanted) {
    const found = built.find(object => object.kind === (want as JsonObject).kind && at(object, ['metadata', 'name']) === at(want, ['metadata', 'name']))
    t.same(withoutNull(found ?? null), want, label)
  }
})

t.test('kubectl merges a strategic patch to the same value', async t => {
  for (const [name, before, after] of CHANGES) {
    const [was, is] = [workload(before, { metadata: META_BEFORE }), workload(after, { metadata: META_AFTER })]
    const patch = patched(was, is)
    if (patch.format !== 'strategic') continue
    const merged = strategicMerge(at(was, TEMPLATE) as JsonObject, at(loadYaml(patch.text), TEMPLATE) as JsonObject, 'v1.PodTemplateSpec')
    t.same(withoutNull(merged), withoutNull(at(is, TEMPLATE) as JsonObject), name)
  }
})

t.test('a strategic patch says what changes and nothing else', async t => {
  const { text } = patched(workload(BEFORE), workload(`containers:${PROXY}\n- {name: log, image: log:2}${WEB_AFTER}`))
  t.equal(at(loadYaml(text), ['spec', 'template', 'spec', 'volumes']), null)
  const quiet = patched(workload(BEFORE), workload(BEFORE.replace('web:1', 'web:2'))).text
  t.equal(
    quiet,
    `# Injects sidecars into Deployment shop/web, made by inject-sidecars. An entry under \`patches\` of a kustomization uses it:
# - path: THIS FILE
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    spec:
      containers:
      - image: web:2
        name: web
`,
  )
})

t.test('a JSON patch tests the name of a list item before it touches it', async t => {
  const { text } = patched(workload(BEFORE), workload(BEFORE.replace('log:1', 'log:2')), 'json6902')
  t.equal(
    text,
    `# Injects sidecars into Deployment shop/web, made by inject-sidecars. An entry under \`patches\` of a kustomization uses it:
# - path: THIS FILE
#   target:
#     group: apps
#     version: v1
#     kind: Deployment
#     name: web
#     namespace: shop
- op: test
  path: /spec/template/spec/containers/1/name
  value: log
- op: replace
  path: /spec/template/spec/containers/1/image
  value: log:2
`,
  )
  const [before, after] = [workload(BEFORE), workload(BEFORE.replace('log:1', 'log:2'))]
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  const untested = patchOf({ ref, podPath: TEMPLATE, before, after }, { format: 'json6902', tests: false })
  t.same(loadYaml(untested?.text ?? ''), [{ op: 'replace', path: '/spec/template/spec/containers/1/image', value: 'log:2' }])
})

t.test('where kustomize would merge wrongly, the patch is a JSON patch and says why', async t => {
  const ports = 'containers: [{name: web, image: IMAGE, ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}]}]'
  for (const [name, patch, why] of [
    [
      'a kind that kustomize does not know',
      patched(
        workload(BEFORE, { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }),
        workload(BEFORE.replace('web:1', 'web:2'), { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }),
      ),
      /# A JSON patch, because kustomize has no schema of argoproj.io\/v1alpha1 Rollout/,
    ],
    [
      'items of the same key',
      patched(workload(ports), workload(ports.replace('IMAGE', 'x'))),
      /# A JSON patch, because kustomize would merge items of spec.template.spec.containers\[0\].ports that have the same containerPort/,
    ],
  ] as const) {
    t.equal(patch.format, 'json6902', name)
    t.match(patch.text, why, name)
  }
})

t.test('keys are escaped as a JSON pointer wants it, dots of a name as a regular expression wants it', async t => {
  const before: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web.v1', annotations: { x: 'y' } }, spec: { containers: [] } }
  const after: JsonObject = { ...before, metadata: { name: 'web.v1', annotations: { x: 'y', 'a/b~c': 'z' } } }
  const patch = patchOf({ ref: { apiVersion: 'v1', kind: 'Pod', name: 'web.v1' }, podPath: [], before, after }, { format: 'json6902' })
  t.same(loadYaml(patch?.text ?? ''), [{ op: 'add', path: '/metadata/annotations/a~1b~0c', value: 'z' }])
  t.same(patch?.target, { version: 'v1', kind: 'Pod', name: 'web\\.v1' })
})

t.test('nothing changed, no patch; no name, no patch either', async t => {
  const same = workload(BEFORE)
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: '' }
  t.equal(patchOf({ ref, podPath: TEMPLATE, before: same, after: workload(BEFORE) }, { format: 'strategic' }), undefined)
  t.equal(patchOf({ ref, podPath: TEMPLATE, before: same, after: workload(BEFORE) }, { format: 'json6902' }), undefined)
  const nameless: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'x-' }, spec: {} }
  try {
    patchOf(
      { ref: { apiVersion: 'v1', kind: 'Pod', name: '' }, podPath: [], before: nameless, after: { ...nameless, spec: { a: 1 } } },
      { format: 'strategic' },
    )
    t.equal('a patch', 'an error')
  } catch (error) {
    t.equal(error instanceof InjectError && error.diagnostic.code, 'patch-impossible')
  }
})

t.test('a name cannot break out of the comment', async t => {
  const before: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a\n- op: remove' }, spec: { containers: [] } }
  const after: JsonObject = { ...before, spec: { containers: [{ name: 'x' }] } }
  const { text = '' } =
    patchOf({ ref: { apiVersion: 'v1', kind: 'Pod', name: 'a\n- op: remove\u2028- op: remove' }, podPath: [], before, after }, { format: 'json6902' }) ?? {}
  t.same(loadYaml(text), [{ op: 'add', path: '/spec/containers/-', value: { name: 'x' } }])
})
