// Whatever configures an injection: the ConfigMaps of Istio, its webhooks with their conditions, ProxyConfigs, the function config. Any of it is taken, or said
// to be wrong, and what was injected with it comes off again.

import fc from 'fast-check'
import t from 'tap'
import { inject } from '../../src/index.ts'
import { at, isObject, type Json, type JsonObject, type SourceFile, withValueAt } from '../../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../../src/lib/yaml/index.ts'
import { fuzz } from '../support/fuzz.ts'
import { hostileForm, hostileText } from '../support/hostile-values.ts'
import { batchesOf, NO_CASES } from '../support/istio-cases.ts'
import { errorsIn, fileAnswersWell, inMesh, reached, refusedOr } from '../support/laws.ts'
import { mutatedText, mutatedValue } from '../support/mutate.ts'
import { example } from '../support/rig.ts'

const WEB = example('web.yaml')
const NAMESPACE = { path: 'namespace.yaml', text: example('namespace.yaml') }
const valuesIn = (text: string) => parseDocuments({ path: 'x', text }).map(({ value }) => value as JsonObject)
const CONFIG_MAPS = valuesIn(example('istio/config.yaml'))
const [INJECTOR, MESH] = [CONFIG_MAPS[0] ?? {}, CONFIG_MAPS[1] ?? {}]
const [STOCK] = NO_CASES ? [] : batchesOf('1.31')
const STOCKS = STOCK === undefined ? [] : valuesIn(STOCK.mesh.text)

const texts = (key: string): string[] => [...CONFIG_MAPS, ...STOCKS].flatMap(value => at(value, ['data', key]) ?? []).map(String)
const file = (path: string, value: Json): SourceFile => ({ path, text: toYaml(value) })
const withKey = (configMap: JsonObject, key: string, text: string): JsonObject => withValueAt(configMap, ['data', key], text) as JsonObject

/** The laws for a workload in a mesh of which one ConfigMap has another text. */
function meshAnswersWell({ injector = INJECTOR, mesh = MESH, more = [] }: { injector?: JsonObject; mesh?: JsonObject; more?: readonly SourceFile[] }): void {
  fileAnswersWell(WEB, inMesh([file('injector.yaml', injector), file('mesh.yaml', mesh), NAMESPACE, ...more]))
}

const MESH_CONFIG = {
  accessLogFile: '/dev/stdout',
  connectTimeout: '10s',
  defaultConfig: {
    concurrency: 2,
    drainDuration: '45s',
    proxyMetadata: { A: 'b' },
    tracing: { sampling: 1.5, zipkin: { address: 'z:9411' }, customTags: { a: { literal: { value: 'x' } } } },
    image: { imageType: 'distroless' },
    readinessProbe: { httpGet: { port: 80, path: '/' }, periodSeconds: 3 },
    proxyHeaders: { attemptCount: { disabled: true }, server: { value: 'x' } },
    privateKeyProvider: { qat: { pollDelay: '0.002s' } },
  },
  defaultProviders: { metrics: ['prometheus'], tracing: ['otel'] },
  enablePrometheusMerge: true,
  extensionProviders: [
    { name: 'otel', opentelemetry: { service: 'otel.svc', port: 4317, resourceDetectors: { environment: {} } } },
    { name: 'ext', envoyExtAuthzHttp: { service: 'x', port: '80', timeout: '1s', includeRequestHeadersInCheck: ['a'] } },
  ],
  localityLbSetting: { distribute: [{ from: 'a/*', to: { 'a/*': 100 } }] },
  outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
  serviceSettings: [{ settings: { clusterLocal: true }, hosts: ['*'] }],
  trustDomainAliases: ['a'],
  caCertificates: [{ pem: 'x', certSigners: ['s'] }],
  discoverySelectors: [{ matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }],
  meshMTLS: { minProtocolVersion: 'TLSV1_3' },
  pathNormalization: { normalization: 'BASE' },
}
const meshes = [MESH_CONFIG, ...texts('mesh').flatMap(valuesIn)]

