// What read makes of texts: ResourceLists, manifests, and the configuration in them.

import t from 'tap'
import { InjectError, type InjectInput } from '../../src/lib/model/index.ts'
import { findConfiguration, textOf, wantedRevisions } from '../../src/read/configuration.ts'
import { read } from '../../src/read/read.ts'
import { mayMatter } from '../../src/read/skip.ts'

const list = (text: string) => ({ resourceList: { path: '<stdin>', text } })
const files = (...texts: string[]) => ({ files: texts.map((text, i) => ({ path: `${i}.yaml`, text })) })
const named = (input: InjectInput) => read(input).resources.map(({ ref, path }) => `${ref.kind} ${ref.name} at ${path.join('.')}`)

function failureOf(input: InjectInput): string {
  try {
    read(input)
    return 'none'
  } catch (error) {
    return error instanceof InjectError ? `${error.diagnostic.code}: ${error.diagnostic.message}` : String(error)
  }
}

t.test('a ResourceList is read in each of its versions, as YAML and as JSON', async t => {
  for (const version of ['v1', 'v1beta1', 'v1alpha1']) {
    const items = '- {apiVersion: v1, kind: Service, metadata: {name: web}}\n'
    t.same(named(list(`apiVersion: config.kubernetes.io/${version}\nkind: ResourceList\nitems:\n${items}`)), ['Service web at items.0'])
    const json = { apiVersion: `config.kubernetes.io/${version}`, kind: 'ResourceList', items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }] }
    t.same(named(list(JSON.stringify(json))), ['Pod p at items.0'])
  }
})

const HEAD = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n'

const refused: [name: string, text: string, message: string][] = [
  ['an empty input', '', 'standard input is empty'],
  ['comments only', '# nothing\n', 'standard input is empty'],
  ['a plain manifest', 'apiVersion: v1\nkind: Service\n', 'standard input is a Service'],
  ['no kind', 'a: 1\n', 'standard input has no `kind`'],
  ['a list', '- a\n', 'standard input holds a list'],
  ['a text', 'hello\n', 'standard input holds a string'],
  ['another version', 'apiVersion: config.kubernetes.io/v9\nkind: ResourceList\nitems: []\n', 'its apiVersion is "config.kubernetes.io/v9", not one of '],
  ['no version', 'kind: ResourceList\nitems: []\n', 'its apiVersion is null, not one of '],
  ['items that are a mapping', `${HEAD}items: {}\n`, 'its `items` are a mapping, not a list'],
  ['a function config that is a text', `${HEAD}items: []\nfunctionConfig: x\n`, 'its `functionConfig` is a string, not a mapping'],
  ['two documents', `${HEAD}items: []\n---\n${HEAD}items: []\n`, 'standard input holds 2 documents'],
]
for (const [name, text, message] of refused) {
  t.test(`${name} is no ResourceList, and the message says what it is`, async t => {
    t.match(failureOf(list(text)), `resource-list-invalid: not a ResourceList: ${message}`)
  })
}

t.test('what is not YAML is named with its line', async t => {
  try {
    read(list(`${HEAD}items: [\n`))
    t.equal('thrown', 'not thrown')
  } catch (error) {
    t.match(error, { diagnostic: { code: 'yaml-syntax', at: { file: '<stdin>' } } })
  }
})

t.test('an item of a wrong kind is an error with its place, and the others are read', async t => {
  const result = read(
    list(
      `${HEAD}items:\n- 5\n- [a]\n- {apiVersion: v1, kind: 7}\n- {apiVersion: v1, kind: Pod, metadata: [x]}\n- {apiVersion: v1, kind: Service, metadata: {name: p}}\n`,
    ),
  )
  t.same(
    result.diagnostics.map(({ code, severity, message, at }) => [code, severity, message, at?.line]),
    [
      ['resource-invalid', 'error', 'a number where a Kubernetes resource should be', 4],
      ['resource-invalid', 'error', 'a list where a Kubernetes resource should be', 5],
      ['resource-invalid', 'error', '`kind` must be a string, not a number', 6],
      ['resource-invalid', 'error', '`metadata` must be a mapping, not a list', 7],
    ],
  )
  t.equal(result.resources.length, 1)
})

t.test('no items, null items and items without metadata are no errors', async t => {
  for (const items of ['items: []\n', 'items:\n', 'items: null\n', '', 'items:\n- {}\n', 'items:\n- apiVersion: v1\n  kind: Service\n']) {
    t.same(read(list(HEAD + items)).diagnostics, [])
  }
  t.match(read(list(`${HEAD}items:\n-\n- null\n`)).diagnostics, [{ severity: 'warning' }, { severity: 'warning' }])
})

