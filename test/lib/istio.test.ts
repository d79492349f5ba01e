// Istio's configuration beside the mesh: injector config, version gate, images, owners, ids, webhooks.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compatibilityOf, compatibilityWith, type IstioVersion } from '../../src/lib/istio/compatibility.ts'
import { proxyImage, proxyInitImage } from '../../src/lib/istio/images.ts'
import { ownInjectorConfig, parseInjectorConfig } from '../../src/lib/istio/injector-config.ts'
import * as names from '../../src/lib/istio/names.ts'
import { nativeSidecars, nativeSidecarsWarning } from '../../src/lib/istio/native-sidecars.ts'
import { proxyIds } from '../../src/lib/istio/openshift.ts'
import { workloadOf } from '../../src/lib/istio/owner.ts'
import { webhookPath } from '../../src/lib/istio/webhook-path.ts'
import { chartWebhooks, revisionOfWebhooks } from '../../src/lib/istio/webhooks.ts'
import { at, InjectError, type JsonObject } from '../../src/lib/model/index.ts'

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../conformance/istio/vectors.json'), 'utf8'))

function failure(run: () => unknown): InjectError | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof InjectError) return error
    throw error
  }
}

t.test('the injector config is read with the types of Go', async t => {
  const config = parseInjectorConfig({
    config: `
Policy: enabled
defaultTemplates: [a, 1.50, yes]
templates: {a: 5, b: 1000000, c: 1e6, d: 12345678901234567890, e: 0777, f: null}
aliases: {x: [a, 7], z: null}
neverInjectSelector: [{matchLabels: {v: 1, on: no}}]
alwaysInjectSelector: [{matchExpressions: [{key: k, operator: In, values: [1, y]}]}, {}]
injectedAnnotations: {a: 1, t: true}
template: "{{ ignored"
unknown: {a: [1]}
`,
    values: '{"revision":"canary","global":{"platform":"openshift"},"pilot":{"env":{"ENABLE_NATIVE_SIDECARS":true,"COMPLIANCE_POLICY":"fips-140-2"}}}',
    mesh: 'rootNamespace: r',
  })
  t.equal(config.policy, 'enabled')
  t.same(config.defaultTemplates, ['a', '1.5', 'true'])
  t.same(
    [...config.templates],
    [
      ['a', '5'],
      ['b', '1000000'],
      ['c', '1e+06'],
      ['d', '12345678901234567890'],
      ['e', '511'],
      ['f', ''],
    ],
  )
  t.same(
    [...config.aliases],
    [
      ['x', ['a', '7']],
      ['z', []],
    ],
  )
  t.same(config.neverInjectSelector, [{ matchLabels: { v: '1', true: 'false' } }])
  t.same(config.alwaysInjectSelector, [{ matchExpressions: [{ key: 'k', operator: 'In', values: ['1', 'true'] }] }, {}])
  t.same(
    [...config.injectedAnnotations],
    [
      ['a', '1'],
      ['t', 'true'],
    ],
  )
  t.same([config.revision, config.platform, config.nativeSidecars, config.compliancePolicy], ['canary', 'openshift', 'true', 'fips-140-2'])
  t.equal(config.mesh.rootNamespace, 'r')
})

t.test('an empty configuration has the defaults, and settings win over values', async t => {
  const empty = parseInjectorConfig({ config: '', values: 'null' })
  t.same(
    [empty.policy, empty.defaultTemplates, empty.revision, empty.nativeSidecars, empty.compliancePolicy, empty.platform],
    ['', ['sidecar'], 'default', 'auto', '', ''],
  )
  t.same([empty.values, empty.templates.size, empty.mesh.rootNamespace, empty.compatibility.version], [{}, 0, 'istio-system', '1.32'])
  const set = parseInjectorConfig({
    config: '',
    values: '{"pilot":{"env":{"ENABLE_NATIVE_SIDECARS":"false"}}}',
    sharedMesh: 'rootNamespace: shared\ningressClass: shared',
    mesh: 'rootNamespace: own',
    revision: 'r',
    nativeSidecars: 'Enabled',
    compliancePolicy: 'p',
    platform: 'o',
    compatibility: '1.29',
  })
  t.same([set.revision, set.nativeSidecars, set.compliancePolicy, set.platform, set.compatibility.version], ['r', 'true', 'p', 'o', '1.29'])
  t.same([set.mesh.rootNamespace, set.mesh.ingressClass], ['own', 'shared'])
})

