// The whole flow in memory: which workloads change, what of them, and what is reported.

import t from 'tap'
import { type InjectInput, inject } from '../../src/index.ts'
import { at, type FieldPath, type Json } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { example } from '../support/rig.ts'

const MESH = example('istio/config.yaml')
const NAMESPACE = example('namespace.yaml')

/** Injects the text of one manifest with the example's mesh; what comes back of it. */
function injected(text: string, more: Partial<InjectInput> = {}): string {
  const { files, diagnostics } = inject({
    files: [
      { path: 'app.yaml', text },
      { path: 'mesh.yaml', text: `${NAMESPACE}---\n${MESH}` },
    ],
    ...more,
  })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ code, message }) => `${code}: ${message}`).join('\n'))
  return files[0]?.text ?? ''
}

function valuesOf(text: string): Json[] {
  return parseDocuments({ path: 'out.yaml', text }).map(({ value }) => value)
}

const PROXY_NAME: FieldPath = ['spec', 'initContainers', 0, 'name']

const POD_SPEC = 'containers:\n- name: app\n  image: app:1\n'
const indent = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by))

const kinds: [apiVersion: string, kind: string, spec: string, path: FieldPath][] = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind): [string, string, string, FieldPath] => [
    'apps/v1',
    kind,
    `template:\n  spec:\n${indent(POD_SPEC, 4)}`,
    ['spec', 'template'],
  ]),
  ['v1', 'ReplicationController', `template:\n  spec:\n${indent(POD_SPEC, 4)}`, ['spec', 'template']],
  ['batch/v1', 'Job', `template:\n  spec:\n${indent(POD_SPEC, 4)}`, ['spec', 'template']],
  ['batch/v1', 'CronJob', `jobTemplate:\n  spec:\n    template:\n      spec:\n${indent(POD_SPEC, 8)}`, ['spec', 'jobTemplate', 'spec', 'template']],
  ['apps.openshift.io/v1', 'DeploymentConfig', `template:\n  spec:\n${indent(POD_SPEC, 4)}`, ['spec', 'template']],
  ['v1', 'Pod', POD_SPEC, []],
]

for (const [apiVersion, kind, spec, path] of kinds) {
  const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: app\n  namespace: shop\nspec:\n${indent(spec, 2)}`

  t.test(`a ${kind} gets its sidecar where its pods are described, and only once`, async t => {
    const out = injected(text)
    const [value] = valuesOf(out)
    t.equal(at(value, [...path, ...PROXY_NAME]), 'istio-proxy')
    t.match(at(value, [...path, 'metadata', 'annotations', 'sidecar.istio.io/status']), /istio-proxy/)
    t.equal(at(value, [...path, 'metadata', 'labels', 'service.istio.io/canonical-name']), 'app')
    t.equal(injected(out), out)
  })

  t.test(`a ${kind} in a List is injected like one of its own`, async t => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: s}\n- ${indent(text, 2).trimStart()}`
    const [value] = valuesOf(injected(list))
    t.equal(at(value, ['items', 1, ...path, ...PROXY_NAME]), 'istio-proxy')
  })
}

