// Mesh and proxy config as Go values for templates: generated structs with field names, getters and enums (istio-rules.md, 4.1 and 4.2).
import { BOOL, Box, FLOAT64, type GoField, type GoFunc, type GoType, type GoValue, INT32, INT64, mapOf, STRING, sliceOf, UINT32 } from '../go/value.ts'
import { isObject, type Json } from '../model/index.ts'
import type { MeshConfig, ProxyConfig } from './mesh-types.ts'
import type { Message } from './proto-decode.ts'
import { encode, encodeJson } from './proto-encode.ts'
import { wellKnownPointer } from './proto-known-views.ts'
import { getter, type MessageMembers, messagePointer, payloadOf, pointTo } from './proto-pointer.ts'
import {
  type EnumType,
  enumType,
  type FieldType,
  goOneofWrapper,
  goTypeName,
  MESH_CONFIG,
  type MessageType,
  messageType,
  PROXY_CONFIG,
  type WellKnownKind,
} from './proto-schema.ts'
import { protoText } from './proto-text.ts'

/** `.MeshConfig` of the template data. */
export function meshValue(mesh: MeshConfig): GoValue {
  return pointTo(pointerToMessage(MESH_CONFIG), mesh)
}

/** `.ProxyConfig` of the template data. */
export function proxyConfigValue(config: ProxyConfig): GoValue {
  return pointTo(pointerToMessage(PROXY_CONFIG), config)
}

/** The Go type of a pointer to a message, by full name without `istio.`, or of a well-known one: `google.protobuf.Duration`. */
export function pointerToMessage(name: string): GoType {
  let type = pointers.get(name)
  if (type === undefined) {
    type = name.startsWith(GOOGLE) ? wellKnownPointer(name.slice(GOOGLE.length) as WellKnownKind) : makePointer(name)
    pointers.set(name, type)
  }
  return type
}

/** The message of a template's value; undefined for nil and for values that are not messages of Istio. */
export function messageOf(value: GoValue): { readonly type: MessageType; readonly message: Message } | undefined {
  const name = value instanceof Box ? messageNames.get(value.type.kind === 'pointer' ? (value.type.elem ?? value.type) : value.type) : undefined
  const message = payloadOf(value)
  return name !== undefined && isObject(message) ? { type: messageType(name), message } : undefined
}

/**
 * jsonpb's text of any message, the well-known ones included; undefined for nil and for values that are not messages.
 *
 *     protoJson(durationValue) // '"45s"'
 */
export function protoJson(value: GoValue): string | undefined {
  const found = messageOf(value)
  if (found !== undefined) return encode(found.type, found.message)
  const type = value instanceof Box ? value.type : undefined
  const json = payloadOf(value)
  return json !== undefined && type !== undefined && WELL_KNOWN_GO.test(type.name) ? encodeJson(json) : undefined
}

const GOOGLE = 'google.protobuf.'
const WELL_KNOWN_GO = /^\*?(?:durationpb|wrapperspb|structpb)\./
const pointers = new Map<string, GoType>()
const messageNames = new Map<GoType, string>()
const enumTypes = new Map<string, GoType>()

function makePointer(name: string): GoType {
  const pointer = messagePointer({
    name: goTypeName(name),
    members: () => membersOf(messageType(name)),
    text: json => (isObject(json) ? protoText(messageType(name), json) : ''),
    json: json => (isObject(json) ? encode(messageType(name), json) : 'null'),
  })
  if (pointer.elem !== undefined) messageNames.set(pointer.elem, name)
  return pointer
}

function membersOf(type: MessageType): MessageMembers {
  const fields: GoField[] = []
  const methods: [string, GoFunc][] = []
  const seen = new Set<string>()
  // Types of fields are made when first asked for: messages contain each other.
  for (const field of type.fields) {
    methods.push([`Get${field.go}`, lazyGetter(field)])
    if (field.oneof === undefined) fields.push(lazyField(field))
    else if (!seen.has(field.oneof)) {
      seen.add(field.oneof)
      const oneof = oneofField(type, field.oneof)
      fields.push(oneof)
      methods.push([`Get${oneof.name}`, getter(oneof.type, json => oneof.get(json ?? {}))])
    }
  }
  return { fields, methods }
}

