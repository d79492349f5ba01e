// Mesh and proxy config: defaults, what a ConfigMap makes of them, what istiod refuses, and the layers of a pod's ProxyConfig.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { applyMesh, defaultMesh, defaultProxyConfig } from '../../src/lib/istio/mesh-config.ts'
import { inboundTrafficPolicyMode, prometheusMerge, statusPort } from '../../src/lib/istio/mesh-types.ts'
import { encode } from '../../src/lib/istio/proto-encode.ts'
import { MESH_CONFIG, messageType } from '../../src/lib/istio/proto-schema.ts'
import { applyProxyConfig, effectiveProxyConfig, holdsApplication, proxyConfigResources } from '../../src/lib/istio/proxy-config.ts'
import { mergeProxyConfig } from '../../src/lib/istio/proxy-config-merge.ts'
import type { Json, JsonObject } from '../../src/lib/model/index.ts'

const MESH_TEXT = `{"proxyListenPort":15001,"proxyInboundListenPort":15006,"connectTimeout":"10s","protocolDetectionTimeout":"0s","ingressClass":"istio",\
"ingressService":"istio-ingressgateway","ingressControllerMode":"STRICT","enableTracing":true,"defaultConfig":{"configPath":"./etc/istio/proxy",\
"binaryPath":"/usr/local/bin/envoy","serviceCluster":"istio-proxy","drainDuration":"45s","discoveryAddress":"istiod.istio-system.svc:15012",\
"proxyAdminPort":15000,"controlPlaneAuthPolicy":"MUTUAL_TLS","statNameLength":189,"statusPort":15020,"terminationDrainDuration":"5s"},\
"outboundTrafficPolicy":{"mode":"ALLOW_ANY"},"inboundTrafficPolicy":{},"enableAutoMtls":true,"trustDomain":"cluster.local","defaultServiceExportTo":["*"],\
"defaultVirtualServiceExportTo":["*"],"defaultDestinationRuleExportTo":["*"],"rootNamespace":"istio-system","localityLbSetting":{"enabled":true},\
"dnsRefreshRate":"60s","enablePrometheusMerge":true,"extensionProviders":[{"name":"prometheus","prometheus":{}},{"name":"stackdriver","stackdriver":{}},\
{"name":"envoy","envoyFileAccessLog":{"path":"/dev/stdout"}}],"defaultProviders":{}}`

const mesh = (text: string) => applyMesh(text, defaultMesh())