t.test('a CronJob gets nothing on its job template, whose metadata no pod sees', async t => {
  const [apiVersion, kind, spec] = kinds[6] ?? ['', '', '']
  const [value] = valuesOf(injected(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: app\n  namespace: shop\nspec:\n${indent(spec, 2)}`))
  t.equal(at(value, ['spec', 'jobTemplate', 'metadata']), undefined)
})

t.test('every line that injection does not change stays as it was written', async t => {
  const web = example('web.yaml')
  const out = injected(web).split('\n')
  const changed = new Set(['            path: /ready', '            port: http'])
  let place = 0
  for (const line of web.split('\n')) {
    if (changed.has(line)) continue
    const found = out.indexOf(line, place)
    t.equal(found >= place, true, line)
    place = found + 1
  }
})

t.test('what is not injected comes back as the same bytes', async t => {
  const texts = [
    example('web.yaml').replace('namespace: shop', 'namespace: other'),
    example('web.yaml').replace('app: web # also', 'sidecar.istio.io/inject: "false" # also'),
    'apiVersion: v1\nkind: Service\nmetadata:  {name: a,   namespace: shop}\n',
    'a:   1 # not Kubernetes\n---\n\n\n',
    '',
    '# nothing\n',
  ]
  const functionConfig = {
    path: 'f.yaml',
    text: 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {}, unknownNamespace: NoLabels}\n',
  }
  for (const text of texts) t.equal(injected(text, { functionConfig }), text)
})

t.test('JSON stays JSON', async t => {
  const [value] = valuesOf(example('store.yaml'))
  const out = injected(`${JSON.stringify(value, null, 2)}\n`)
  t.equal(at(JSON.parse(out), ['spec', 'template', ...PROXY_NAME]), 'istio-proxy')
})

t.test('two resources of one name are both injected', async t => {
  const store = example('store.yaml')
  const values = valuesOf(injected(`${store}---\n${store}`))
  t.same(
    values.map(value => at(value, ['spec', 'template', ...PROXY_NAME])),
    ['istio-proxy', 'istio-proxy'],
  )
})

t.test('templates that share an anchor are each injected, for their own workload', async t => {
  const list = `apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: a, namespace: shop}
  spec:
    template: &template
      spec: {containers: [{name: app, image: "app:1"}]}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: b, namespace: shop}
  spec:
    template: *template
`
  const [value] = valuesOf(injected(list))
  const names = [0, 1].map(i => at(value, ['items', i, 'spec', 'template', 'metadata', 'labels', 'service.istio.io/canonical-name']))
  t.same(names, ['a', 'b'])
})

t.test('line ends of Windows stay, also in what is injected', async t => {
  const out = injected(example('store.yaml').replaceAll('\n', '\r\n'))
  t.match(out, /name: istio-proxy\r\n/)
  t.equal(/[^\r]\n/.test(out), false)
})

t.test('unicode and a byte order mark stay', async t => {
  const text = `\ufeff${example('store.yaml').replace('serviceName: store', 'serviceName: store # größe ☃ 𝄞')}`
  const out = injected(text)
  t.equal(out.startsWith('\ufeffapiVersion'), true)
  t.match(out, /# größe ☃ 𝄞\n/)
})

t.test('two ConfigMaps of one name that are no configuration of the mesh are nobody’s mistake', async t => {
  const settings = (level: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {level: ${level}}\n`
  t.match(injected(`${example('store.yaml')}---\n${settings('info')}---\n${settings('debug')}`), /name: istio-proxy/)
})

const COMMENT = '# measured in May, not to be lowered'
const commented = (text: string) => text.replace(/^( +)- name: istio-proxy\n/m, `$1${COMMENT}\n$1- name: istio-proxy ${COMMENT}\n`)

t.test('comments in injected parts stay where injecting again comes to the same', async t => {
  const out = commented(injected(example('store.yaml')))
  t.equal(out.split(COMMENT).length, 3)
  t.equal(injected(out), out)
  for (const together of [`${out}---\n${injected(example('web.yaml'))}`, list([out, commented(injected(example('web.yaml')))])]) {
    t.equal(injected(together), together)
  }
})

t.test('where one of two workloads changes, the other one stays with its comments', async t => {
  const [store, web] = [commented(injected(example('store.yaml'))), injected(example('web.yaml'))]
  const changed = web.replace('      annotations:\n', '      annotations:\n        sidecar.istio.io/logLevel: debug\n')
  for (const join of [(a: string, b: string) => `${a}---\n${b}`, (a: string, b: string) => list([a, b])]) {
    const out = injected(join(store, changed))
    t.equal(out, join(store, injected(changed)))
    t.match(out, /- debug\n/)
    t.equal(out.split(COMMENT).length, 3)
  }
})

t.test('in a document with anchors all stays, or all is injected anew', async t => {
  const text = (level: string) =>
    commented(
      injected(
        example('store.yaml')
          .replace('app: store\n', 'app: &app store\n')
          .replace('      labels:\n        app: store\n', `      annotations: {sidecar.istio.io/logLevel: ${level}}\n      labels:\n        app: *app\n`),
      ),
    )
  t.match(text('info'), /\*app/)
  t.equal(injected(text('info')), text('info'))
  const changed = injected(text('info').replace('logLevel: info', 'logLevel: debug'))
  t.match(changed, /- debug\n/)
  t.notMatch(changed, /- info\n/)
})

function list(texts: readonly string[]): string {
  return `apiVersion: v1\nkind: List\nitems:\n${texts.map(text => `- ${indent(text, 2).slice(2)}`).join('')}`
}

t.test('the same input gives the same bytes', async t => {
  t.equal(injected(example('web.yaml')), injected(example('web.yaml')))
})

interface Failure {
  readonly name: string
  readonly app?: string
  readonly mesh?: string
  readonly want: object[]
}

const annotated = (annotation: string) => example('store.yaml').replace('    metadata:\n', `    metadata:\n      annotations:\n        ${annotation}\n`)