function lazyField(field: FieldType): GoField {
  return {
    name: field.go,
    get type() {
      return fieldType(field)
    },
    get: message => fieldValue(field, message as Message),
  }
}

function lazyGetter(field: FieldType): GoFunc {
  return {
    params: [],
    get result() {
      return fieldType(field)
    },
    call: receiver => fieldValue(field, payloadOf(receiver) as Message | undefined),
  }
}

/** The field of a oneof: an interface that contains a pointer to a struct with the one member. */
function oneofField(type: MessageType, oneof: string): GoField {
  const goName = oneof.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const members = type.fields.filter(field => field.oneof === oneof)
  const wrappers = new Map(members.map(field => [field.json, wrapperPointer(goOneofWrapper(type, field), lazyField(field))]))
  return {
    name: goName,
    type: { kind: 'interface', name: `${type.go.replace('.', '.is')}_${goName}` },
    get: message => {
      const set = members.find(field => Object.hasOwn(message as Message, field.json))
      const pointer = set === undefined ? undefined : wrappers.get(set.json)
      return pointer === undefined ? null : pointTo(pointer, message as Message)
    },
  }
}

function wrapperPointer(name: string, member: GoField): GoType {
  const pointer: { -readonly [K in keyof GoType]: GoType[K] } = { kind: 'pointer', name: `*${name}` }
  pointer.elem = { kind: 'struct', name, addr: pointer, field: wanted => (wanted === member.name ? member : undefined), fields: () => [member] }
  return pointer
}

const SCALARS: ReadonlyMap<string, GoType> = new Map([
  ['string', STRING],
  ['bool', BOOL],
  ['int32', INT32],
  ['uint32', UINT32],
  ['int64', INT64],
  ['double', FLOAT64],
])

const fieldTypes = new WeakMap<FieldType, GoType>()

function fieldType(field: FieldType): GoType {
  let type = fieldTypes.get(field)
  if (type === undefined) {
    const one = itemType(field)
    type = field.cardinality === 'list' ? sliceOf(one) : field.cardinality === 'map' ? mapOf(STRING, one) : one
    fieldTypes.set(field, type)
  }
  return type
}

function itemType(field: FieldType): GoType {
  if (field.kind === 'message') return pointerToMessage(field.type)
  if (field.kind === 'enum') return enumGoType(enumType(field.type))
  return SCALARS.get(field.kind) ?? wellKnownPointer(field.kind as WellKnownKind)
}

function fieldValue(field: FieldType, message: Message | undefined): GoValue {
  const json = message !== undefined && Object.hasOwn(message, field.json) ? message[field.json] : undefined
  const type = fieldType(field)
  if (field.cardinality === 'list') return new Box(type, Array.isArray(json) ? json.map(item => rawItem(field, item)) : null)
  if (field.cardinality === 'map') return new Box(type, isObject(json) ? new Map(Object.entries(json).map(([k, v]) => [k, rawItem(field, v)])) : null)
  switch (field.kind) {
    case 'string':
      return typeof json === 'string' ? json : ''
    case 'bool':
      return json === true
    case 'double':
      return Number(json ?? 0)
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'enum':
      return new Box(type, rawItem(field, json ?? 0))
    default:
      return pointTo(type, json)
  }
}

/** An element as the payload of its type: integers and enums are bigint, a message is its JSON until it is wrapped. */
function rawItem(field: FieldType, json: Json): unknown {
  if (field.kind === 'enum') return BigInt(typeof json === 'number' ? json : (enumType(field.type).numbers.get(String(json)) ?? 0))
  return field.kind === 'int32' || field.kind === 'uint32' || field.kind === 'int64' ? BigInt(json as number | string) : json
}

function enumGoType(type: EnumType): GoType {
  let goType = enumTypes.get(type.name)
  if (goType === undefined) {
    const nameOf = (value: GoValue | undefined) => {
      const number = value instanceof Box ? Number(value.value) : 0
      return type.names.get(number) ?? String(number)
    }
    const string: GoFunc = { params: [], result: STRING, call: nameOf }
    goType = { kind: 'int32', name: type.go, method: name => (name === 'String' ? string : undefined) }
    enumTypes.set(type.name, goType)
  }
  return goType
}
