// Istio's template functions that convert values to and from JSON and YAML, and those on protobuf messages (istio-rules.md, 5, 5.1 and 5.3).

import { formatDuration } from '../lib/go/duration.ts'
import { decodeJson, encodeJson } from '../lib/go/json.ts'
import { defaultProxyConfig } from '../lib/istio/mesh-config.ts'
import type { Message } from '../lib/istio/proto-decode.ts'
import { encode } from '../lib/istio/proto-encode.ts'
import { MESH_CONFIG, messageType, PROXY_CONFIG } from '../lib/istio/proto-schema.ts'
import { messageOf, pointerToMessage, protoJson } from '../lib/istio/proto-view.ts'
import type { Json, JsonObject } from '../lib/model/index.ts'
import { equal, get, isObject } from '../lib/model/index.ts'
import type { GoFunc, GoType, GoValue } from '../lib/template/index.ts'
import { ANY, Box, GoError, STRING, STRING_MAP } from '../lib/template/index.ts'
import { toYaml } from '../lib/yaml/index.ts'
import { integerField, items, pure, stringMap, textField } from './go-values.ts'
import { otelResourceAttributes } from './open-telemetry.ts'
import { CONTAINERS, text } from './text-functions.ts'

const PROTO_MESSAGE: GoType = { kind: 'interface', name: 'protoreflect.ProtoMessage', requires: 'ProtoReflect' }
const DURATION: GoType = pointerToMessage('google.protobuf.Duration')

/** The functions by name; all are pure. */
export const DATA_FUNCTIONS: readonly (readonly [string, GoFunc])[] = pure([
  ['formatDuration', { params: [DURATION], result: STRING, call: durationText }],
  ['fromJSON', { params: [STRING], result: ANY, call: fromJson }],
  ['structToJSON', { params: [ANY], result: STRING, call: value => (value === null || value === undefined ? '{}' : (jsonOf(value) ?? '{}')) }],
  ['protoToJSON', { params: [PROTO_MESSAGE], result: STRING, call: protoToJson }],
  ['toYaml', { params: [ANY], result: STRING, call: toYamlText }],
  ['omitNil', { params: [ANY], result: ANY, call: value => omitNil(value ?? null) }],
  ['otelResourceAttributes', { params: [pointerToMessage(MESH_CONFIG), STRING_MAP, STRING_MAP, STRING, CONTAINERS], result: STRING, call: resourceAttributes }],
])

function durationText(duration: GoValue | undefined): string {
  return formatDuration(integerField(duration, 'Seconds') * 1_000_000_000n + integerField(duration, 'Nanos'))
}

/** The decoded value; a text that is not JSON becomes the text `{}`. */
function fromJson(value: GoValue | undefined): GoValue {
  const decoded = decodeJson(text(value))
  return decoded.error === undefined ? decoded.value : '{}'
}

function jsonOf(value: GoValue): string | undefined {
  try {
    return encodeJson(value)
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

function toYamlText(value: GoValue | undefined): string {
  const json = jsonOf(value ?? null)
  return json === undefined ? '' : toYaml(JSON.parse(json) as Json)
}

/** The message as JSON; for a ProxyConfig only fields that differ from Istio's built-in defaults. */
function protoToJson(value: GoValue | undefined): string {
  const found = messageOf(value ?? null)
  return found?.type.name === PROXY_CONFIG ? proxyConfigText(found.message) : (protoJson(value ?? null) ?? '{}')
}

// The mesh's own ProxyConfig serves most pods: its text is made once.
const texts = new WeakMap<Message, string>()

function proxyConfigText(config: Message): string {
  const known = texts.get(config)
  if (known !== undefined) return known
  const encoded = encode(messageType(PROXY_CONFIG), withoutDefaults(config))
  texts.set(config, encoded)
  return encoded
}

/** The fields that protoToJSON leaves out where they equal the built-in default. */
const CLEANED = [
  'configPath',
  'binaryPath',
  'controlPlaneAuthPolicy',
  'serviceCluster',
  'drainDuration',
  'terminationDrainDuration',
  'discoveryAddress',
  'envoyMetricsService',
  'envoyAccessLogService',
  'tracing',
  'proxyAdminPort',
  'statNameLength',
  'statusPort',
  'concurrency',
]

function withoutDefaults(config: Message): JsonObject {
  const defaults = defaultProxyConfig()
  const cleaned: JsonObject = { ...config }
  for (const name of CLEANED) {
    const value = get(config, name)
    if (value !== undefined && equal(value, get(defaults, name))) delete cleaned[name]
  }
  const metadata = get(config, 'proxyMetadata')
  if (isObject(metadata) && Object.keys(metadata).length === 0) delete cleaned.proxyMetadata
  return cleaned
}

/** The value without nil entries of maps and lists, and without parts that are then empty. */
function omitNil(value: GoValue): GoValue {
  if (Array.isArray(value)) {
    const kept = value.map(omitNil).filter(item => item !== null)
    return kept.length === 0 && value.length > 0 ? null : kept
  }
  if (value instanceof Map) {
    const kept = [...value].map(([key, item]) => [key, omitNil(item)] as const).filter(([, item]) => item !== null)
    return kept.length === 0 && value.size > 0 ? null : new Map(kept)
  }
  return value
}

function resourceAttributes(...[mesh, annotations, labels, namespace, containers]: GoValue[]): string {
  return otelResourceAttributes({
    mesh: mesh instanceof Box ? (messageOf(mesh)?.message ?? {}) : {},
    annotation: name => stringMap(annotations).get(name) ?? '',
    label: name => stringMap(labels).get(name) ?? '',
    namespace: text(namespace),
    containers: items(containers).map(container => ({ name: textField(container, 'Name'), image: textField(container, 'Image') })),
  })
}
