// What the webhook does with numbers, maps, ids and mesh settings, by the rules of the Go packages it uses; expectations are written by hand or Go's own.

import t from 'tap'
import { inject as injectFiles } from '../../src/index.ts'
import { goJson } from '../../src/lib/go/json.ts'
import { applyMesh, defaultMesh, MeshConfigError } from '../../src/lib/istio/mesh-config.ts'
import { applyProxyConfig } from '../../src/lib/istio/proxy-config.ts'
import { typedJson } from '../../src/lib/k8s/typed-json.ts'
import { at, type JsonObject } from '../../src/lib/model/index.ts'
import { loadYaml } from '../../src/lib/yaml/index.ts'
import { inject, injectorWith, podWith } from '../support/small-mesh.ts'

t.test('typed values are printed as json.Marshal prints them', async t => {
  // What Go prints for v1.Container; the keys of a map are sorted by their bytes.
  const cases: readonly (readonly [yaml: string, json: string])[] = [
    ['{name: a, resources: {requests: {memory: 1Gi, cpu: 100m}}}', '{"name":"a","resources":{"requests":{"cpu":"100m","memory":"1Gi"}}}'],
    ['{resources: {limits: {"9": 1, "10": 2, é: 3, z: 4}}, name: a}', '{"name":"a","resources":{"limits":{"10":"2","9":"1","z":"4","é":"3"}}}'],
    ['{image: auto, name: "<a&b>", resources: {}}', '{"name":"\\u003ca\\u0026b\\u003e","image":"auto","resources":{}}'],
    [
      '{name: a, resources: {}, securityContext: {runAsGroup: 6, runAsUser: 0, capabilities: {drop: [ALL], add: []}}}',
      '{"name":"a","resources":{},"securityContext":{"capabilities":{"drop":["ALL"]},"runAsUser":0,"runAsGroup":6}}',
    ],
    ['{name: a, resources: {}, stdin: true, env: [{value: "", name: A}]}', '{"name":"a","env":[{"name":"A"}],"resources":{},"stdin":true}'],
  ]
  for (const [yaml, json] of cases) t.equal(typedJson('v1.Container', loadYaml(yaml), goJson), json)
})

t.test('the overrides are printed as Go prints containers', async t => {
  const proxy = {
    name: 'istio-proxy',
    image: 'auto',
    resources: { limits: { memory: '1Gi', cpu: '2' }, requests: { memory: '128Mi', cpu: '100m', 'a.b/c': '1' } },
  }
  const { pod } = inject(podWith({ containers: [{ name: 'app', image: 'app:1' }, proxy] }))
  t.equal(
    at(pod, ['metadata', 'annotations', 'proxy.istio.io/overrides']),
    '{"containers":[{"name":"istio-proxy","resources":{"limits":{"cpu":"2","memory":"1Gi"},"requests":{"a.b/c":"1","cpu":"100m","memory":"128Mi"}}}]}',
  )
})

const EVENTS = ['tracing', 'stackdriver', 'maxNumberOfMessageEvents']
const eventsOf = (number: string) => at(applyProxyConfig(`tracing: {stackdriver: {maxNumberOfMessageEvents: ${number}}}`, {}), EVENTS)