t.test('a configuration that istiod refuses is refused in its words, with the key at fault', async t => {
  const unmarshal = 'config: failed to unmarshal injection template: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal'
  const cases: [{ config?: string; values?: string; mesh?: string }, string][] = [
    [{ config: 'policy: [1]' }, `${unmarshal} array into Go struct field Config.policy of type inject.InjectionPolicy`],
    [{ config: 'defaultTemplates: sidecar' }, `${unmarshal} string into Go struct field Config.defaultTemplates of type []string`],
    [{ config: 'neverInjectSelector: {}' }, `${unmarshal} object into Go struct field Config.neverInjectSelector of type []v1.LabelSelector`],
    [
      { config: 'neverInjectSelector: [{matchLabels: [a]}]' },
      `${unmarshal} array into Go struct field LabelSelector.neverInjectSelector.matchLabels of type map[string]string`,
    ],
    [{ config: 'templates: {a: {b: c}}' }, `${unmarshal} object into Go struct field Config.templates of type string`],
    [{ config: '[]' }, `${unmarshal} array into Go value of type inject.Config`],
    [{ values: '{"global":{"hub":5}}' }, 'values: could not parse configuration values: json: cannot unmarshal number into Go value of type string'],
    [{ values: '[]' }, 'values: could not parse configuration values: json: cannot unmarshal array into Go value of type map[string]json.RawMessage'],
    [{ mesh: 'proxyListenPort: 0' }, 'mesh: invalid proxy listen port: port number 0 must be in the range 1..65535'],
  ]
  for (const [source, want] of cases) {
    const error = failure(() => parseInjectorConfig({ config: '', values: '', ...source }))
    t.equal(error?.message, want)
    t.equal(error?.diagnostic.code, 'injector-config-invalid')
    t.same(error?.diagnostic.field, ['data', Object.keys(source)[0]])
  }
  for (const source of [{ config: 'a: [' }, { values: 'a: [' }, { mesh: 'a: [' }]) {
    t.match(failure(() => parseInjectorConfig({ config: '', values: '', ...source }))?.message, / yaml: /)
  }
})

t.test('the recorded configurations of Istio are taken and refused alike', async t => {
  // Two groups of errors come from elsewhere: the words of the YAML parser, and templates, which render compiles.
  const elsewhere = new Set(['yamlerr', 'values-badyaml', 'cfg-parseerr', 'cfg-parseerr2', 'render "x"'])
  for (const c of vectors.cases) {
    if (elsewhere.has(c.name)) continue
    const text = (key: string) => (c[key] === 'default' ? vectors.defaults[key] : c[key])
    const error = failure(() => parseInjectorConfig({ config: c.config, values: text('values'), mesh: text('mesh') }))
    if (error?.message !== c.configError) t.equal(error?.message, c.configError, `${c.group} ${c.name}`)
  }
  t.ok(vectors.cases.length > 300)
})

t.test('an own sidecar has a configuration of the same form', async t => {
  const config = {
    policy: 'enabled' as const,
    templates: new Map([['sidecar', 'spec: {}']]),
    defaultTemplates: [],
    aliases: new Map(),
    neverInjectSelector: [],
    alwaysInjectSelector: [],
    injectedAnnotations: new Map(),
  }
  const own = ownInjectorConfig({ name: 'log', order: 'After', webhooks: [], config, values: { a: 1 }, field: [] })
  t.same([own.defaultTemplates, own.values, own.policy, own.compatibility.version], [['sidecar'], { a: 1 }, 'enabled', '1.32'])
})

