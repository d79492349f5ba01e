// What people write on pods for Istio, and on namespaces for OpenShift: any value is taken, or said to be wrong.

import fc from 'fast-check'
import t from 'tap'
import { at, isObject, type Json, type JsonObject, set, withValueAt } from '../../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../../src/lib/yaml/index.ts'
import { KNOWN_ANNOTATIONS } from '../../src/select/known-annotations.ts'
import { fuzz } from '../support/fuzz.ts'
import { hostileForm, hostileText } from '../support/hostile-values.ts'
import { batchesOf, NO_CASES } from '../support/istio-cases.ts'
import { fileAnswersWell, inMesh, reached } from '../support/laws.ts'
import { example } from '../support/rig.ts'

const MESH = [example('istio/config.yaml'), example('namespace.yaml')].map((text, i) => ({ path: `${i}.yaml`, text }))
const ANNOTATIONS = [
  ...KNOWN_ANNOTATIONS,
  ...['prometheus.io/scrape', 'prometheus.io/port', 'prometheus.io/path', 'k8s.v1.cni.cncf.io/networks', 'istio.io/reroute-virtual-interfaces'],
  ...['istio.io/rev', 'kubectl.kubernetes.io/default-container', 'ambient.istio.io/redirection', 'inject-sidecars.dev/record', 'openshift.io/scc', '__proto__'],
]
const LABELS = [
  ...['sidecar.istio.io/inject', 'istio.io/rev', 'app', 'version', 'app.kubernetes.io/name', 'service.istio.io/canonical-name', 'topology.istio.io/network'],
  ...['security.istio.io/tlsMode', 'networking.istio.io/tunnel', 'istio.io/dataplane-mode', 'constructor'],
]

const PROXY_CONFIG = {
  concurrency: 2,
  drainDuration: '45s',
  discoveryAddress: 'istiod:15012',
  tracing: {
    zipkin: { address: 'zipkin:9411' },
    sampling: 1.5,
    customTags: { a: { literal: { value: 'x' } }, b: { header: { name: 'h', defaultValue: 'd' } } },
  },
  proxyMetadata: { A: 'b' },
  holdApplicationUntilProxyStarts: true,
  image: { imageType: 'debug' },
  proxyStatsMatcher: { inclusionRegexps: ['.*'], inclusionPrefixes: ['a'] },
  readinessProbe: { httpGet: { path: '/x', port: 80, httpHeaders: [{ name: 'a', value: 'b' }] }, initialDelaySeconds: 3 },
  gatewayTopology: { numTrustedProxies: 2, forwardClientCertDetails: 'SANITIZE' },
  interceptionMode: 'TPROXY',
  privateKeyProvider: { cryptomb: { pollDelay: '10ms' } },
  terminationDrainDuration: '5s',
  extraStatTags: ['a'],
  meshId: 'x',
}
const OVERRIDES = {
  containers: [
    {
      name: 'istio-proxy',
      image: 'x:1',
      resources: { limits: { cpu: '1' } },
      env: [{ name: 'A', value: 'b' }],
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
    },
  ],
  initContainers: [{ name: 'istio-init', args: ['x'] }],
}
const STATUS = { initContainers: ['istio-init'], containers: ['istio-proxy'], volumes: ['istio-envoy'], imagePullSecrets: ['s'], revision: 'default' }

const FORMS: ReadonlyMap<string, fc.Arbitrary<string>> = new Map([
  ['proxy.istio.io/config', hostileForm([PROXY_CONFIG])],
  ['proxy.istio.io/overrides', hostileForm([OVERRIDES])],
  ['sidecar.istio.io/status', hostileForm([STATUS])],
  ['sidecar.istio.io/userVolume', hostileForm([{ v: { emptyDir: {} } }, [{ name: 'v', emptyDir: {} }]])],
  ['sidecar.istio.io/userVolumeMount', hostileForm([{ v: { mountPath: '/v' } }, [{ name: 'v', mountPath: '/v', readonly: true }]])],
  ['sidecar.istio.io/statsHistogramBuckets', hostileForm([{ istio: [1, 5, 10] }])],
  ['k8s.v1.cni.cncf.io/networks', hostileForm([[{ name: 'a', namespace: 'b' }]])],
])

/** Values for up to five of the names. */
const valuesFor = (names: readonly string[]): fc.Arbitrary<[string, Json][]> =>
  fc.array(
    fc
      .constantFrom(...names)
      .chain(name => fc.tuple(fc.constant(name), fc.oneof({ weight: 3, arbitrary: FORMS.get(name) ?? hostileText }, { weight: 1, arbitrary: hostileText }))),
    { minLength: 1, maxLength: 5 },
  )

function withAll(value: JsonObject, path: readonly (string | number)[], entries: readonly [string, Json][]): JsonObject {
  const before = at(value, [...path])
  const after: JsonObject = isObject(before) ? { ...before } : {}
  for (const [name, given] of entries) set(after, name, given)
  return withValueAt(value, [...path], after) as JsonObject
}

const workloads = [example('web.yaml'), example('store.yaml')].map(text => parseDocuments({ path: 'x', text })[0]?.value as JsonObject)
const TEMPLATE = ['spec', 'template', 'metadata']

const annotated = fc
  .tuple(fc.constantFrom(...workloads), valuesFor(ANNOTATIONS), fc.oneof(fc.constant([]), valuesFor(LABELS)))
  .map(([workload, annotations, labels]) => {
    const with1 = withAll(workload, [...TEMPLATE, 'annotations'], annotations)
    return toYaml(withAll(with1, [...TEMPLATE, 'labels'], labels))
  })

fuzz('annotations and labels of a pod', { runs: 300, input: annotated }, text => fileAnswersWell(text, inMesh(MESH)))

const [stock] = NO_CASES ? [] : batchesOf('1.31')
if (stock !== undefined) {
  const run = inMesh([stock.mesh], stock.functionConfig)
  const inDefault = (text: string) => text.replace('namespace: shop', 'namespace: default')
  fuzz("annotations and labels of a pod, with Istio's own configuration", { runs: 70, input: annotated.map(inDefault) }, text => fileAnswersWell(text, run))
}

const openshift = ['openshift.io/sa.scc.uid-range', 'openshift.io/sa.scc.supplemental-groups', 'topology.istio.io/network', 'istio-injection', 'istio.io/rev']
const ranges = fc.oneof(
  fc.constantFrom(
    '1000/10',
    '1000-1010',
    '1000000000/10000',
    '-1/5',
    '5/-1',
    '10-5',
    '/',
    '-',
    '1/2/3',
    '4294967295/1',
    '18446744073709551616/1',
    '1000/10,2000/10',
  ),
  hostileText,
)

fuzz(
  'annotations and labels of a namespace',
  { runs: 100, input: fc.array(fc.tuple(fc.constantFrom(...openshift), ranges), { minLength: 1, maxLength: 4 }) },
  entries => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } }
    const text = toYaml(withAll(withAll(namespace, ['metadata', 'annotations'], entries), ['metadata', 'labels'], entries.slice(1)))
    const functionConfig = {
      path: 'fn.yaml',
      text: 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {}, cluster: {platform: openshift}}\n',
    }
    fileAnswersWell(example('web.yaml'), inMesh([...MESH.slice(0, 1), { path: 'ns.yaml', text }], functionConfig))
  },
)

t.test('all laws are reached', async t => {
  for (const name of ['failed', 'twice', 'off'] as const) t.equal(reached[name] > 20, true, `${name}: ${reached[name]} inputs`)
})