fuzz('the mesh config', { runs: 200, input: fc.oneof(hostileForm(meshes), mutatedText(texts('mesh'))) }, text =>
  meshAnswersWell({ mesh: withKey(MESH, 'mesh', text) }),
)

fuzz('the values', { runs: 200, input: fc.oneof(hostileForm(texts('values').flatMap(valuesIn)), mutatedText(texts('values'))) }, text =>
  meshAnswersWell({ injector: withKey(INJECTOR, 'values', text) }),
)

if (STOCK !== undefined) {
  // What the stock templates do with strange values.
  const stock = STOCKS.findIndex(value => at(value, ['data', 'values']) !== undefined)
  const values = valuesIn(String(at(STOCKS[stock], ['data', 'values'])))
  const web = WEB.replace('namespace: shop', 'namespace: default')
  fuzz("the values that Istio's own templates read", { runs: 40, input: hostileForm(values) }, text => {
    const changed = STOCKS.map((value, i) => (i === stock ? withKey(value, 'values', text) : value))
    const files = changed.map((value, i) => file(`${i}.yaml`, value))
    fileAnswersWell(web, inMesh(files, STOCK.functionConfig))
  })
}

const injectors = texts('config')
  .slice(0, 1)
  .flatMap(valuesIn)
  .map(value => ({
    ...value,
    neverInjectSelector: [{ matchLabels: { a: 'b' } }, { matchExpressions: [{ key: 'c', operator: 'Exists' }] }],
    alwaysInjectSelector: [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }],
    injectedAnnotations: { 'a.b/c': 'd' },
  }))

fuzz('the injector config', { runs: 200, input: fc.oneof(hostileForm(injectors), mutatedText(texts('config').slice(0, 1))) }, text =>
  meshAnswersWell({ injector: withKey(INJECTOR, 'config', text) }),
)

fuzz('the ConfigMaps themselves', { runs: 100, input: fc.tuple(mutatedValue([INJECTOR]), mutatedValue([MESH])) }, ([injector, mesh]) => {
  if (isObject(injector) && isObject(mesh))
    refusedOr(() => inject({ files: [file('i.yaml', injector), file('m.yaml', mesh), NAMESPACE, { path: 'w.yaml', text: WEB }] }))
})

const PROXY_CONFIG = {
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'ProxyConfig',
  metadata: { name: 'p', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { concurrency: 4, image: { imageType: 'debug' }, environmentVariables: { A: 'b' }, selector: { matchLabels: { app: 'web' } } },
}
const WEBHOOKS = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'istio-sidecar-injector', labels: { 'istio.io/rev': 'default' } },
  webhooks: [
    {
      name: 'namespace.sidecar-injector.istio.io',
      clientConfig: { service: { name: 'istiod', namespace: 'istio-system', path: '/inject/cluster/c/net/n', port: 443 } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' }],
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
      objectSelector: { matchExpressions: [{ key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] }] },
      matchConditions: [{ name: 'c', expression: 'object.metadata.?labels[?"app"].orValue("x") != "y"' }],
    },
  ],
}

fuzz('ProxyConfigs and webhooks', { runs: 250, input: mutatedValue([PROXY_CONFIG, WEBHOOKS]) }, value => meshAnswersWell({ more: [file('more.yaml', value)] }))

