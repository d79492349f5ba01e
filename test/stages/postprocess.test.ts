// Istio's pod rules after merging, one by one, against what istio-rules.md says of each.
import t from 'tap'
import { compatibilityWith } from '../../src/lib/istio/compatibility.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { at, InjectError } from '../../src/lib/model/index.ts'
import { applyClusterEnvironment } from '../../src/postprocess/cluster-environment.ts'
import { booleanOf, integerOf } from '../../src/postprocess/lenient.ts'
import { applyMetadata } from '../../src/postprocess/metadata.ts'
import { orderContainers } from '../../src/postprocess/order.ts'
import { postprocess } from '../../src/postprocess/postprocess.ts'
import { applyProbeRewrite } from '../../src/postprocess/probes.ts'
import { applyPrometheusMerge, applySecureMetrics } from '../../src/postprocess/prometheus.ts'
import type { PodFacts } from '../../src/postprocess/rule.ts'
import { applyUserIds } from '../../src/postprocess/user-ids.ts'

const EMPTY = { metadata: {}, spec: { containers: [] } }
const FACTS: PodFacts = {
  original: EMPTY,
  injected: EMPTY,
  revision: 'default',
  statusPort: 15020,
  prometheusMerge: true,
  rewriteProbes: true,
  holdApplication: false,
  tproxy: false,
  environment: new Map(),
  injectedAnnotations: new Map(),
  compatibility: compatibilityWith('1.31'),
}

interface Parts {
  annotations?: JsonObject
  labels?: JsonObject
  containers?: JsonObject[]
  initContainers?: JsonObject[]
}

function podWith({ annotations, labels, containers = [], initContainers }: Parts): JsonObject {
  return {
    metadata: { ...(annotations && { annotations }), ...(labels && { labels }) },
    spec: { containers, ...(initContainers && { initContainers }) },
  }
}

const named = (...names: string[]): JsonObject[] => names.map(name => ({ name }))
const namesOf = (list: unknown): unknown => (Array.isArray(list) ? list.map(item => (item as JsonObject).name) : list)
const specOf = (pod: JsonObject): JsonObject => pod.spec as JsonObject
const annotationsOf = (pod: JsonObject): unknown => (pod.metadata as JsonObject).annotations
const codes = (warnings: readonly { code: string }[] | undefined): string[] => (warnings ?? []).map(({ code }) => code)

t.test('booleans and numbers in annotations are read as Go reads them', async t => {
  t.same(['1', 't', 'T', 'TRUE', 'true', 'True'].map(booleanOf), Array(6).fill(true))
  t.same(['0', 'f', 'F', 'FALSE', 'false', 'False'].map(booleanOf), Array(6).fill(false))
  t.same(['yes', '', 'tRUE', ' true', undefined].map(booleanOf), Array(5).fill(undefined))
  t.same(['80', '+80', '-1', '015', ' 80', '8_0', '', '9223372036854775808'].map(integerOf), [80, 80, -1, 15, undefined, undefined, undefined, undefined])
})

t.test("cluster variables replace the template's and go to the end, sorted and plain", async t => {
  const env = [
    { name: 'ISTIO_META_CLUSTER_ID', valueFrom: { fieldRef: { fieldPath: 'x' } } },
    { name: 'A', value: 'a' },
  ]
  const pod = podWith({ containers: [{ name: 'istio-proxy', env }] })
  const environment = new Map([
    ['ISTIO_META_NETWORK', 'n'],
    ['ISTIO_META_CLUSTER_ID', 'c'],
  ])
  t.same(specOf(applyClusterEnvironment(pod, { ...FACTS, environment }).pod).containers, [
    {
      name: 'istio-proxy',
      env: [
        { name: 'A', value: 'a' },
        { name: 'ISTIO_META_CLUSTER_ID', value: 'c' },
        { name: 'ISTIO_META_NETWORK', value: 'n' },
      ],
    },
  ])
  t.equal(applyClusterEnvironment(EMPTY, { ...FACTS, environment }).pod, EMPTY, 'no sidecar, nothing to change')
})

