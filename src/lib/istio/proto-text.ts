// Prints protobuf messages as their String method does: in the text format on one line (documentation of prototext), always with one blank between fields, of
// which Go varies the number on purpose.
import { isObject, type Json } from '../model/index.ts'
import type { Message } from './proto-decode.ts'
import { fromDurationJson } from './proto-duration.ts'
import { encodeJson, sortedKeys } from './proto-encode.ts'
import { type FieldType, type MessageType, messageType } from './proto-schema.ts'

/** The text of a message: `config_path:"./etc/istio/proxy" drain_duration:{seconds:45}` */
export function protoText(type: MessageType, message: Message): string {
  const words: string[] = []
  for (const field of type.fields) {
    const value = Object.hasOwn(message, field.json) ? message[field.json] : undefined
    if (value === undefined) continue
    if (Array.isArray(value) && field.cardinality === 'list') for (const item of value) words.push(`${field.name}:${valueText(field, item)}`)
    else if (isObject(value) && field.cardinality === 'map') for (const key of sortedKeys(value)) words.push(mapText(field, key, value[key] ?? null))
    else words.push(`${field.name}:${valueText(field, value)}`)
  }
  return words.join(' ')
}

/** The fields of a Duration: `seconds:1 nanos:500000000`. */
export function durationFields(json: Json): string {
  const duration = fromDurationJson(json)
  const [seconds, nanos] = [duration / 1_000_000_000n, duration % 1_000_000_000n]
  return [...(seconds === 0n ? [] : [`seconds:${seconds}`]), ...(nanos === 0n ? [] : [`nanos:${nanos}`])].join(' ')
}

/** The field of a wrapper: `value:true`; nothing for a zero. */
export function wrapperFields(value: Json): string {
  if (value === '' || value === 0 || value === false || value === '0') return ''
  return `value:${typeof value === 'string' && !/^-?\d+$/.test(value) ? textQuote(value) : value}`
}

function mapText(field: FieldType, key: string, value: Json): string {
  return `${field.name}:{key:${textQuote(key)} value:${valueText(field, value)}}`
}

function valueText(field: FieldType, value: Json): string {
  switch (field.kind) {
    case 'message':
      return `{${isObject(value) ? protoText(messageType(field.type), value) : ''}}`
    case 'string':
      return textQuote(String(value))
    case 'Duration':
      return `{${durationFields(value)}}`
    case 'BoolValue':
    case 'StringValue':
    case 'Int32Value':
    case 'UInt32Value':
    case 'Int64Value':
      return `{${wrapperFields(value)}}`
    default:
      return typeof value === 'object' ? encodeJson(value) : String(value)
  }
}

/** A text in quotes as prototext writes it, which escapes other characters than strconv.Quote does. */
function textQuote(text: string): string {
  return `"${text.replace(/["\\\x00-\x1f\x7f-\x9f]|(?<![\ud800-\udbff])[\udc80-\udcff]/g, escaped)}"`
}

function escaped(char: string): string {
  const code = char.charCodeAt(0)
  const hex = code.toString(16)
  return ESCAPES.get(char) ?? (code < 0x80 ? `\\x${hex.padStart(2, '0')}` : code < 0xa0 ? `\\u00${hex}` : `\\x${hex.slice(-2)}`)
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])
