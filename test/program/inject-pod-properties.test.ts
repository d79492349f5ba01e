// Properties of one pod's injection, for any pod. A failure prints its seed; FC_SEED repeats a run, FC_RUNS makes it longer.
import process from 'node:process'
import fc from 'fast-check'
import t from 'tap'
import { decodeTyped } from '../../src/lib/k8s/typed.ts'
import { equal } from '../../src/lib/model/index.ts'
import { INJECTOR, inject, NATIVE, type Parts, podWith } from '../support/small-mesh.ts'

const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 300), ...(process.env.FC_SEED === undefined ? {} : { seed: Number(process.env.FC_SEED) }) }

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/)
const port = fc.integer({ min: 1, max: 14000 })
const handler = fc.oneof(
  fc.record({
    httpGet: fc.record({ path: fc.constant('/h'), port: fc.oneof(port, fc.constantFrom('http', 'nope')), scheme: fc.constantFrom('HTTP', 'HTTPS') }),
  }),
  fc.record({ tcpSocket: fc.record({ port }) }),
  fc.record({ exec: fc.record({ command: fc.constant(['x']) }) }),
)
const containerNamed = (...names: string[]) =>
  fc.record(
    {
      name: fc.oneof(word, fc.constantFrom(...names)),
      image: fc.constantFrom('auto', 'a:1', 'b@sha256:1'),
      args: fc.array(word, { maxLength: 3 }),
      env: fc.uniqueArray(fc.record({ name: fc.constantFrom('A', 'B', 'PROXY_CONFIG', 'ISTIO_META_WORKLOAD_NAME'), value: word }), {
        maxLength: 3,
        selector: e => e.name,
      }),
      // Nor two ports of one name.
      ports: fc.uniqueArray(fc.record({ containerPort: port, name: fc.constantFrom('http', 'x') }), {
        maxLength: 2,
        comparator: (a, b) => a.name === b.name || a.containerPort === b.containerPort,
      }),
      livenessProbe: handler,
      readinessProbe: fc.oneof(handler, fc.record({ grpc: fc.record({ port }), timeoutSeconds: fc.integer({ min: 0, max: 3 }) })),
      lifecycle: fc.record({ preStop: handler }),
      resources: fc.record({ limits: fc.record({ cpu: fc.constantFrom('1000m', '2', '0.5') }) }),
      securityContext: fc.record({ runAsUser: fc.integer({ min: 0, max: 9 }), runAsGroup: fc.integer({ min: 0, max: 9 }) }, { requiredKeys: [] }),
    },
    { requiredKeys: ['name'] },
  )
// The API server refuses a pod without containers, and a name that stands in both lists.
const containers = fc.uniqueArray(containerNamed('istio-proxy', 'app', '__proto__'), { minLength: 1, maxLength: 4, selector: c => c.name })
// Nor does it allow probes of an init container that ends.
const initContainer = containerNamed('istio-init', 'istio-validation', 'enable-core-dump').map(
  ({ livenessProbe: _l, readinessProbe: _r, lifecycle: _c, ...rest }) => rest,
)
const initContainers = fc.uniqueArray(initContainer, { maxLength: 4, selector: c => c.name })
const annotations = fc.record(
  {
    'sidecar.istio.io/nativeSidecar': fc.constantFrom('true', 'false'),
    'sidecar.istio.io/rewriteAppHTTPProbers': fc.constantFrom('true', 'false', 'maybe'),
    'prometheus.io/port': fc.constantFrom('9090', '80'),
    'prometheus.io/scrape': fc.constantFrom('true', 'false'),
    'prometheus.io/path': fc.constantFrom('/m', '/a&b'),
    'proxy.istio.io/config': fc.constantFrom('holdApplicationUntilProxyStarts: true', 'concurrency: 3', 'proxyMetadata: {A: b}'),
    ['__proto__']: word,
  },
  { requiredKeys: [] },
)
const anyPod = fc
  .record({
    annotations,
    labels: fc.record({ app: word, 'topology.istio.io/network': fc.constantFrom('', 'n') }, { requiredKeys: [] }),
    containers,
    initContainers,
  })
  .filter(({ containers: list, initContainers: inits }) => !list.some(({ name }) => inits.some(other => other.name === name)))
  .map(parts => podWith(parts as Parts))
const anyRequest = fc.record({ injector: fc.constantFrom(INJECTOR, NATIVE), webhookPath: fc.constantFrom('/inject', '/inject/cluster/east/net/n1') })

t.test('any pod: the input stays, the output is a pod, the same comes out twice', async t => {
  const holds = fc.check(
    fc.property(anyPod, anyRequest, (pod, request) => {
      const before = structuredClone(pod)
      const first = inject(pod, request).pod
      return equal(pod, before) && equal(decodeTyped('v1.Pod', first), first) && JSON.stringify(inject(pod, request).pod) === JSON.stringify(first)
    }),
    RUNS,
  )
  t.equal(holds.failed, false, holds.failed ? String(fc.defaultReportMessage(holds)) : `${holds.numRuns} runs, seed ${holds.seed}`)
})

t.test('any pod: injecting again changes nothing', async t => {
  const holds = fc.check(
    fc.property(anyPod, anyRequest, (pod, request) => {
      const first = inject(pod, request).pod
      return equal(inject(first, request).pod, first)
    }),
    RUNS,
  )
  t.equal(holds.failed, false, holds.failed ? String(fc.defaultReportMessage(holds)) : `${holds.numRuns} runs, seed ${holds.seed}`)
})