t.test('Prometheus merge', async t => {
  const merged = { 'prometheus.io/port': '15020', 'prometheus.io/path': '/stats/prometheus', 'prometheus.io/scrape': 'true' }
  const cases: [string, JsonObject, JsonObject, string | undefined][] = [
    ['nothing said: annotations only', {}, merged, undefined],
    ['port and path move to the environment', { 'prometheus.io/port': '9090', 'prometheus.io/path': '/m' }, merged, '{"scrape":"","path":"/m","port":"9090"}'],
    ['any spelling of a key counts', { 'prometheus_io.port': '9090' }, merged, '{"scrape":"","path":"","port":"9090"}'],
    ['of several spellings the smallest', { 'prometheus_io/port': '2', 'prometheus.io/port': '1' }, merged, '{"scrape":"","path":"","port":"1"}'],
    ['HTML characters are escaped as Go does', { 'prometheus.io/path': '/a&b' }, merged, '{"scrape":"","path":"/a\\u0026b","port":""}'],
    [
      'scrape false stops it',
      { 'prometheus.io/scrape': 'F', 'prometheus.io/port': '1' },
      { 'prometheus.io/scrape': 'F', 'prometheus.io/port': '1' },
      undefined,
    ],
    ['scrape no is no boolean', { 'prometheus.io/scrape': 'no' }, merged, '{"scrape":"no","path":"","port":""}'],
    ['merge-metrics false stops it', { 'prometheus.istio.io/merge-metrics': 'false' }, { 'prometheus.istio.io/merge-metrics': 'false' }, undefined],
    ["the agent's port stops it", { 'prometheus.io/port': '15020' }, { 'prometheus.io/port': '15020' }, undefined],
    [
      'targets name the first port and path',
      { 'prometheus.istio.io/scrape-targets': '8080:/a, 9090 ,,7070:', 'prometheus.io/port': '1' },
      merged,
      '{"scrape":"","path":"/a","port":"8080","targets":[{"port":"8080","path":"/a"},{"port":"9090","path":"/metrics"},{"port":"7070","path":"/metrics"}]}',
    ],
  ]
  for (const [name, annotations, want, env] of cases) {
    const { pod, warnings } = applyPrometheusMerge(podWith({ annotations, containers: named('istio-proxy') }), FACTS)
    t.same(annotationsOf(pod), Object.keys(want).length === 0 ? undefined : want, name)
    const sidecar = env === undefined ? { name: 'istio-proxy' } : { name: 'istio-proxy', env: [{ name: 'ISTIO_PROMETHEUS_ANNOTATIONS', value: env }] }
    t.same(specOf(pod).containers, [sidecar], name)
    t.same(codes(warnings), [], name)
  }
  const bare = applyPrometheusMerge(podWith({ annotations: { 'prometheus.io/port': '1' }, containers: named('app') }), FACTS)
  t.same(annotationsOf(bare.pod), merged, 'without a sidecar too')
  t.same(codes(bare.warnings), ['prometheus-without-proxy'])
  const noPort = applyPrometheusMerge(podWith({ annotations: { 'prometheus.istio.io/scrape-targets': ':/a' }, containers: named('istio-proxy') }), FACTS)
  t.same(codes(noPort.warnings), ['scrape-targets-ignored'])
})

t.test('ports that Prometheus cannot scrape', async t => {
  const cases: [string, JsonObject, string][] = [
    ['a name', { 'prometheus.io/port': 'http' }, 'invalid prometheus scrape configuration: invalid port "http"'],
    ['a blank', { 'prometheus.io/port': ' 80' }, 'invalid prometheus scrape configuration: invalid port " 80"'],
    ['out of range', { 'prometheus.io/port': '65536' }, 'invalid prometheus scrape configuration: invalid port "65536"'],
    ['the agent, written otherwise', { 'prometheus.io/port': '015020' }, 'invalid prometheus scrape configuration: port 015020 conflicts with agent port'],
    [
      'reserved',
      { 'prometheus.io/port': '15090' },
      'invalid prometheus scrape configuration: port 15090 is reserved for Istio (Envoy Prometheus (already merged)) and cannot be scraped',
    ],
    [
      'a reserved target',
      { 'prometheus.istio.io/scrape-targets': '8080,15000' },
      'invalid prometheus scrape targets: target port 15000 is reserved for Istio (Envoy admin) and cannot be scraped',
    ],
    ['a bad target', { 'prometheus.istio.io/scrape-targets': 'x:/a' }, 'invalid prometheus scrape targets: invalid target port "x"'],
  ]
  for (const [name, annotations, message] of cases) {
    const pod = podWith({ annotations, containers: named('istio-proxy') })
    t.throws(() => applyPrometheusMerge(pod, FACTS), new InjectError({ code: 'annotation-invalid', message }), name)
    const before = { ...FACTS, compatibility: compatibilityWith('1.30') }
    t.same(annotationsOf(applyPrometheusMerge(pod, before).pod) !== undefined, true, `${name}: no error before 1.31`)
  }
})

