// Mesh and proxy config: protobuf JSON in and out, defaults, merging, checks, layers, and how templates see them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Box, type GoType, type GoValue } from '../src/lib/gotemplate/value.ts'
import { durationJson, durationText, fromDurationJson, parseDuration } from '../src/lib/istio/duration.ts'
import { jsonSyntaxError } from '../src/lib/istio/go-json.ts'
import { applyMesh, defaultMesh, defaultProxyConfig } from '../src/lib/istio/mesh-config.ts'
import { inboundTrafficPolicyMode, prometheusMerge, statusPort } from '../src/lib/istio/mesh-types.ts'
import { applyJson, type Message } from '../src/lib/istio/proto-decode.ts'
import { compareBytes, encode } from '../src/lib/istio/proto-encode.ts'
import { goFieldName, goTypeName, MESH_CONFIG, messageType, PROXY_CONFIG, VALUES } from '../src/lib/istio/proto-schema.ts'
import { meshValue, messageOf, protoJson, proxyConfigValue } from '../src/lib/istio/proto-view.ts'
import { applyProxyConfig, effectiveProxyConfig, holdsApplication, proxyConfigResources } from '../src/lib/istio/proxy-config.ts'
import { mergeProxyConfig } from '../src/lib/istio/proxy-config-merge.ts'
import type { Json, JsonObject } from '../src/lib/model/index.ts'

const MESH_TEXT = `{"proxyListenPort":15001,"proxyInboundListenPort":15006,"connectTimeout":"10s","protocolDetectionTimeout":"0s","ingressClass":"istio",\
"ingressService":"istio-ingressgateway","ingressControllerMode":"STRICT","enableTracing":true,"defaultConfig":{"configPath":"./etc/istio/proxy",\
"binaryPath":"/usr/local/bin/envoy","serviceCluster":"istio-proxy","drainDuration":"45s","discoveryAddress":"istiod.istio-system.svc:15012",\
"proxyAdminPort":15000,"controlPlaneAuthPolicy":"MUTUAL_TLS","statNameLength":189,"statusPort":15020,"terminationDrainDuration":"5s"},\
"outboundTrafficPolicy":{"mode":"ALLOW_ANY"},"inboundTrafficPolicy":{},"enableAutoMtls":true,"trustDomain":"cluster.local","defaultServiceExportTo":["*"],\
"defaultVirtualServiceExportTo":["*"],"defaultDestinationRuleExportTo":["*"],"rootNamespace":"istio-system","localityLbSetting":{"enabled":true},\
"dnsRefreshRate":"60s","enablePrometheusMerge":true,"extensionProviders":[{"name":"prometheus","prometheus":{}},{"name":"stackdriver","stackdriver":{}},\
{"name":"envoy","envoyFileAccessLog":{"path":"/dev/stdout"}}],"defaultProviders":{}}`

const mesh = (text: string) => applyMesh(text, defaultMesh())
const proxy = (json: Json, base: Message = {}) => applyJson(messageType(PROXY_CONFIG), json, base)
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

t.test('Go names follow from proto names', async t => {
  t.same(['enable_64bit_trace_id', 'h2_upgrade_policy', 'mesh_mTLS', 'proxy_admin_port'].map(goFieldName), [
    'Enable_64BitTraceId',
    'H2UpgradePolicy',
    'MeshMTLS',
    'ProxyAdminPort',
  ])
  t.equal(goTypeName('mesh.v1alpha1.MeshConfig.TLSConfig'), 'v1alpha1.MeshConfig_TLSConfig')
})

