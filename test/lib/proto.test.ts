// Istio's protobuf messages: from JSON, to JSON, and as templates see them.

import t from 'tap'
import { formatDuration, parseDuration } from '../../src/lib/go/duration.ts'
import { jsonSyntaxError } from '../../src/lib/go/json.ts'
import { Box, type GoType, type GoValue } from '../../src/lib/go/value.ts'
import { defaultMesh, defaultProxyConfig } from '../../src/lib/istio/mesh-config.ts'
import { applyJson, type Message } from '../../src/lib/istio/proto-decode.ts'
import { durationJson, fromDurationJson } from '../../src/lib/istio/proto-duration.ts'
import { encode, encodeJson } from '../../src/lib/istio/proto-encode.ts'
import { goFieldName, goTypeName, messageType, PROXY_CONFIG, VALUES } from '../../src/lib/istio/proto-schema.ts'
import { wrapperFields } from '../../src/lib/istio/proto-text.ts'
import { meshValue, messageOf, protoJson, proxyConfigValue } from '../../src/lib/istio/proto-view.ts'
import type { Json, JsonObject } from '../../src/lib/model/index.ts'

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

t.test('durations read as in Go and print as in protobuf JSON', async t => {
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
    t.equal(formatDuration(parseDuration(text)), go, text)
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
  t.equal(encodeJson({ b: 1, '\u{1f600}': 2, '\uffee': 3, '': 4 }), '{"":4,"b":1,"\uffee":3,"\u{1f600}":2}')
})

t.test('texts in messages are quoted as prototext quotes them', async t => {
  const cases: [text: string, want: string][] = [
    ['a"b\\c\n\r\t\x01\x07\x7f', 'value:"a\\"b\\\\c\\n\\r\\t\\x01\\x07\\x7f"'],
    ["é\u00a0\u200b\u0085\u088f😀'<&>", 'value:"é\u00a0\u200b\\u0085\u088f😀\'<&>"'],
    ['\u2028', 'value:"\u2028"'],
  ]
  for (const [text, want] of cases) t.equal(wrapperFields(text), want)
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