t.test('before 1.31 scrape targets are only an annotation', async t => {
  const pod = podWith({ annotations: { 'prometheus.istio.io/scrape-targets': '8080' }, containers: named('istio-proxy') })
  const older = applyPrometheusMerge(pod, { ...FACTS, compatibility: compatibilityWith('1.30') }).pod
  t.match(annotationsOf(older), { 'prometheus.istio.io/scrape-targets': '8080', 'prometheus.io/port': '15020' })
  t.same(specOf(older).containers, named('istio-proxy'))
})

t.test('the secure metrics port is announced since 1.31', async t => {
  const env = [
    { name: 'ENVOY_SECURE_MERGED_METRICS_PORT', value: '0' },
    { name: 'ENVOY_SECURE_MERGED_METRICS_PORT', value: '15022' },
  ]
  const pod = podWith({ initContainers: [{ name: 'istio-proxy', env }] })
  t.same(annotationsOf(applySecureMetrics(pod, FACTS).pod), { 'prometheus.istio.io/secure-port': '15022' })
  t.equal(applySecureMetrics(pod, { ...FACTS, compatibility: compatibilityWith('1.30') }).pod, pod)
  const own = podWith({ annotations: { 'prometheus_istio_io/secure_port': 'mine' }, initContainers: [{ name: 'istio-proxy', env }] })
  t.equal(applySecureMetrics(own, FACTS).pod, own, "the user's own annotation stays")
})

t.test('probes go to the agent', async t => {
  const app = {
    name: 'app',
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/r', port: 'http', scheme: 'HTTPS', httpHeaders: [{ name: 'a', value: '<' }] }, periodSeconds: 5, timeoutSeconds: 3 },
    livenessProbe: { tcpSocket: { port: 8080, host: 'h' } },
    startupProbe: { grpc: { port: 9000, service: null }, failureThreshold: 30 },
    lifecycle: { preStop: { httpGet: { path: '/d', port: 8080 } }, postStart: { exec: { command: ['x'] } } },
  }
  const pod = podWith({ containers: [app, { name: 'istio-proxy', readinessProbe: { httpGet: { path: '/h', port: 15021 } } }] })
  const { pod: result, warnings } = applyProbeRewrite(pod, FACTS)
  t.same(codes(warnings), [])
  const [rewritten, proxy] = specOf(result).containers as JsonObject[]
  t.same(rewritten, {
    ...app,
    readinessProbe: {
      httpGet: { path: '/app-health/app/readyz', port: 15020, scheme: 'HTTP', httpHeaders: [{ name: 'a', value: '<' }] },
      periodSeconds: 5,
      timeoutSeconds: 3,
    },
    livenessProbe: { httpGet: { path: '/app-health/app/livez', port: 15020 } },
    startupProbe: { httpGet: { path: '/app-health/app/startupz', port: 15020 }, failureThreshold: 30 },
    lifecycle: { preStop: { httpGet: { path: '/app-lifecycle/app/prestopz', port: 15020 } }, postStart: { exec: { command: ['x'] } } },
  })
  t.same((proxy as JsonObject).readinessProbe, { httpGet: { path: '/h', port: 15021 } }, 'the proxy keeps its own')
  t.same((proxy as JsonObject).env, [
    {
      name: 'ISTIO_KUBE_APP_PROBERS',
      value:
        '{"/app-health/app/livez":{"tcpSocket":{"port":8080,"host":"h"}},' +
        '"/app-health/app/readyz":{"httpGet":{"path":"/r","port":8080,"scheme":"HTTPS","httpHeaders":[{"name":"a","value":"\\u003c"}]},"timeoutSeconds":3},' +
        '"/app-health/app/startupz":{"grpc":{"port":9000,"service":null}},' +
        '"/app-lifecycle/app/prestopz":{"httpGet":{"path":"/d","port":8080}}}',
    },
  ])
})