const failures: Failure[] = [
  {
    name: 'a template that the configuration does not have',
    app: annotated('inject.istio.io/templates: sidecra'),
    want: [{ code: 'template-unknown', message: /have gateway, sidecar/, resource: { name: 'store' }, at: { file: 'app.yaml', line: 14 } }],
  },
  {
    name: 'an annotation that Istio rejects',
    app: annotated('sidecar.istio.io/interceptionMode: SOMETIMES'),
    want: [{ code: 'annotation-invalid', message: /interceptionMode invalid/, at: { file: 'app.yaml', line: 14 } }],
  },
  {
    name: 'a pod that Kubernetes could not read',
    app: example('store.yaml').replace('containerPort: 5432', 'containerPort: many'),
    want: [{ code: 'pod-invalid', field: ['spec', 'template', 'spec', 'containers', 0, 'ports', 0, 'containerPort'], at: { file: 'app.yaml' } }],
  },
  {
    name: 'a workload with a pod template that is null',
    app: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: null}\n',
    want: [{ code: 'resource-invalid', message: 'the pod template must be a mapping, not null', resource: { name: 'a' } }],
  },
  {
    name: 'a namespace that nobody knows',
    app: example('store.yaml').replace('namespace: shop', 'namespace: other'),
    want: [{ code: 'namespace-unknown', resource: { name: 'store' } }],
  },
  {
    name: 'a template that does not parse, once for all workloads',
    app: `${example('store.yaml')}---\n${example('web.yaml')}`,
    mesh: MESH.replace('{{ .ProxyUID }}', '{{ .ProxyUID'),
    want: [{ code: 'template-parse', resource: { kind: 'ConfigMap', name: 'istio-sidecar-injector' } }],
  },
  {
    name: 'a template that fails, for the workload that it fails for',
    mesh: MESH.replace('{{ .ProxyUID }}', '{{ index .ObjectMeta.Labels 7 }}'),
    want: [{ code: 'template-exec', resource: { name: 'store' } }],
  },
  {
    name: 'a missing ConfigMap, with the commands that fetch it',
    mesh: MESH.replace('name: istio-sidecar-injector', 'name: another'),
    want: [{ code: 'config-missing', hint: /kubectl get configmap -n istio-system istio-sidecar-injector istio -o yaml/ }],
  },
  {
    name: 'a ConfigMap in another namespace, with the field to set',
    mesh: MESH.replace('name: istio-sidecar-injector\n  namespace: istio-system', 'name: istio-sidecar-injector\n  namespace: mesh'),
    want: [{ code: 'config-missing', hint: /^the namespace mesh has one: set `istio.namespace: mesh`/ }],
  },
  {
    name: 'a ResourceList among files',
    app: 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n',
    want: [{ code: 'resource-list-invalid', hint: /without arguments/ }],
  },
  {
    name: 'a missing key of a ConfigMap',
    mesh: MESH.replace('  values: |', '  valeus: |'),
    want: [{ code: 'injector-config-invalid', message: 'missing ConfigMap key "values"', resource: { name: 'istio-sidecar-injector' } }],
  },
  {
    name: 'an injector config that is not YAML',
    mesh: MESH.replace('    policy: enabled', '    policy: [enabled'),
    want: [{ code: 'injector-config-invalid', message: /^config: failed to unmarshal/, at: { file: 'mesh.yaml' } }],
  },
  {
    name: 'a mesh config with a wrong type',
    mesh: MESH.replace('concurrency: 2', 'concurrency: many'),
    want: [{ code: 'injector-config-invalid', message: /^mesh: /, resource: { name: 'istio' } }],
  },
]

for (const { name, app = example('store.yaml'), mesh = MESH, want } of failures) {
  t.test(`${name}: an error, and nothing is changed`, async t => {
    const files = [
      { path: 'app.yaml', text: app },
      { path: 'mesh.yaml', text: `${NAMESPACE}---\n${mesh}` },
    ]
    const result = inject({ files })
    const errors = result.diagnostics.filter(({ severity }) => severity === 'error')
    t.match(errors, want)
    t.equal(errors.length, want.length)
    t.same(result.files, files)
  })
}

t.test('the errors of all workloads are reported in one run, and the good ones are not changed', async t => {
  const files = [
    { path: 'a.yaml', text: annotated('inject.istio.io/templates: nope') },
    { path: 'b.yaml', text: example('web.yaml') },
    { path: 'c.yaml', text: 'apiVersion: v1\nkind: Pod\nspec: [\n' },
    { path: 'd.yaml', text: annotated('sidecar.istio.io/interceptionMode: SOMETIMES') },
    { path: 'mesh.yaml', text: `${NAMESPACE}---\n${MESH}` },
  ]
  const result = inject({ files })
  t.same(result.diagnostics.flatMap(({ severity, code, at }) => (severity === 'error' ? [`${at?.file} ${code}`] : [])).sort(), [
    'a.yaml template-unknown',
    'c.yaml yaml-syntax',
    'd.yaml annotation-invalid',
  ])
  t.same(result.files, files)
})

