// Encodes protobuf messages as JSON text, as the old jsonpb package does (istio-rules.md, 13.3).
import { encodeJson as encodeGoJson } from '../go/json.ts'
import { compareStrings } from '../go/utf8.ts'
import { isObject, type Json, type JsonObject } from '../model/index.ts'
import type { Message } from './proto-decode.ts'
import { type FieldType, type MessageType, messageType } from './proto-schema.ts'

/**
 * Compact proto JSON: fields in declaration order (a oneof where its first member stands), map keys sorted by bytes, strings escaped as Go does.
 *
 *     encode(messageType(PROXY_CONFIG), { drainDuration: '45s', concurrency: 2 }) // '{"drainDuration":"45s","concurrency":2}'
 */
export function encode(type: MessageType, message: Message): string {
  let text = ''
  for (const field of inPrintOrder(type)) {
    const value = Object.hasOwn(message, field.json) ? message[field.json] : undefined
    if (value !== undefined) text += `${text === '' ? '' : ','}"${field.json}":${encodeField(field, value)}`
  }
  return `{${text}}`
}

/** Go's JSON text of free JSON (Struct, maps): keys sorted by their UTF-8 bytes. */
export function encodeJson(value: Json): string {
  if (typeof value === 'string') return encodeGoJson(value)
  if (Array.isArray(value)) return `[${value.map(encodeJson).join(',')}]`
  return isObject(value) ? encodeMap(value, encodeJson) : JSON.stringify(value)
}

/** Object keys in the order of their UTF-8 bytes, as Go sorts strings. */
export function sortedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object)
  return keys.length < 2 ? keys : keys.sort(compareStrings)
}

function encodeField(field: FieldType, value: Json): string {
  if (field.cardinality === 'list') return Array.isArray(value) ? `[${value.map(item => encodeValue(field, item)).join(',')}]` : '[]'
  if (field.cardinality === 'map') return isObject(value) ? encodeMap(value, item => encodeValue(field, item)) : '{}'
  return encodeValue(field, value)
}

function encodeValue(field: FieldType, value: Json): string {
  return field.kind === 'message' && isObject(value) ? encode(messageType(field.type), value) : encodeJson(value)
}

function encodeMap(map: JsonObject, encodeItem: (value: Json) => string): string {
  const entries = sortedKeys(map).map(key => `${encodeGoJson(key)}:${encodeItem(map[key] ?? null)}`)
  return `{${entries.join(',')}}`
}

const printOrders = new WeakMap<MessageType, readonly FieldType[]>()

/** The fields in declaration order, with all members of a oneof at its first member. */
function inPrintOrder(type: MessageType): readonly FieldType[] {
  let order = printOrders.get(type)
  if (order === undefined) {
    const first = (field: FieldType) => (field.oneof === undefined ? field : (type.fields.find(f => f.oneof === field.oneof) ?? field))
    const position = (field: FieldType) => type.fields.indexOf(first(field))
    order = [...type.fields].sort((a, b) => position(a) - position(b))
    printOrders.set(type, order)
  }
  return order
}