t.test('when probes are rewritten', async t => {
  const app = { name: 'app', readinessProbe: { httpGet: { path: '/r', port: 80 } } }
  const portAfter = (pod: JsonObject, facts: PodFacts): unknown => {
    return at(applyProbeRewrite(pod, facts).pod, ['spec', 'containers', 0, 'readinessProbe', 'httpGet', 'port'])
  }
  const withProxy = (annotations: JsonObject): JsonObject => podWith({ annotations, containers: [app, { name: 'istio-proxy' }] })
  const off = { ...FACTS, rewriteProbes: false }
  t.equal(portAfter(podWith({ containers: [app] }), FACTS), 80, 'not without a sidecar')
  t.equal(portAfter(withProxy({}), off), 80, 'not when the values say no')
  t.equal(portAfter(withProxy({ 'sidecar.istio.io/rewriteAppHTTPProbers': 'true' }), off), 15020, 'when the annotation says yes')
  t.equal(portAfter(withProxy({ 'sidecar.istio.io/rewriteAppHTTPProbers': 'maybe' }), FACTS), 15020, 'a bad annotation says nothing')
  t.equal(portAfter(withProxy({ 'status.sidecar.istio.io/port': '15099' }), FACTS), 15099, "to the annotation's port")
  t.equal(portAfter(withProxy({ 'status.sidecar.istio.io/port': ' 1' }), FACTS), 0, 'which is 0 when it is no number')
})

t.test('a probe on an unknown port name is rewritten, and reported', async t => {
  const app = { name: 'app', livenessProbe: { httpGet: { path: '/', port: 'nope' } } }
  const { pod, warnings } = applyProbeRewrite(podWith({ containers: [app, { name: 'istio-proxy' }] }), FACTS)
  t.same(codes(warnings), ['probe-port-unknown'])
  t.same(specOf(pod).containers, [{ name: 'app', livenessProbe: { httpGet: { path: '/app-health/app/livez', port: 15020 } } }, { name: 'istio-proxy' }])
})

t.test('what an earlier injection collected wins', async t => {
  const app = { name: 'app', readinessProbe: { httpGet: { path: '/app-health/app/readyz', port: 15020 } }, livenessProbe: { tcpSocket: { port: 1 } } }
  const before = '{"/app-health/app/readyz":{"httpGet":{"path":"/r","port":80}}}'
  const run = (value: string, annotations: JsonObject): unknown => {
    const env = [{ name: 'ISTIO_KUBE_APP_PROBERS', value }, { name: 'Z' }]
    const { pod } = applyProbeRewrite(podWith({ annotations, containers: [app, { name: 'istio-proxy', env }] }), FACTS)
    return ((specOf(pod).containers as JsonObject[])[1] as JsonObject).env
  }
  const status = { 'sidecar.istio.io/status': '' }
  t.same(run(before, status), [
    {
      name: 'ISTIO_KUBE_APP_PROBERS',
      value: '{"/app-health/app/livez":{"tcpSocket":{"port":1}},"/app-health/app/readyz":{"httpGet":{"path":"/r","port":80}}}',
    },
    { name: 'Z' },
  ])
  t.same(run('bad', status), [{ name: 'ISTIO_KUBE_APP_PROBERS', value: 'bad' }, { name: 'Z' }], 'what cannot be read stays')
  t.same(namesOf(run(before, {})), ['ISTIO_KUBE_APP_PROBERS', 'Z', 'ISTIO_KUBE_APP_PROBERS'], "without a status it is the user's")
})

t.test('the status names what the templates brought', async t => {
  const injected = { metadata: {}, spec: { containers: named('istio-proxy'), volumes: named('v1', 'v2') } }
  const facts = { ...FACTS, injected, revision: '', environment: new Map([['ISTIO_META_NETWORK', 'n']]), injectedAnnotations: new Map([['r', 'x']]) }
  const { pod } = applyMetadata(podWith({ annotations: { a: 'b' }, labels: { 'topology.istio.io/network': 'old' } }), facts)
  t.same(pod.metadata, {
    annotations: {
      a: 'b',
      'sidecar.istio.io/status': '{"initContainers":null,"containers":["istio-proxy"],"volumes":["v1","v2"],"imagePullSecrets":null,"revision":"default"}',
      r: 'x',
    },
    labels: { 'topology.istio.io/network': 'n' },
  })
  const status = { ...FACTS, injectedAnnotations: new Map([['sidecar.istio.io/status', 'zz']]) }
  t.same(annotationsOf(applyMetadata(EMPTY, status).pod), { 'sidecar.istio.io/status': 'zz' }, 'the configuration may overwrite it')
})