t.test('fields are decoded by JSON name and proto name', async t => {
  const cases: [string, Json, JsonObject][] = [
    ['JSON name', { statusPort: 1 }, { statusPort: 1 }],
    ['proto name', { status_port: 1 }, { statusPort: 1 }],
    ['the JSON name wins', { status_port: 1, statusPort: 2 }, { statusPort: 2 }],
    ['unknown fields are ignored, at any depth', { foo: 1, tracing: { bar: 2, sampling: 3 } }, { tracing: { sampling: 3 } }],
    ['null leaves a field alone', { statusPort: null, tracing: null }, {}],
    ['a zero without presence is the same as nothing', { statusPort: 0, configPath: '', interceptionMode: 'REDIRECT' }, {}],
    ['wrappers and messages know that they are set', { concurrency: 0, tracing: {} }, { concurrency: 0, tracing: {} }],
    ['quoted numbers', { statusPort: '15021', concurrency: '3', statNameLength: ' 7 ' }, { statNameLength: 7, concurrency: 3, statusPort: 15021 }],
    ['enums by number', { interceptionMode: 1 }, { interceptionMode: 'TPROXY' }],
    ['enums that nobody named', { interceptionMode: 77 }, { interceptionMode: 77 }],
    [
      'durations are brought into one form',
      { drainDuration: '1m30s', terminationDrainDuration: '1.5s' },
      { drainDuration: '90s', terminationDrainDuration: '1.500s' },
    ],
    [
      'the last declared member of a oneof wins',
      { tracingServiceName: 'CANONICAL_NAME_ONLY', serviceCluster: 'x' },
      { tracingServiceName: 'CANONICAL_NAME_ONLY' },
    ],
    ['a set member of a oneof may be zero', { tracingServiceName: 'APP_LABEL_AND_NAMESPACE' }, { tracingServiceName: 'APP_LABEL_AND_NAMESPACE' }],
    ['lists are replaced, empty ones are nothing', { extraStatTags: [] }, {}],
    [
      'keys from the prototype are keys like others',
      JSON.parse('{"proxyMetadata":{"__proto__":"a","constructor":"b"}}'),
      JSON.parse('{"proxyMetadata":{"__proto__":"a","constructor":"b"}}'),
    ],
  ]
  for (const [name, input, want] of cases) t.equal(JSON.stringify(proxy(input)), JSON.stringify(want), name)
  t.same(
    proxy({ serviceCluster: 'x' }, { tracingServiceName: 'CANONICAL_NAME_ONLY', statusPort: 1 }),
    { serviceCluster: 'x', statusPort: 1 },
    'a oneof is replaced',
  )
  t.same(proxy({ statusPort: 0 }, { statusPort: 1 }), {}, 'an explicit zero clears a field')
})

t.test('wrong types are refused in the words of Go', async t => {
  const cases: [Json, string][] = [
    [[], 'json: cannot unmarshal array into Go value of type map[string]json.RawMessage'],
    ['x', 'json: cannot unmarshal string into Go value of type map[string]json.RawMessage'],
    [{ tracing: [] }, 'json: cannot unmarshal array into Go value of type map[string]json.RawMessage'],
    [{ proxyMetadata: { X: 1 } }, 'json: cannot unmarshal number into Go value of type string'],
    [{ proxyMetadata: 'x' }, 'json: cannot unmarshal string into Go value of type map[string]json.RawMessage'],
    [{ extraStatTags: 'x' }, 'json: cannot unmarshal string into Go value of type []json.RawMessage'],
    [{ configPath: 5 }, 'json: cannot unmarshal number into Go value of type string'],
    [{ holdApplicationUntilProxyStarts: 'true' }, 'json: cannot unmarshal string into Go value of type bool'],
    [{ statusPort: 1.5 }, 'json: cannot unmarshal number 1.5 into Go value of type int32'],
    [{ statusPort: 99999999999 }, 'json: cannot unmarshal number 99999999999 into Go value of type int32'],
    [{ statusPort: true }, 'json: cannot unmarshal bool into Go value of type int32'],
    [{ statusPort: 'x' }, "invalid character 'x' looking for beginning of value"],
    [{ statusPort: '' }, 'unexpected end of JSON input'],
    [{ statusPort: '1 2' }, "invalid character '2' after top-level value"],
    [{ statusPort: 'true' }, 'json: cannot unmarshal bool into Go value of type int32'],
    [{ interceptionMode: 'tproxy' }, 'unknown value "\\"tproxy\\"" for enum istio.mesh.v1alpha1.ProxyConfig.InboundInterceptionMode'],
    [{ drainDuration: 5 }, 'json: cannot unmarshal number into Go value of type string'],
    [{ drainDuration: '5' }, 'bad Duration: time: missing unit in duration "5"'],
    [{ drainDuration: '5x' }, 'bad Duration: time: unknown unit "x" in duration "5x"'],
    [{ drainDuration: 'x' }, 'bad Duration: time: invalid duration "x"'],
    [{ tracing: { sampling: 'x' } }, "invalid character 'x' looking for beginning of value"],
  ]
  for (const [input, want] of cases)
    t.equal(
      refusal(() => proxy(input)),
      want,
      JSON.stringify(input),
    )
  t.equal(
    refusal(() => applyJson(messageType(VALUES), { global: { hub: 5 } }, {})),
    'json: cannot unmarshal number into Go value of type string',
  )
  t.equal(
    refusal(() => applyJson(messageType(VALUES), { global: { tag: [1], defaultNodeSelector: { a: 1 } }, pilot: { rollingMaxUnavailable: '25%' } }, {})),
    undefined,
  )
})