t.test('items of Lists are resources of their own, at any depth', async t => {
  const text = `${HEAD}items:
- apiVersion: v1
  kind: List
  items:
  - {apiVersion: v1, kind: Pod, metadata: {name: a}}
  - apiVersion: v1
    kind: List
    items: [{apiVersion: v1, kind: Pod, metadata: {name: b}}]
  - apiVersion: v1
    kind: List
- {apiVersion: v1, kind: Pod, metadata: {name: a}}
`
  t.same(named(list(text)), ['Pod a at items.0.items.0', 'Pod b at items.0.items.1.items.0', 'Pod a at items.1'])
})

t.test('an item knows the file that it came from', async t => {
  const annotations = ["internal.config.kubernetes.io/path: 'a/b.yaml', internal.config.kubernetes.io/index: '2'", 'config.kubernetes.io/path: c.yaml', 'x: y']
  const items = annotations.map(text => `- {apiVersion: v1, kind: Pod, metadata: {name: p, annotations: {${text}}}}\n`)
  const { resources } = read(list(`${HEAD}items:\n${items.join('')}`))
  t.same(
    resources.map(({ file }) => file),
    [{ path: 'a/b.yaml', index: 2 }, { path: 'c.yaml' }, undefined],
  )
})

t.test('line ends of Windows, a byte order mark and unicode change nothing', async t => {
  const text = `\ufeff${HEAD}items:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: "größe-☃-𝄞"}\n`.replaceAll('\n', '\r\n')
  t.same(named(list(text)), ['Pod größe-☃-𝄞 at items.0'])
})