/** The message of what `run` throws; undefined when it does not. */
function refusal(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

t.test('the built-in mesh config prints as istiod prints it, also after nothing was applied', async t => {
  t.equal(encode(messageType(MESH_CONFIG), defaultMesh()), MESH_TEXT)
  for (const text of ['', 'null', '{}', '# nothing']) t.equal(encode(messageType(MESH_CONFIG), mesh(text)), MESH_TEXT, text)
  t.equal(statusPort(defaultMesh()), 15020)
  t.equal(prometheusMerge(defaultMesh()), true)
  t.equal(inboundTrafficPolicyMode(mesh('inboundTrafficPolicy: {mode: LOCALHOST}')), 'localhost')
})

t.test('a mesh config replaces fields, but merges the four that Istio merges', async t => {
  t.same(mesh('defaultConfig: {concurrency: 2, proxyMetadata: {A: "1"}}').defaultConfig, { ...defaultProxyConfig(), concurrency: 2, proxyMetadata: { A: '1' } })
  t.equal(mesh('default_config: {statusPort: 1}').defaultConfig?.statusPort, 15020, 'only the JSON name of defaultConfig counts')
  t.same(mesh('defaultProviders: {metrics: [a]}').defaultProviders, { metrics: ['a'] })
  t.same(applyMesh('defaultProviders: {tracing: [b]}', mesh('defaultProviders: {metrics: [a]}')).defaultProviders, { metrics: ['a'], tracing: ['b'] })
  const providers = mesh('extensionProviders: [{name: prometheus, zipkin: {port: 1, service: a}}, {name: new, prometheus: {}}]').extensionProviders
  t.same(
    providers?.map(provider => Object.keys(provider)),
    [
      ['name', 'zipkin'],
      ['name', 'stackdriver'],
      ['name', 'envoyFileAccessLog'],
      ['name', 'prometheus'],
    ],
  )
  t.equal(mesh('extensionProviders: []').extensionProviders?.length, 3)
  t.same(applyMesh('trustDomainAliases: [b]', mesh('trustDomainAliases: [c, a, c]')).trustDomainAliases, ['a', 'b', 'c'])
  t.equal(mesh('rootNamespace: ""').rootNamespace, undefined)
  t.equal(JSON.stringify(defaultMesh()), MESH_TEXT, 'the defaults stay as they are')
})

t.test('fields and enum values of later versions are unknown to an older Istio', async t => {
  const text = 'defaultConfig: {fileFlushInterval: 1s, connectionSettings: {}, concurrency: 1}'
  t.same(Object.keys(applyMesh(text, defaultMesh(), { newest: '1.28' }).defaultConfig ?? {}).slice(-1), ['concurrency'])
  t.equal(applyMesh(text, defaultMesh(), { newest: '1.30' }).defaultConfig?.fileFlushInterval, '1s')
  t.equal(applyMesh(text, defaultMesh(), { newest: '1.30' }).defaultConfig?.connectionSettings, undefined)
  t.same(mesh(text).defaultConfig?.connectionSettings, {})
  const dynamic = 'outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}'
  t.match(
    refusal(() => applyMesh(dynamic, defaultMesh(), { newest: '1.29' })),
    /unknown value "\\"ALLOW_ANY_DYNAMIC_DNS\\""/,
  )
  t.equal(
    refusal(() => applyMesh(dynamic, defaultMesh(), { newest: '1.30' })),
    undefined,
  )
})

t.test('what istiod refuses in a mesh config is refused in its words', async t => {
  const listed = (...texts: string[]) => `${texts.length === 1 ? '1 error' : `${texts.length} errors`} occurred:\n\t* ${texts.join('\n\t* ')}\n\n`
  const cases: [string, string][] = [
    ['proxyListenPort: 0', 'invalid proxy listen port: port number 0 must be in the range 1..65535'],
    ['connectTimeout: 1h1m', 'invalid connect timeout: time 1h1m0s must be >1ms and <1h0m0s'],
    ['connectTimeout: 0s', 'invalid connect timeout: duration must be greater than 1ms'],
    ['protocolDetectionTimeout: 1us', 'invalid protocol detection timeout: only durations to ms precision are supported'],
    [
      'proxyListenPort: 0\nconnectTimeout: 0s',
      listed('invalid proxy listen port: port number 0 must be in the range 1..65535', 'invalid connect timeout: duration must be greater than 1ms'),
    ],
    ['defaultConfig: {configPath: ""}', listed('config path must be set')],
    ['defaultConfig: {serviceCluster: ""}', listed('service cluster must be specified')],
    ['defaultConfig: {drainDuration: 1.5s}', listed('drain time only supports durations to seconds precision')],
    ['defaultConfig: {drainDuration: 0s}', listed('invalid drain duration: duration must be greater than 1ms')],
    ['defaultConfig: {discoveryAddress: ""}', listed('discovery address must be set to the proxy discovery service')],
    ['defaultConfig: {discoveryAddress: a}', listed('invalid discovery address: unable to split "a": address a: missing port in address')],
    ['defaultConfig: {discoveryAddress: "a:x"}', listed('invalid discovery address: port (x) is not a number: strconv.Atoi: parsing "x": invalid syntax')],
    ['defaultConfig: {discoveryAddress: "a:0"}', listed('invalid discovery address: port number 0 must be in the range 1..65535')],
    ['defaultConfig: {discoveryAddress: "-a:1"}', listed('invalid discovery address: "-a" is not a valid hostname or an IP address')],
    ['defaultConfig: {discoveryAddress: "a.1:1"}', listed('invalid discovery address: "a.1" is not a valid hostname or an IP address')],
    ['defaultConfig: {discoveryAddress: "::1:1"}', listed('invalid discovery address: unable to split "::1:1": address ::1:1: too many colons in address')],
    ['defaultConfig: {tracing: {zipkin: {address: z}}}', listed('invalid zipkin config: unable to split "z": address z: missing port in address')],
    ['defaultConfig: {tracing: {lightstep: {address: "l:1"}}}', listed('invalid lightstep config: access token is required')],
    [
      'defaultConfig: {tracing: {tlsSettings: {mode: MUTUAL}}}',
      listed('invalid tracing TLS config: client certificate required for mutual tls', 'invalid tracing TLS config: private key required for mutual tls'),
    ],
    ['defaultConfig: {statsdUdpAddress: s}', listed('invalid statsd udp address "s": unable to split "s": address s: missing port in address')],
    [
      'defaultConfig: {envoyMetricsService: {address: m}}',
      listed('invalid envoy metrics service address "m": unable to split "m": address m: missing port in address'),
    ],
    [
      'defaultConfig: {proxyAdminPort: 70000, statusPort: -1}',
      listed('invalid proxy admin port: port number 70000 must be in the range 1..65535', 'invalid status port: port number -1 must be in the range 1..65535'),
    ],
    ['defaultConfig: {controlPlaneAuthPolicy: INHERIT}', listed('invalid authentication policy: unrecognized control plane auth policy "INHERIT"')],
    ['defaultConfig: {privateKeyProvider: {cryptomb: {}}}', listed('invalid private key provider configuration: pollDelay is required')],
    ['defaultConfig: {privateKeyProvider: {qat: {pollDelay: 0s}}}', listed('invalid private key provider configuration: pollDelay must be non zero')],
    [
      'defaultConfig: {connectionSettings: {listenerConnectionLimit: 0, httpIdleTimeout: -1s}}',
      listed('invalid connection settings: http_idle_timeout must be non-negative', 'invalid connection settings: listener_connection_limit must be positive'),
    ],
    [
      'defaultConfig: {connectionSettings: {http2InitialStreamWindowSize: 1}}',
      listed('invalid connection settings: http2_initial_stream_window_size must be at least 65535'),
    ],
    ['trustDomain: a_b', listed('trustDomain: trust domain name "a_b" invalid')],
    ['serviceSettings: [{hosts: ["*.a", "a*"]}]', listed('serviceSettings[0], host `a*`: domain name "a*" invalid (label "a*" invalid)')],
    ['localityLbSetting: {distribute: [{from: a, to: {b: 50}}]}', 'total locality weight 50 != 100'],
    ['localityLbSetting: {distribute: [{from: "a/*", to: {b: 100}}, {from: a/b, to: {b: 100}}]}', 'locality a/b overlap with previous specified ones'],
    ['localityLbSetting: {failover: [{from: a, to: a}]}', 'locality lb failover settings must specify different regions'],
    ['accessLogFile: 5', 'failed to convert to proto. json: cannot unmarshal number into Go value of type string'],
  ]
  for (const [text, want] of cases)
    t.equal(
      refusal(() => mesh(text)),
      want,
      text,
    )
  for (const text of [
    'defaultConfig: {discoveryAddress: "[::1]:1"}',
    'defaultConfig: {discoveryAddress: "a.b.:1"}',
    'defaultConfig: {tracing: {zipkin: {address: "$(HOST_IP):9411"}}}',
    'trustDomain: istio.io.',
  ]) {
    t.equal(
      refusal(() => mesh(text)),
      undefined,
      text,
    )
  }
})

t.test('proxy configs merge metadata by key and some headers by member', async t => {
  t.same(mergeProxyConfig({ proxyMetadata: { B: '2' } }, { proxyMetadata: { A: '1', B: '1' } }), { proxyMetadata: { A: '1', B: '2' } })
  t.same(mergeProxyConfig({ proxyMetadata: {} }, { proxyMetadata: { A: '1' } }), { proxyMetadata: { A: '1' } })
  t.same(mergeProxyConfig({ tracing: { sampling: 5 } }, { tracing: { zipkin: { address: 'z:1' } } }), { tracing: { sampling: 5 } })
  const headers = { requestId: { disabled: true }, setCurrentClientCertDetails: {}, server: { value: 'a' } }
  t.same(mergeProxyConfig({ proxyHeaders: { server: { value: 'b' } } }, { proxyHeaders: headers }), {
    proxyHeaders: { server: { value: 'b' }, requestId: { disabled: true } },
  })
  const base = { proxyMetadata: { A: '1' } }
  mergeProxyConfig({ proxyMetadata: { B: '2' } }, base)
  t.same(base, { proxyMetadata: { A: '1' } }, 'the base is not changed')
  t.same(applyProxyConfig('concurrency: 0\nstatNameLength: 0', { statNameLength: 189 }), { concurrency: 0 })
})

t.test('a pod takes the layers of its ProxyConfig in order', async t => {
  const resource = (name: string, namespace: string, spec: Json, extra: JsonObject = {}) => ({ metadata: { name, namespace, ...extra }, spec })
  const env = (name: string) => ({ environmentVariables: { E: name, [name]: 'x' } })
  const effective = (pod: {
    mesh?: string
    namespace?: string
    labels?: Record<string, string>
    annotation?: string
    resources?: JsonObject[]
    revision?: string
  }) =>
    effectiveProxyConfig({
      mesh: mesh(pod.mesh ?? ''),
      namespace: pod.namespace ?? 'ns1',
      labels: pod.labels ?? {},
      annotation: pod.annotation,
      resources: proxyConfigResources(pod.resources ?? []),
      revision: pod.revision ?? 'default',
    })
  const root = resource('root', 'istio-system', env('root'))
  const own = resource('own', 'ns1', env('own'))
  const workload = resource('w', 'ns1', { ...env('w'), concurrency: 9, selector: { matchLabels: { app: 'x' } } })
  const all = { resources: [root, own, workload], labels: { app: 'x' }, annotation: 'concurrency: 4\nproxyMetadata: {E: an, an: x}' }
  t.same(effective({}), defaultProxyConfig())
  t.same(effective(all).proxyMetadata, { E: 'w', root: 'x', own: 'x', an: 'x', w: 'x' })
  t.equal(effective(all).concurrency, 9, 'the resource beats the annotation')
  t.equal(effective({ ...all, labels: {} }).concurrency, 4)
  t.equal(effective({ ...all, namespace: 'other', labels: {} }).proxyMetadata?.E, 'an')
  t.equal(effective({ mesh: 'rootNamespace: ""', resources: [root] }).proxyMetadata, undefined)
  t.equal(
    effective({ resources: [resource('w', 'istio-system', { concurrency: 1, selector: { matchLabels: { app: 'x' } } })], labels: { app: 'x' } }).concurrency,
    undefined,
  )
  t.equal(effective({ resources: [resource('e', 'ns1', { concurrency: 1, selector: {} })], labels: { app: 'x' } }).concurrency, undefined)
  t.equal(effective({ mesh: 'defaultConfig: {statNameLength: 0, concurrency: 0}' }).statNameLength, 189, 'zero scalars of a layer do not count')
  t.equal(effective({ mesh: 'defaultConfig: {statNameLength: 0, concurrency: 0}' }).concurrency, 0)
  t.equal(effective({ annotation: 'concurrency: x' }).concurrency, undefined, 'an annotation that cannot be read is skipped')
  const aged = [
    resource('b', 'ns1', { concurrency: 2 }, { creationTimestamp: '2026-01-02T00:00:00Z' }),
    resource('a', 'ns1', { concurrency: 3 }, { creationTimestamp: '2026-01-03T00:00:00Z' }),
  ]
  t.equal(effective({ resources: aged }).concurrency, 2, 'the oldest wins')
  t.equal(
    effective({ resources: [resource('b', 'ns1', { concurrency: 2 }), resource('a', 'ns1', { concurrency: 3 })] }).concurrency,
    3,
    'then the first by name',
  )
  const canary = resource('c', 'ns1', { concurrency: 7 }, { labels: { 'istio.io/rev': 'canary' } })
  t.equal(effective({ resources: [canary] }).concurrency, undefined)
  t.equal(effective({ resources: [canary], revision: 'canary' }).concurrency, 7)
  t.match(
    refusal(() => proxyConfigResources([resource('bad', 'ns1', { concurrency: 'x' })])),
    /^ProxyConfig ns1\/bad: invalid character 'x'/,
  )
})

t.test('mesh and annotation decide whether the application waits for the proxy', async t => {
  t.equal(holdsApplication(defaultMesh(), undefined), false)
  t.equal(holdsApplication(mesh('defaultConfig: {holdApplicationUntilProxyStarts: true}'), undefined), true)
  t.equal(holdsApplication(mesh('defaultConfig: {holdApplicationUntilProxyStarts: true}'), 'holdApplicationUntilProxyStarts: false'), false)
  t.equal(holdsApplication(defaultMesh(), 'holdApplicationUntilProxyStarts: true'), true)
})

t.test('the recorded mesh configs of Istio come out the same', async t => {
  const { cases, defaults } = JSON.parse(readFileSync(join(import.meta.dirname, '../conformance/istio/vectors.json'), 'utf8'))
  let seen = 0
  for (const { group, name, mesh: text, configError, out } of cases) {
    if (group !== 'mesh' || name === 'yamlerr') continue
    seen++
    const got = refusal(() => mesh(text === 'default' ? defaults.mesh : text))
    t.equal(got === undefined ? undefined : `mesh: ${got}`, configError, name)
    if (configError !== undefined) continue
    const env = (typeof out === 'string' ? JSON.parse(out) : out).spec.containers.find((c: JsonObject) => c.name === 'istio-proxy').env
    t.equal(encode(messageType(MESH_CONFIG), mesh(text === 'default' ? defaults.mesh : text)), env[0].value, name)
  }
  t.ok(seen > 25)
})
