// The schema of Istio's protobuf messages, from generated tables (istio-rules.md, appendix D).
// Go names follow protoc-gen-go; scripts/generate-mesh-schema.ts proves that for every message.

import { onceValue } from '../go/sync.ts'
import { MESH_SCHEMA } from './generated/mesh-schema.ts'
import { VALUES_SCHEMA } from './generated/values-schema.ts'

/** Scalars by proto name, those that Istio uses; the well-known types by their short name, because JSON and Go treat each in its own way. */
export type ScalarKind = 'string' | 'bool' | 'int32' | 'uint32' | 'int64' | 'double'
export type WrapperKind = 'BoolValue' | 'StringValue' | 'Int32Value' | 'UInt32Value' | 'Int64Value'
export type WellKnownKind = WrapperKind | 'Duration' | 'Struct' | 'Value' | 'IntOrString'

export interface FieldType {
  /** The name in the .proto file: `drain_duration`. */
  readonly name: string
  readonly json: string
  readonly go: string
  readonly cardinality: 'one' | 'list' | 'map'
  readonly kind: ScalarKind | WellKnownKind | 'message' | 'enum'
  /** Name of the oneof that the field belongs to. */
  readonly oneof: string | undefined
  /** An absent scalar means its zero value; a message, a wrapper and a oneof member know whether they are set. */
  readonly presence: boolean
  /** The Istio minor version that brought the field, when later than 1.28. */
  readonly since: string | undefined
  /** Full name of the message or enum, without `istio.`; '' for other kinds. */
  readonly type: string
}

export interface MessageType {
  /** Full name without `istio.`: `mesh.v1alpha1.ProxyConfig`. */
  readonly name: string
  /** `v1alpha1.ProxyConfig` */
  readonly go: string
  /** In declaration order, which is the order of JSON output. */
  readonly fields: readonly FieldType[]
}

export interface EnumType {
  /** Full name as error texts print it: `istio.mesh.v1alpha1.AuthenticationPolicy`. */
  readonly name: string
  readonly go: string
  readonly numbers: ReadonlyMap<string, number>
  readonly names: ReadonlyMap<number, string>
  readonly since: ReadonlyMap<string, string>
}

export const MESH_CONFIG = 'mesh.v1alpha1.MeshConfig'
export const PROXY_CONFIG = 'mesh.v1alpha1.ProxyConfig'
export const PROXY_CONFIG_RESOURCE = 'networking.v1beta1.ProxyConfig'
export const VALUES = 'operator.v1alpha1.Values'

/** The message named `name` (full name without `istio.`). */
export function messageType(name: string): MessageType {
  const known = messages.get(name)
  if (known !== undefined) return known
  const words = wordsOf(name)
  const type: MessageType = { name, go: goTypeName(name), fields: words.map(fieldOf) }
  messages.set(name, type)
  return type
}

/** The enum named `name` (full name without `istio.`). */
export function enumType(name: string): EnumType {
  const known = enums.get(name)
  if (known !== undefined) return known
  const numbers = new Map<string, number>()
  const names = new Map<number, string>()
  const since = new Map<string, string>()
  for (const word of wordsOf(name)) {
    const [value = '', rest = ''] = word.split('=')
    const [number, version] = rest.split('@')
    numbers.set(value, Number(number))
    if (!names.has(Number(number))) names.set(Number(number), value)
    if (version !== undefined) since.set(value, version)
  }
  const type: EnumType = { name: `istio.${name}`, go: goTypeName(name), numbers, names, since }
  enums.set(name, type)
  return type
}

/** `v1alpha1.MeshConfig_TLSConfig` for `mesh.v1alpha1.MeshConfig.TLSConfig`. */
export function goTypeName(name: string): string {
  const segments = name.split('.')
  const first = segments.findIndex(segment => segment >= 'A' && segment < '[')
  return `${segments[first - 1]}.${segments.slice(first).join('_')}`
}

/** `Enable_64BitTraceId` for `enable_64bit_trace_id`: what protoc-gen-go makes of a field's name. */
export function goFieldName(name: string): string {
  return name.replace(/(^|_|\d)([a-z])/g, (_, before: string, letter: string) => `${before === '_' ? '' : before}${letter.toUpperCase()}`)
}

/** The Go struct that holds a oneof member: `v1alpha1.Tracing_Zipkin_`, with `_` where a message has the plain name already. */
export function goOneofWrapper(message: MessageType, field: FieldType): string {
  const plain = `${message.go}_${field.go}`
  return isTable(`${message.name}.${field.go}`) ? `${plain}_` : plain
}

/** Whether an Istio version knows the field; `newest` is the version of the compatibility setting. */
export function isKnown(since: string | undefined, newest: string | undefined): boolean {
  return since === undefined || newest === undefined || minorOf(since) <= minorOf(newest)
}

const messages = new Map<string, MessageType>()
const enums = new Map<string, EnumType>()

// The tables are indexed once and each message is split on first use: a run touches a few of the 150.
const tables = onceValue((): ReadonlyMap<string, string> => {
  return new Map(
    [...MESH_SCHEMA, ...VALUES_SCHEMA].map(line => {
      const end = line.indexOf(' ')
      return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)]
    }),
  )
})

function isTable(name: string): boolean {
  return tables().has(name)
}

function wordsOf(name: string): readonly string[] {
  const line = tables().get(name)
  if (line === undefined) throw new Error(`no protobuf type ${name}`)
  return line === '' ? [] : line.split(' ')
}

const SCALARS: ReadonlySet<string> = new Set<ScalarKind>(['string', 'bool', 'int32', 'uint32', 'int64', 'double'])
const WELL_KNOWN: ReadonlySet<string> = new Set<WellKnownKind>([
  'BoolValue',
  'StringValue',
  'Int32Value',
  'UInt32Value',
  'Int64Value',
  'Duration',
  'Struct',
  'Value',
])
const INT_OR_STRING = 'operator.v1alpha1.IntOrString'

const FIELD = /^([^=/:]+)(?:=([^/:]+))?(?:\/([^:]+))?:(\[\]|\{\})?([^@]+)(?:@(.+))?$/

function fieldOf(word: string): FieldType {
  const [, name = '', json, oneof, shape, type = '', since] = FIELD.exec(word) ?? []
  const kind = kindOf(type)
  const named = kind === 'message' || kind === 'enum'
  return {
    name,
    json: json ?? name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    go: goFieldName(name),
    cardinality: shape === '[]' ? 'list' : shape === '{}' ? 'map' : 'one',
    kind,
    oneof,
    presence: shape === undefined && (oneof !== undefined || !(SCALARS.has(kind) || kind === 'enum')),
    since,
    type: named ? type : '',
  }
}

function kindOf(type: string): FieldType['kind'] {
  if (SCALARS.has(type)) return type as ScalarKind
  if (WELL_KNOWN.has(type)) return type as WellKnownKind
  if (type === INT_OR_STRING) return 'IntOrString'
  // An enum's first word is NAME=NUMBER; a field always has a colon.
  const line = tables().get(type)
  if (line === undefined) throw new Error(`no protobuf type ${type}`)
  const first = line.split(' ', 1)[0] ?? ''
  return first !== '' && !first.includes(':') ? 'enum' : 'message'
}

function minorOf(version: string): number {
  return Number(version.split('.')[1])
}