const WORDS = [
  ...[
    'object',
    'request',
    'namespaceObject',
    'oldObject',
    'params',
    'variables',
    '.metadata',
    '.labels',
    '.spec.containers',
    '.kind',
    '.name',
    '["app"]',
    '[0]',
    '[?0]',
  ],
  ...[
    '.?a',
    '.b',
    ' == ',
    ' != ',
    ' < ',
    ' && ',
    ' || ',
    '!',
    '-',
    ' + ',
    ' * ',
    ' / ',
    ' % ',
    ' in ',
    '?',
    ':',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '.',
    '"',
    "'",
    'r"',
  ],
  ...['true', 'false', 'null', '0', '1u', '1.5', '1e400', '9223372036854775807', '"a"', "b'x'", '"\\u00e9"', 'x', 'has(object.spec)', '.all(x, x.a == "b")'],
  ...[
    '.map(x, x)',
    '.filter(x, x > 1)',
    '.exists(x, true)',
    '.size()',
    'size(object)',
    '.startsWith("a")',
    '.matches("(a+)+$")',
    '.replace("a", "bb")',
    '.split(",")',
  ],
  ...[
    '[1, 2, 3]',
    '{"a": 1}',
    '.orValue(1)',
    'type(1)',
    'string(1)',
    'int("x")',
    'duration("1h")',
    'timestamp("2020-01-01T00:00:00Z")',
    '.getHours("x")',
    'dyn(1)',
  ],
  ...[
    'quantity("1Gi")',
    'ip("::1")',
    'cidr("10.0.0.0/8")',
    'url("http://x")',
    '.flatten()',
    '.sort()',
    '.join(",")',
    'cel.bind(a, 1, a)',
    'lists.range(9)',
    '"%s".format([1])',
  ],
]

fuzz(
  'match conditions',
  {
    runs: 700,
    input: fc.oneof(
      fc.array(fc.constantFrom(...WORDS), { maxLength: 12, size: 'max' }).map(words => words.join('')),
      hostileText,
    ),
  },
  expression => meshAnswersWell({ more: [file('more.yaml', withValueAt(WEBHOOKS, ['webhooks', 0, 'matchConditions', 0, 'expression'], expression))] }),
)

const SPEC = {
  istio: {
    namespace: 'istio-system',
    revisions: ['default'],
    webhookPath: '/inject/cluster/east/net/net-1',
    nativeSidecars: 'Auto',
    compliancePolicy: 'fips-140-2',
    compatibility: 'Auto',
    env: { A: 'b' },
  },
  cluster: {
    kubeletVersions: ['v1.34.0', 'v1.20.0-x+y'],
    platform: 'openshift',
    defaultNamespace: 'shop',
    namespaces: { shop: { labels: { 'istio-injection': 'enabled' }, annotations: {} } },
  },
  injectors: [
    {
      name: 'log',
      order: 'AfterIstio',
      webhooks: [{ name: 'x', objectSelector: { matchLabels: { app: 'web' } }, matchConditions: [{ name: 'c', expression: 'true' }] }],
      config: {
        policy: 'enabled',
        templates: { sidecar: 'spec: {containers: [{name: log, image: "{{ .Values.image }}"}]}' },
        defaultTemplates: ['sidecar'],
        aliases: { a: ['sidecar'] },
        neverInjectSelector: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }],
      },
      values: { image: 'log:1' },
    },
  ],
  resources: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'more' } }],
  workloads: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', podTemplate: 'spec.template' }],
  unknownNamespace: 'Skip',
  expect: [{ kind: 'Deployment', namespace: 'shop', name: 'web', injected: true }],
  explain: true,
}
const FUNCTION_CONFIGS = [
  { apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'SidecarInjector', metadata: { name: 'mesh' }, spec: SPEC },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mesh' }, data: { config: toYaml(SPEC), explain: 'true', 'istio.compatibility': '1.30' } },
]
const FILES = [...CONFIG_MAPS.map((value, i) => file(`${i}.yaml`, value)), NAMESPACE]

fuzz('the function config', { runs: 400, input: hostileForm(FUNCTION_CONFIGS) }, text => {
  const input = { files: [...FILES, { path: 'web.yaml', text: WEB }], functionConfig: { path: 'sidecars.yaml', text } }
  const once = refusedOr(() => inject(input))
  // An action of another kind than `Inject` answers with other texts.
  if (once === undefined || errorsIn(once.diagnostics).length > 0 || /action/.test(text)) return
  fileAnswersWell(WEB, inMesh(FILES, input.functionConfig))
})

t.test('all laws are reached', async t => {
  for (const name of ['failed', 'twice', 'off'] as const) t.equal(reached[name] > 20, true, `${name}: ${reached[name]} inputs`)
})