t.test('the version comes from the labels, then from the tag, else it is the newest', async t => {
  const version = 'app.kubernetes.io/version'
  const cases: [JsonObject, JsonObject, IstioVersion][] = [
    [{ [version]: '1.29.6' }, { global: { tag: '1.30.0' } }, '1.29'],
    [{ [version]: '1.30-alpha.1' }, {}, '1.30'],
    [{ [version]: '1.0.0', 'helm.sh/chart': 'istiod-1.0.0' }, { global: { tag: '1.28.3-distroless' } }, '1.28'],
    [{ 'helm.sh/chart': 'istiod-1.30.2' }, {}, '1.30'],
    [{ [version]: '1.24.1' }, {}, '1.28'],
    [{ [version]: '1.45.0' }, {}, '1.32'],
    [{}, { global: { tag: 'latest' } }, '1.32'],
    [{}, { global: { tag: 1.29 } }, '1.32'],
    [{}, {}, '1.32'],
  ]
  for (const [labels, values, want] of cases) t.equal(compatibilityOf('Auto', labels, values).version, want, JSON.stringify([labels, values]))
  t.equal(compatibilityOf('1.28', { [version]: '1.31.0' }, {}).version, '1.28')
})

t.test('each rule that differs between versions is on from its version', async t => {
  const flags = (version: IstioVersion) => {
    const c = compatibilityWith(version)
    return [c.interfaceValidation, c.prometheusPortValidation, c.scrapeTargets, c.securePort, c.emptyImageTypeUsesVariant, c.dropFieldsNewerThan]
  }
  t.same(flags('1.28'), [false, false, false, false, false, '1.28'])
  t.same(flags('1.29'), [false, false, false, false, false, '1.29'])
  t.same(flags('1.30'), [true, false, false, false, false, '1.30'])
  t.same(flags('1.32'), [true, true, true, true, true, undefined])
})

t.test('the image is put together from hub, name, tag and type', async t => {
  const image = (global: JsonObject, more: { imageType?: string; image?: JsonObject; annotation?: string; version?: IstioVersion } = {}) =>
    proxyImage({
      values: { global },
      proxyConfig: more.image !== undefined ? { image: more.image } : more.imageType !== undefined ? { image: { imageType: more.imageType } } : {},
      annotations: more.annotation === undefined ? {} : { [names.PROXY_IMAGE_TYPE]: more.annotation },
      compatibility: compatibilityWith(more.version ?? '1.31'),
    })
  t.equal(image({}), '/proxyv2:')
  t.equal(image({ hub: 'h', tag: '1.2' }), 'h/proxyv2:1.2')
  t.equal(image({ hub: 'h', tag: true, proxy: { image: 'x/y' } }), 'h/x/y:true')
  t.equal(image({ hub: 'h', tag: '1', proxy: { image: '' } }), 'h/proxyv2:1')
  t.same(
    [1.1, 1000000000, null, ['a'], { b: 1, a: null }].map(tag => image({ hub: 'h', tag })),
    ['h/proxyv2:1.1', 'h/proxyv2:1e+09', 'h/proxyv2:<nil>', 'h/proxyv2:[a]', 'h/proxyv2:map[a:<nil> b:1]'],
  )
  t.equal(image({ hub: 'h', tag: '1.2-distroless', variant: 'debug' }), 'h/proxyv2:1.2-debug')
  t.equal(image({ hub: 'h', tag: '1.2-debug', variant: 'default' }), 'h/proxyv2:1.2')
  t.equal(image({ hub: 'h', tag: '1.2-foo-distroless', variant: 'foo' }), 'h/proxyv2:1.2-foo-foo')
  t.equal(image({ hub: 'h', tag: '1.2', variant: 'debug' }, { imageType: 'distroless' }), 'h/proxyv2:1.2-distroless')
  t.equal(image({ hub: 'h', tag: '1.2', variant: 'debug' }, { imageType: 'distroless', annotation: '' }), 'h/proxyv2:1.2')
  t.equal(image({ hub: 'h', tag: '1.2', variant: 'debug' }, { image: {} }), 'h/proxyv2:1.2-debug', 'no type falls back to the variant')
  t.equal(image({ hub: 'h', tag: '1.2', variant: 'debug' }, { image: {}, version: '1.30' }), 'h/proxyv2:1.2', 'but not before 1.31')
  t.equal(proxyInitImage({ global: { hub: 'h', tag: '1.2', variant: 'debug', proxy_init: { image: 'init' } } }, {}), 'h/init:1.2-debug')
  t.equal(proxyInitImage({ global: { hub: 'h', tag: '1.2' } }, { [names.PROXY_IMAGE_TYPE]: 'distroless' }), 'h/proxyv2:1.2-distroless')
})