t.test('order of containers', async t => {
  const cases: [string, string[], boolean, string[]][] = [
    ['the proxy is last', ['istio-proxy', 'a', 'b'], false, ['a', 'b', 'istio-proxy']],
    ['or first, when the application waits', ['a', 'b', 'istio-proxy'], true, ['istio-proxy', 'a', 'b']],
    ['nothing to move', ['a', 'b'], true, ['a', 'b']],
  ]
  for (const [name, containers, holdApplication, want] of cases) {
    t.same(namesOf(specOf(orderContainers(podWith({ containers: named(...containers) }), { ...FACTS, holdApplication }).pod).containers), want, name)
  }
  const inits: [string, string[], string[]][] = [
    ["istio-init after the user's", ['istio-init', 'u', 'enable-core-dump', 'v'], ['u', 'v', 'istio-init', 'enable-core-dump']],
    ['istio-validation before', ['u', 'istio-validation'], ['istio-validation', 'u']],
    [
      "with a native proxy Istio's come first",
      ['u', 'enable-core-dump', 'istio-proxy', 'istio-validation', 'istio-init'],
      ['istio-init', 'istio-validation', 'istio-proxy', 'enable-core-dump', 'u'],
    ],
  ]
  for (const [name, initContainers, want] of inits) {
    t.same(namesOf(specOf(orderContainers(podWith({ initContainers: named(...initContainers) }), FACTS).pod).initContainers), want, name)
  }
  const twice = podWith({ containers: [{ name: 'istio-proxy', image: '1' }, { name: 'a' }, { name: 'istio-proxy', image: '2' }] })
  t.same(specOf(orderContainers(twice, FACTS).pod).containers, [{ name: 'a' }, { name: 'istio-proxy', image: '2' }], 'of two with one name the last stays')
})

t.test("the traffic rules follow the user of the workload's own proxy", async t => {
  const own = (securityContext: JsonObject): PodFacts => ({ ...FACTS, original: podWith({ containers: [{ name: 'istio-proxy', securityContext }] }) })
  const args = ['istio-iptables', '-u', '1337', '-m', 'REDIRECT']
  const pod = (init: string): JsonObject =>
    podWith({
      containers: [{ name: 'istio-proxy', securityContext: { runAsUser: 5 } }],
      initContainers: [{ name: init, args, securityContext: { runAsUser: 0 } }],
    })
  const initOf = (result: JsonObject): unknown => (specOf(result).initContainers as JsonObject[])[0]
  t.match(initOf(applyUserIds(pod('istio-init'), own({ runAsUser: 5 })).pod), { args: ['istio-iptables', '-u', '5'], securityContext: { runAsUser: 0 } })
  t.match(initOf(applyUserIds(pod('istio-validation'), own({ runAsUser: 5, runAsGroup: 6 })).pod), {
    args: ['istio-iptables', '-u', '5'],
    securityContext: { runAsUser: 5, runAsGroup: 6 },
  })
  t.match(initOf(applyUserIds(pod('istio-init'), own({ runAsGroup: 6 })).pod), { args }, 'a group alone changes no argument')
  const tproxy = applyUserIds(pod('istio-validation'), { ...own({ runAsUser: 5 }), tproxy: true }).pod
  t.match(specOf(tproxy), {
    containers: [{ securityContext: { runAsUser: 0 } }],
    initContainers: [{ args: ['istio-iptables', '-u', '5'], securityContext: { runAsUser: 0 } }],
  })
  t.same(codes(applyUserIds(podWith({ containers: named('istio-proxy') }), own({ runAsUser: 5 })).warnings), ['proxy-user-unused'])
  const untouched = pod('istio-init')
  t.equal(applyUserIds(untouched, FACTS).pod, untouched)
})

t.test('the input is never changed', async t => {
  const pod = podWith({
    annotations: { 'prometheus.io/port': '9090' },
    containers: [
      { name: 'app', readinessProbe: { httpGet: { path: '/', port: 80 } } },
      { name: 'istio-proxy', env: [{ name: 'A' }] },
    ],
    initContainers: named('istio-init', 'u'),
  })
  const before = structuredClone(pod)
  const { pod: result } = postprocess(pod, { ...FACTS, environment: new Map([['ISTIO_META_NETWORK', 'n']]) })
  t.same(pod, before)
  t.same(namesOf(((specOf(result).containers as JsonObject[])[1] as JsonObject).env), [
    'A',
    'ISTIO_META_NETWORK',
    'ISTIO_PROMETHEUS_ANNOTATIONS',
    'ISTIO_KUBE_APP_PROBERS',
  ])
})