t.test('integers of 64 bits keep their digits in a proxy config', async t => {
  const cases: readonly (readonly [number: string, want: string])[] = [
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '9007199254740993'],
    ['"9007199254740993"', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['9223372036854775807', '9223372036854775807'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['+9007199254740993', '9007199254740993'],
    ['9_007_199_254_740_993', '9007199254740993'],
    ['0x20000000000001', '9007199254740993'],
    ['0400000000000000001', '9007199254740993'],
    ['0b100000000000000000000000000000000000000000000000000001', '9007199254740993'],
    ['0777', '511'],
    // Floats go through a double, and come out as an integer where they have no fraction.
    ['9007199254740993.0', '9007199254740992'],
    ['9.007199254740993e15', '9007199254740992'],
    ['1e3', '1000'],
    ['12.50e2', '1250'],
    ['!!int "9007199254740993"', '9007199254740993'],
  ]
  for (const [number, want] of cases) t.equal(eventsOf(number), want, number)
  for (const number of ['9223372036854775808', '-9223372036854775809', '18446744073709551615', '1e21', '1.5', '9007199254740993.5e-1'])
    t.throws(() => eventsOf(number), { message: /cannot unmarshal number/ }, number)
  t.throws(() => eventsOf('18446744073709551615'), { message: /number 18446744073709551615 into Go value of type int64/ })
  t.throws(() => applyProxyConfig('concurrency: 9007199254740993', {}), { message: /number 9007199254740993 into Go value of type int32/ })
  t.throws(() => applyProxyConfig('serviceCluster: 9007199254740993', {}), { message: /cannot unmarshal number into Go value of type string/ })
})

t.test('each integer keeps its own digits, also behind aliases and merge keys', async t => {
  const text = `a: &n 9007199254740993
base: &base {maxNumberOfAttributes: 9007199254740995}
tracing:
  stackdriver:
    <<: *base
    maxNumberOfAnnotations: 9007199254740992
    maxNumberOfMessageEvents: *n
`
  t.match(at(applyProxyConfig(text, {}), ['tracing', 'stackdriver']), {
    maxNumberOfAttributes: '9007199254740995',
    maxNumberOfAnnotations: '9007199254740992',
    maxNumberOfMessageEvents: '9007199254740993',
  })
  const mesh = applyMesh(`defaultConfig: {tracing: {stackdriver: {maxNumberOfMessageEvents: 9007199254740993}}}`, defaultMesh())
  t.equal(at(mesh as JsonObject, ['defaultConfig', ...EVENTS]), '9007199254740993')
  t.match(
    at(inject(podWith({ annotations: { 'proxy.istio.io/config': 'tracing: {stackdriver: {maxNumberOfMessageEvents: 9007199254740993}}' } })).pod, [
      'spec',
      'containers',
      1,
      'env',
      2,
    ]),
    {
      value: /"maxNumberOfMessageEvents":"9007199254740993"/,
    },
  )
})

t.test('values keep being doubles, as Go reads them into float64', async t => {
  const printed = (number: string) => {
    const injector = injectorWith({ templates: { sidecar: 'metadata: {labels: {number: "{{ .Values.number }}"}}' }, values: { number: JSON.parse(number) } })
    return at(inject(podWith(), { injector }).pod, ['metadata', 'labels', 'number'])
  }
  t.equal(printed('15021'), '15021')
  t.equal(printed('9007199254740993'), '9.007199254740992e+15')
  t.equal(printed('1e21'), '1e+21')
  t.equal(printed('1.50'), '1.5')
})

t.test('integers beyond 2^53 in a pod keep their digits, also where a template prints them', async t => {
  const files = (grace: string) => [
    {
      path: 'w.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: ${grace}
      containers: [{name: web, image: web:1}]
`,
    },
  ]
  const template =
    'metadata: {annotations: {grace: "{{ .Spec.TerminationGracePeriodSeconds }}"}}\nspec: {activeDeadlineSeconds: {{ .Spec.TerminationGracePeriodSeconds }}}'
  const config = { injectors: [{ name: 'own', webhooks: [{}], config: { templates: { x: template }, defaultTemplates: ['x'] } }] }
  const functionConfig = { path: 'fn.yaml', text: JSON.stringify({ apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'SidecarInjector', spec: config }) }
  const outcome = (grace: string) => injectFiles({ files: files(grace), functionConfig })
  for (const [grace, digits] of [
    ['9223372036854775807', '9223372036854775807'],
    ['9007199254740993', '9007199254740993'],
    ['0x20000000000001', '9007199254740993'],
  ] as const) {
    const {
      diagnostics,
      files: [file],
    } = outcome(grace)
    t.same(
      diagnostics.filter(({ severity }) => severity === 'error'),
      [],
      grace,
    )
    t.match(file?.text, `terminationGracePeriodSeconds: ${grace}\n`)
    t.match(file?.text, new RegExp(`grace: "?'?${digits}`))
  }
  t.match(outcome('9223372036854775807').files[0]?.text, 'activeDeadlineSeconds: 9223372036854775807\n')
  t.match(outcome('9223372036854775808').diagnostics, [{ code: 'pod-invalid', message: /number 9223372036854775808 into/ }], 'more than an int64 holds')
})

t.test('default policies for traffic are checked from 1.31 on', async t => {
  const problem = (text: string, newest?: string) => {
    try {
      applyMesh(text, defaultMesh(), { newest })
      return undefined
    } catch (error) {
      if (error instanceof MeshConfigError) return error.message
      throw error
    }
  }
  const pool = (text: string) => `defaultTrafficPolicy: {connectionPool: {${text}}}`
  const refused: readonly (readonly [text: string, message: string])[] = [
    [pool(''), 'connection pool must have at least one field'],
    [pool('http: {http1MaxPendingRequests: -1}'), 'http1 max pending requests must be non-negative'],
    [pool('http: {http2MaxRequests: -1}'), 'http2 max requests must be non-negative'],
    [pool('http: {maxRequestsPerConnection: -1}'), 'max requests per connection must be non-negative'],
    [pool('http: {maxRetries: -1}'), 'max retries must be non-negative'],
    [pool('http: {maxConcurrentStreams: -1}'), 'max concurrent streams must be non-negative'],
    [pool('http: {idleTimeout: 0s}'), 'duration must be greater than 1ms'],
    [pool('http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}'), 'use client protocol must not be true when H2UpgradePolicy is UPGRADE'],
    [pool('tcp: {maxConnections: -5}'), 'max connections must be non-negative'],
    [pool('tcp: {connectTimeout: 1ns}'), 'duration must be greater than 1ms'],
    [pool('tcp: {maxConnectionDuration: 0.0015s}'), 'only durations to ms precision are supported'],
    [pool('tcp: {tcpKeepalive: {time: 0s}}'), 'duration must be greater than 1ms'],
    ['defaultHttpRetryPolicy: {attempts: -1}', 'attempts cannot be negative'],
    ['defaultHttpRetryPolicy: {attempts: 0, retryOn: 5xx}', 'http retry policy configured when attempts are set to 0 (disabled)'],
    ['defaultHttpRetryPolicy: {attempts: 2, retryOn: "5xx,nonsense"}', '"nonsense" is not a valid retryOn policy'],
  ]
  for (const [text, message] of refused) {
    t.equal(problem(text), message, text)
    t.equal(problem(text, '1.31'), message, text)
    t.equal(problem(text, '1.30'), undefined, text)
  }
  t.match(problem(pool('http: {maxRetries: -1, http2MaxRequests: -1}')), '2 errors occurred')
  const accepted = [
    'defaultTrafficPolicy: {}',
    pool('http: {}'),
    pool('tcp: {}'),
    pool('tcp: {idleTimeout: 0s}'),
    pool('http: {h2UpgradePolicy: UPGRADE}, tcp: {maxConnections: 0, connectTimeout: 10s}'),
    'defaultHttpRetryPolicy: {attempts: 0}',
    'defaultHttpRetryPolicy: {attempts: 3, perTryTimeout: 2s, retryOn: "503,connect-failure,cancelled"}',
  ]
  for (const text of accepted) t.equal(problem(text), undefined, text)
})

t.test('on OpenShift, ids that the webhook leaves behind stay with the container in that place, and are told', async t => {
  const injector = injectorWith({ platform: 'openshift', nativeSidecars: 'Enabled' })
  const proxy = (context: JsonObject) => ({ name: 'istio-proxy', image: 'auto', securityContext: context })
  const app = (context?: JsonObject) => ({ name: 'app', image: 'app:1', ...(context && { securityContext: context }) })
  const outcome = (containers: JsonObject[]) => {
    const { pod, warnings } = inject(podWith({ containers }), { injector })
    return [at(pod, ['spec', 'containers', 0, 'securityContext']), warnings.flatMap(({ code }) => (code === 'ids-left-over' ? [code] : []))]
  }
  t.same(outcome([proxy({ runAsUser: 5, runAsGroup: 6 }), app({ runAsUser: 5 })]), [{ runAsUser: 5, runAsGroup: 6 }, ['ids-left-over']])
  t.same(
    outcome([proxy({ runAsUser: 5, runAsGroup: 6 }), app({ runAsUser: 5, runAsGroup: 7 })]),
    [{ runAsUser: 5, runAsGroup: 7 }, []],
    'it has ids of its own',
  )
  t.same(outcome([proxy({ runAsUser: 4, runAsGroup: 6 }), app({ runAsUser: 5 })]), [{ runAsUser: 5 }, []], 'other users: nothing is removed')
  t.same(outcome([proxy({ runAsGroup: 6 }), app()]), [undefined, []], 'the patch removes the whole context')
  t.same(outcome([app({ runAsUser: 5 }), proxy({ runAsUser: 5, runAsGroup: 6 })]), [{ runAsUser: 5 }, []], 'the place is empty afterwards')
})