t.test('native sidecars need every kubelet to be new enough', async t => {
  const cases: [string, string[], boolean][] = [
    ['true', ['v1.20.0'], true],
    ['false', ['v1.34.0'], false],
    ['maybe', ['v1.34.0'], false],
    ['auto', [], true],
    ['auto', ['v1.33.0', '1.34.1-eks-113cf36', 'v1.35.0+k3s1'], true],
    ['auto', ['v1.33.0', 'v1.32.9'], false],
    ['auto', ['unknown'], false],
    ['auto', ['v1'], false],
  ]
  for (const [mode, kubelets, want] of cases) t.equal(nativeSidecars(mode, kubelets), want, `${mode} ${kubelets}`)
  t.equal(nativeSidecarsWarning('auto'), undefined)
  t.equal(nativeSidecarsWarning('maybe')?.message, 'Unknown value for ENABLE_NATIVE_SIDECARS: maybe, defaulting to false')
})

t.test('OpenShift ranges give the proxy its ids', async t => {
  const ids = (range?: string, groups?: string) => {
    const annotations = {
      ...(range === undefined ? {} : { [names.SCC_UID_RANGE]: range }),
      ...(groups === undefined ? {} : { [names.SCC_SUPPLEMENTAL_GROUPS]: groups }),
    }
    const { uid, gid } = proxyIds('openshift', annotations)
    return [uid, gid]
  }
  t.same(ids('1000620000/10000'), [1000629999, 1000629999])
  t.same(ids('1000-2000', '3000-4000,x'), [2000, 1337])
  t.same(ids('1000/10', '3000/1000,1/1'), [1009, 3999])
  t.same(ids('1000/10', ''), [1009, 1337])
  t.same(ids('0/0'), [4294967295, 4294967295])
  t.same(ids(' 1-2 trailing'), [2, 2])
  t.same(ids('4294967296/1'), [1337, 1337])
  t.same(ids('x'), [1337, 1337])
  t.same(ids(), [1337, 1337])
  t.same(proxyIds('', { [names.SCC_UID_RANGE]: '1/1' }), { uid: 1337, gid: 1337 })
  t.same(proxyIds('openshift', undefined), { uid: 1337, gid: 1337 })
})

t.test('the workload behind a pod is guessed as istiod guesses it', async t => {
  let seen = 0
  for (const { group, name, pod, out } of vectors.cases) {
    if (group !== 'owner') continue
    seen++
    const { apiVersion, kind, namespace, name: workload } = workloadOf(pod)
    const want = (typeof out === 'string' ? JSON.parse(out) : out).metadata.annotations.owner
    t.equal([apiVersion, kind, namespace, workload].join('|'), want, name)
  }
  t.equal(seen, 15)
  const owned = (owner: JsonObject, labels: JsonObject = {}) =>
    workloadOf({ metadata: { generateName: 'x-', namespace: 'n', labels, ownerReferences: [{ kind: 'Other' }, { controller: true, ...owner }] } })
  const dc = owned({ apiVersion: 'v1', kind: 'ReplicationController', name: 'd-1' }, { deploymentconfig: 'd' })
  t.same([dc.apiVersion, dc.kind, dc.name], ['v1', 'DeploymentConfig', 'd'])
  const job = owned({ apiVersion: 'batch/v1', kind: 'Job', name: 'a-1234567' })
  t.same([job.kind, job.name], ['Job', 'a-1234567'])
})