t.test('a text that is no JSON is refused in the words of Go', async t => {
  const cases: [string, string | undefined][] = [
    ['{"a": [1, "x", null, true, -1.5e3]}', undefined],
    ['', 'unexpected end of JSON input'],
    ['trx', "invalid character 'x' in literal true (expecting 'u')"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['{a: 1}', "invalid character 'a' looking for beginning of object key string"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1] x', "invalid character 'x' after top-level value"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\q"', "invalid character 'q' in string escape code"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ['['.repeat(20_000), 'exceeded max depth'],
  ]
  for (const [text, want] of cases) t.equal(jsonSyntaxError(text), want, text.slice(0, 20))
})

t.test('durations read and print as in Go', async t => {
  const cases: [string, string, string][] = [
    ['1h1m', '1h1m0s', '3660s'],
    ['90s', '1m30s', '90s'],
    ['1.5s', '1.5s', '1.500s'],
    ['-1.25ms', '-1.25ms', '-0.001250s'],
    ['15us', '15µs', '0.000015s'],
    ['0', '0s', '0s'],
    ['1ns', '1ns', '0.000000001s'],
  ]
  for (const [text, go, json] of cases) {
    t.equal(durationText(parseDuration(text)), go, text)
    t.equal(durationJson(parseDuration(text)), json, text)
    t.equal(fromDurationJson(json), parseDuration(text), text)
  }
  t.equal(fromDurationJson(undefined), 0n)
  for (const text of ['', '-', 's', '.s', '1', '1h-1m', '9223372036854775808ns', `${'9'.repeat(100)}h`])
    t.ok(
      refusal(() => parseDuration(text)),
      text,
    )
})

t.test('JSON output stands in declaration order, with Go escapes', async t => {
  const type = messageType(PROXY_CONFIG)
  t.equal(
    encode(type, { terminationDrainDuration: '5s', proxyMetadata: { B: '<&>', A: '\u2028"', 10: 'x', 9: 'y' }, configPath: '/é\\' }),
    '{"configPath":"/é\\\\","proxyMetadata":{"10":"x","9":"y","A":"\\u2028\\"","B":"\\u003c\\u0026\\u003e"},"terminationDrainDuration":"5s"}',
  )
  t.equal(encode(type, { tracing: { tlsSettings: { mode: 'SIMPLE' }, zipkin: {} } }), '{"tracing":{"zipkin":{},"tlsSettings":{"mode":"SIMPLE"}}}')
  t.same(['b', '\u{1f600}', '\uffee', 'a', ''].sort(compareBytes), ['', 'a', 'b', '\uffee', '\u{1f600}'])
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

/** `.A.B` of a template: methods and fields through pointers. */
function walk(start: GoValue, ...names: string[]): GoValue {
  let value = start
  for (const name of names) {
    if (!(value instanceof Box)) throw new Error(`${name} of a plain value`)
    const method = value.type.method?.(name)
    const struct: GoValue = value.type.kind === 'pointer' ? (value.value as GoValue) : value
    if (method !== undefined) value = method.call(value)
    else if (struct instanceof Box) value = struct.type.field?.(name)?.get(struct.value) ?? null
    else throw new Error(`nil pointer evaluating ${value.type.name}.${name}`)
  }
  return value
}

function typeName(value: GoValue): string | undefined {
  return value instanceof Box ? value.type.name : undefined
}

t.test('templates see messages as the structs of Go', async t => {
  const config = proxyConfigValue({
    ...defaultProxyConfig(),
    tracing: { sampling: 1.5, zipkin: { address: 'z:1' } },
    proxyMetadata: { A: '1' },
    extraStatTags: ['a'],
  })
  t.equal(typeName(config), '*v1alpha1.ProxyConfig')
  t.same(walk(config, 'StatusPort'), new Box((walk(config, 'StatusPort') as Box).type, 15020n))
  t.equal(walk(config, 'ConfigPath'), './etc/istio/proxy')
  t.equal(walk(config, 'InterceptionMode', 'String'), 'REDIRECT')
  t.equal(walk(config, 'ControlPlaneAuthPolicy', 'String'), 'MUTUAL_TLS')
  t.equal(walk(config, 'Tracing', 'Sampling'), 1.5)
  t.equal(walk(config, 'GetTracing', 'GetZipkin', 'GetAddress'), 'z:1')
  t.equal(walk(config, 'GetServiceCluster'), 'istio-proxy')
  t.equal(walk(config, 'ClusterName', 'ServiceCluster'), 'istio-proxy')
  t.equal(typeName(walk(config, 'ClusterName')), '*v1alpha1.ProxyConfig_ServiceCluster')
  t.equal(typeName(walk(config, 'Tracing', 'Tracer')), '*v1alpha1.Tracing_Zipkin_')
  t.same((walk(config, 'ProxyMetadata') as Box).value, new Map([['A', '1']]))
  t.same((walk(config, 'ExtraStatTags') as Box).value, ['a'])
  t.equal((walk(config, 'RuntimeValues') as Box).value, null)
  t.equal(walk(config, 'DrainDuration', 'String'), 'seconds:45')
  t.same((walk(config, 'DrainDuration', 'Seconds') as Box).value, 45n)
  t.equal(walk(config, 'DrainDuration', 'AsDuration', 'String'), '45s')
  t.equal((config as Box).type.elem?.field?.('ServiceCluster'), undefined, 'a member of a oneof is no field')
  t.equal((config as Box).type.elem?.field?.('constructor'), undefined)
  t.equal((config as Box).type.method?.('constructor'), undefined)
})

t.test('getters work on nil, fields do not', async t => {
  const config = proxyConfigValue({})
  t.equal(walk(config, 'GetTracing', 'GetTlsSettings', 'GetCaCertificates'), '')
  t.equal(walk(config, 'HoldApplicationUntilProxyStarts', 'GetValue'), false)
  t.equal(walk(config, 'Tracing', 'String'), '<nil>')
  t.equal((walk(config, 'Concurrency') as Box).value, null)
  t.equal(walk(config, 'ClusterName'), null)
  t.throws(() => walk(config, 'Tracing', 'Sampling'), /nil pointer/)
})

t.test('lists and maps of messages hold pointers', async t => {
  const value = meshValue(defaultMesh())
  const providers = walk(value, 'ExtensionProviders') as Box
  t.equal(providers.type.name, '[]*v1alpha1.MeshConfig_ExtensionProvider')
  const elem = providers.type.elem as GoType
  const last = elem.wrap?.((providers.value as unknown[])[2])
  t.equal(walk(last ?? null, 'Name'), 'envoy')
  t.equal(walk(last ?? null, 'GetEnvoyFileAccessLog', 'Path'), '/dev/stdout')
  t.equal(walk(value, 'EnableAutoMtls', 'Value'), true)
  t.equal(walk(value, 'LocalityLbSetting', 'String'), 'enabled:{value:true}')
})

t.test('a message comes back from a template, and prints as JSON', async t => {
  const config = proxyConfigValue({ statusPort: 1 })
  t.same(messageOf(config)?.message, { statusPort: 1 })
  t.equal(messageOf(config)?.type.name, PROXY_CONFIG)
  t.equal(protoJson(walk(proxyConfigValue(defaultProxyConfig()), 'DrainDuration')), '"45s"')
  t.equal(protoJson(walk(meshValue(defaultMesh()), 'LocalityLbSetting')), '{"enabled":true}')
  t.equal(protoJson(walk(config, 'Tracing')), undefined)
  t.same([messageOf(null), messageOf('x'), messageOf(walk(config, 'Tracing'))], [undefined, undefined, undefined])
  const struct = (config as Box).type.elem
  t.equal(struct?.json?.({ statusPort: 1 }), '{"statusPort":1}')
  const duration = walk(proxyConfigValue({ drainDuration: '1.500s' }), 'DrainDuration') as Box
  t.equal(duration.type.elem?.json?.('1.500s'), '{"seconds":1,"nanos":500000000}')
})

t.test('the recorded mesh configs of Istio come out the same', async t => {
  const { cases, defaults } = JSON.parse(readFileSync(join(import.meta.dirname, 'conformance/istio/vectors.json'), 'utf8'))
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