t.test('what is assumed is said: the webhook of the chart, and the mesh config', async t => {
  const [injectorConfigMap = ''] = MESH.split('---\n')
  const { diagnostics } = inject({ files: [{ path: 'all.yaml', text: [NAMESPACE, example('store.yaml'), injectorConfigMap].join('---\n') }] })
  t.match(diagnostics, [
    { code: 'mesh-config-missing', severity: 'warning' },
    { code: 'webhooks-assumed', severity: 'info' },
    { code: 'kubelet-assumed', severity: 'info' },
  ])
})

t.test('without a workload nobody asks for a configuration', async t => {
  t.same(inject({ files: [{ path: 'a.yaml', text: NAMESPACE }] }).diagnostics, [])
})

t.test('a sidecar of one’s own needs no mesh', async t => {
  const functionConfig = {
    path: 'f.yaml',
    text: `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec:
  injectors:
  - name: logs
    webhooks:
    - objectSelector: {matchLabels: {app: store}}
    config:
      templates:
        sidecar: |
          spec:
            containers:
            - name: logs
              image: {{ .Values.image }}
    values: {image: "fluent-bit:4.0"}
`,
  }
  const { files } = inject({ files: [{ path: 'app.yaml', text: example('store.yaml') }], functionConfig })
  const [value] = valuesOf(files[0]?.text ?? '')
  t.match(at(value, ['spec', 'template', 'spec', 'containers']), [{ name: 'logs', image: 'fluent-bit:4.0' }, { name: 'store' }])
  t.equal(at(value, ['spec', 'template', 'metadata', 'annotations']), undefined)
  t.equal(at(value, ['spec', 'template', 'spec', 'containers', 0, 'resources']), undefined, 'no empty resources that only Go prints')
})

t.test('a match condition of a webhook decides', async t => {
  const webhook = (expression: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector, labels: {istio.io/rev: default}}
webhooks:
- name: namespace.sidecar-injector.istio.io
  clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchLabels: {istio-injection: enabled}}
  matchConditions: [{name: named, expression: ${JSON.stringify(expression)}}]
`
  const out = (expression: string) => injected(`${example('store.yaml')}---\n${webhook(expression)}`)
  t.match(out("object.metadata.labels['app'] == 'store'"), /istio-proxy/)
  t.equal(/istio-proxy/.test(out("object.metadata.labels['app'] == 'web'")), false)
})

t.test('the decisions come with the result', async t => {
  const { decisions } = inject({ files: [{ path: 'all.yaml', text: [NAMESPACE, MESH, example('store.yaml')].join('---\n') }] })
  t.match(decisions, [{ workload: { resource: { ref: { name: 'store' } } }, injections: [{ templates: ['sidecar'], injector: { revision: 'default' } }] }])
})

t.test('a ProxyConfig whose selector has no labels is pointed out: Istio applies it to nothing', async t => {
  const proxyConfig = (selector: string) =>
    `apiVersion: networking.istio.io/v1beta1\nkind: ProxyConfig\nmetadata: {name: all, namespace: shop}\nspec: {concurrency: 3${selector}}\n`
  const codes = (selector: string) =>
    inject({ files: [{ path: 'all.yaml', text: `${proxyConfig(selector)}---\n${example('web.yaml')}---\n${NAMESPACE}---\n${MESH}` }] }).diagnostics.map(
      ({ code }) => code,
    )
  t.equal(codes(', selector: {}').includes('proxy-config-unused'), true)
  t.equal(codes(', selector: {matchLabels: {}}').includes('proxy-config-unused'), true)
  t.equal(codes(', selector: {matchLabels: {app: web}}').includes('proxy-config-unused'), false)
  t.equal(codes('').includes('proxy-config-unused'), false)
})

t.test('a workload that repeats others is written as by itself', async t => {
  const names = ['web', 'shop', 'api', 'cart', 'search', 'ads', 'web2', 'a-long-name-of-a-workload', 'istio-proxy', 'x']
  const copies = names.map((name, i) =>
    example('web.yaml')
      .replaceAll('web', name)
      .replace('1.4.2', `1.${i}.0`)
      .replace('8080', String(8000 + i)),
  )
  const list = injected(copies.join('---\n')).split('---\n')
  // With a comment of its own, none is like another.
  const alone = copies.map((text, i) => injected(`# copy ${i}\n${text}`).replace(/^# copy.*\n/, ''))
  t.same(list, alone)
})