t.test('the path of the webhook tells cluster, network and more', async t => {
  const cases: [string, [string, string][], string?][] = [
    ['/inject', []],
    ['/inject/', []],
    [
      '/inject/cluster/east/net/net-1/',
      [
        ['ISTIO_META_CLUSTER_ID', 'east'],
        ['ISTIO_META_NETWORK', 'net-1'],
      ],
    ],
    ['/inject/foo/a--slash--b/foo/c', [['FOO', 'c']]],
    ['/inject/cluster/a--slash--b', [['ISTIO_META_CLUSTER_ID', 'a/b']]],
    ['/inject/cluster', [], 'Odd number of inject env entries, ignore the last key cluster'],
    [
      '/inject/:ENV:cluster=c:ENV:FOO=a=b:ENV:=x:ENV:y',
      [
        ['ISTIO_META_CLUSTER_ID', 'c'],
        ['FOO', 'a=b'],
      ],
    ],
    ['/other/cluster/east', []],
  ]
  for (const [path, environment, warning] of cases) {
    const got = webhookPath(path)
    t.same([...got.environment], environment, path)
    t.equal(got.warning, warning, path)
  }
})

t.test('the chart makes two entries for every revision, and more for the default one', async t => {
  const prefixes = (configuration: JsonObject) =>
    (configuration.webhooks as JsonObject[]).map(entry => String(entry.name).replace('sidecar-injector.istio.io', ''))
  const plain = chartWebhooks({ values: {}, namespace: 'istio-system' })
  t.equal(at(plain, ['metadata', 'name']), 'istio-sidecar-injector')
  t.same(prefixes(plain), ['rev.namespace.', 'rev.object.', 'namespace.', 'object.'])
  t.same(at(plain, ['webhooks', 0, 'namespaceSelector', 'matchExpressions']), [
    { key: 'istio.io/rev', operator: 'In', values: ['default'] },
    { key: 'istio-injection', operator: 'DoesNotExist' },
  ])
  t.same(at(plain, ['webhooks', 3, 'objectSelector', 'matchExpressions']), [
    { key: 'sidecar.istio.io/inject', operator: 'In', values: ['true'] },
    { key: 'istio.io/rev', operator: 'DoesNotExist' },
  ])
  t.same(at(plain, ['webhooks', 0, 'clientConfig']), { service: { name: 'istiod', namespace: 'istio-system', path: '/inject', port: 443 } })
  const canary = chartWebhooks({ values: { revision: 'canary', istiodRemote: { injectionPath: '/inject/net/n' } }, namespace: 'mesh' })
  t.equal(at(canary, ['metadata', 'name']), 'istio-sidecar-injector-canary-mesh')
  t.same(prefixes(canary), ['rev.namespace.', 'rev.object.'])
  t.same(at(canary, ['webhooks', 0, 'clientConfig']), { service: { name: 'istiod-canary', namespace: 'mesh', path: '/inject/net/n', port: 443 } })
  const auto = chartWebhooks({
    values: { sidecarInjectorWebhook: { enableNamespacesByDefault: true }, istiodRemote: { injectionURL: 'https://x/inject' } },
    namespace: 'istio-system',
  })
  t.same(prefixes(auto), ['rev.namespace.', 'rev.object.', 'namespace.', 'object.', 'auto.'])
  t.same(at(auto, ['webhooks', 0, 'clientConfig']), { url: 'https://x/inject' })
  t.equal(revisionOfWebhooks(canary), 'canary')
})