t.test('of several files the one that is not YAML is reported, and the others are read', async t => {
  const result = read(files('a: [\n', 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n---\nnot: a resource\n---\n- neither\n---\n'))
  t.match(result.diagnostics, [{ code: 'yaml-syntax', at: { file: '0.yaml' } }])
  t.equal(result.resources.length, 1)
})

const configMap = (name: string, data: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: istio-system\n${more}data:\n${data}---\n`
const INJECTOR = configMap('istio-sidecar-injector', '  config: "a"\n  values: "{}"\n')
const MESH = configMap('istio', '  mesh: ""\n')

const configurationIn = (input: InjectInput) => {
  const { resources, config } = read(input)
  return findConfiguration([resources], config.istio).sources
}

const revisionsOf = (input: InjectInput) => {
  const configuration = configurationIn(input)
  return [...configuration.revisions.values()].map(({ revision, injector, mesh }) => `${revision}: ${injector.ref.name} ${mesh?.ref.name}`)
}

t.test('every revision is found by its ConfigMaps', async t => {
  const canary = configMap('istio-sidecar-injector-canary', '  config: b\n  values: ""\n') + configMap('istio-canary', '  mesh: ""\n')
  t.same(revisionsOf(files(INJECTOR + MESH + canary)), ['canary: istio-sidecar-injector-canary istio-canary', 'default: istio-sidecar-injector istio'])
  t.same(revisionsOf(files(INJECTOR)), ['default: istio-sidecar-injector undefined'])
})

t.test('ConfigMaps of another namespace are not taken, those that kustomize moved or renamed are', async t => {
  const elsewhere = INJECTOR.replace('istio-system', 'shop')
  t.same(revisionsOf(files(elsewhere)), [])
  const moved = `  annotations:\n    internal.config.kubernetes.io/previousNamespaces: istio-system\n    internal.config.kubernetes.io/previousNames: istio-sidecar-injector\n`
  t.same(revisionsOf(files(configMap('east-istio-sidecar-injector', '  config: a\n', moved).replace('namespace: istio-system', 'namespace: shop'))), [
    'default: east-istio-sidecar-injector undefined',
  ])
})

t.test('items come before sources, and sources before what stands in the function config', async t => {
  const maps = (policy: string, concurrency: number) =>
    INJECTOR.replace('"a"', `"policy: ${policy}"`) + MESH.replace('""', `"defaultConfig: {concurrency: ${concurrency}}"`)
  const functionConfig = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec:
  istio: {}
  sources: [istio/]
  resources:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-sidecar-injector, namespace: istio-system}, data: {config: "policy: inline", values: "{}"}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio, namespace: istio-system}, data: {mesh: "defaultConfig: {concurrency: 3}"}}
`
  const workload = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {}\n---\n'
  const found = (items: string, source: string) => {
    const readSource = () => [{ path: 'istio/a.yaml', text: source }]
    const { injectors } = read({ ...files(workload + items), functionConfig: { path: 'f.yaml', text: functionConfig }, readSource })
    const config = injectors.istio.get('default')
    return [config?.policy, config?.mesh.defaultConfig?.concurrency]
  }
  t.same(found('', ''), ['inline', 3])
  t.same(found('', maps('source', 2)), ['source', 2])
  t.same(found(INJECTOR.replace('"a"', '"policy: item"'), maps('source', 2)), ['item', 2])
})

t.test('two different ConfigMaps with one name are an error, two equal ones are not', async t => {
  t.match(read(files(INJECTOR + INJECTOR.replace('"a"', 'other'))).diagnostics, [
    { code: 'injector-config-invalid', message: 'this object differs from the one with the same name in 0.yaml:1' },
  ])
  t.same(read(files(INJECTOR + INJECTOR)).diagnostics, [])
})

t.test('a missing ConfigMap is an error with the commands that fetch it', async t => {
  const { config } = read(files('a: b\n'))
  const configuration = configurationIn(files('a: b\n'))
  try {
    wantedRevisions(configuration, { ...config.istio, namespace: 'mesh', revisions: ['canary'], compatibility: 'Auto', env: new Map() })
    t.equal('thrown', 'not thrown')
  } catch (error) {
    t.match(error, { diagnostic: { code: 'config-missing', message: /mesh\/istio-sidecar-injector-canary/ } })
    const hint = error instanceof InjectError ? (error.diagnostic.hint ?? '') : ''
    t.same(
      hint.split('\n').filter(line => line.startsWith('kubectl')),
      [
        'kubectl get configmap -n mesh istio-sidecar-injector-canary istio-canary -o yaml',
        'kubectl get mutatingwebhookconfiguration -l app=sidecar-injector -o yaml',
        'kubectl get proxyconfigs.networking.istio.io --all-namespaces -o yaml',
      ],
    )
  }
})

t.test('a missing key names the keys that are there', async t => {
  const injector = configurationIn(files(INJECTOR)).revisions.get('default')?.injector
  try {
    t.equal(injector && textOf(injector, 'template'), 'not thrown')
  } catch (error) {
    t.match(error, { diagnostic: { code: 'injector-config-invalid', message: 'missing ConfigMap key "template"', hint: 'it has: config, values' } })
  }
})

t.test('webhooks, namespaces, ProxyConfigs and kubelet versions are found', async t => {
  const configuration = configurationIn(
    files(`apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks: [{name: rev.namespace.sidecar-injector.istio.io}]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: p, namespace: shop}
---
apiVersion: v1
kind: Node
metadata: {name: n}
status: {nodeInfo: {kubeletVersion: v1.33.2}}
`),
  )
  t.same(
    [...configuration.webhooks, ...configuration.namespaces, ...configuration.proxyConfigs].map(({ ref }) => ref.name),
    ['istio-sidecar-injector', 'shop', 'p'],
  )
  t.same(configuration.kubeletVersions, ['v1.33.2'])
})

t.test('a broken function config is reported, and so is what else is wrong', async t => {
  const result = read(list(`${HEAD}items:\n- 5\nfunctionConfig: {apiVersion: inject-sidecars.dev/v1alpha1, kind: SidecarInjector, spec: {istoi: {}}}\n`))
  t.same(
    result.diagnostics.map(({ code }) => code),
    ['resource-invalid', 'config-invalid'],
  )
})

t.test('manifests that can neither hold a workload nor configure anything are not parsed', async t => {
  const matters = mayMatter([{ apiVersion: 'example.com/v1', kind: 'Widget', podTemplate: ['spec', 'pod'] }])
  const texts: readonly (readonly [string, string, boolean])[] = [
    ['a Service', 'kind: Service\nspec: {ports: [{port: 80}]}\n', false],
    ['a ConfigMap of somebody', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n', false],
    ['a ConfigMap of Istio', 'kind: ConfigMap\nmetadata: {name: istio-sidecar-injector}\n', true],
    ['a Namespace', 'kind: Namespace\n', true],
    ['a Deployment without containers', 'kind: Deployment\n', true],
    ['a Knative Service', 'apiVersion: serving.knative.dev/v1\nkind: Service\n', true],
    ['an unknown kind with containers', 'kind: Thing\nspec: {template: {spec: {containers: []}}}\n', true],
    ['a kind of the function config', 'kind: Widget\n', true],
    ['a kind that is spelled in escapes', 'kind: "\\x44eployment"\nx: 1\nkind: a\n', true],
    ['a Pod behind a Service', 'kind: Service\n---\nkind: Pod\n', true],
    ['a budget for pods', 'kind: PodDisruptionBudget\n', false],
    ['what is no manifest', 'a: [\n', true],
  ]
  for (const [name, text, want] of texts) t.equal(matters(text), want, name)
  t.same(read({ files: [{ path: 'a.yaml', text: 'kind: Service\na: [\n' }] }).documents, [])
  const stream = read({ files: [{ path: 'a.yaml', text: 'kind: Service\na: [\n---\nkind: Pod\n---\nkind: Secret\n---\nkind: Namespace\n' }] })
  t.same(
    stream.documents.map(({ value }) => value),
    [{ kind: 'Pod' }, { kind: 'Namespace' }],
  )
  t.same(read({ files: [{ path: 'a.yaml', text: 'kind: Pod\n', canMatter: false }] }).documents, [], 'one that somebody has looked at')
})
