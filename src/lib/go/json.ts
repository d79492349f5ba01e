// Writes JSON as Go's encoding/json does: sorted map keys, HTML escapes, Go's number forms and errors (documentation of encoding/json).

import { encodeBase64 } from './base64.ts'
import { MAX_DEPTH } from './limits.ts'
import { formatFloat } from './strconv-float.ts'
import { compareStrings } from './utf8.ts'
import { Box, GoError, type GoType, type GoValue, kindOf, wrap } from './value.ts'

export { decodeJson } from './json-decode.ts'
export { jsonSyntaxError } from './json-syntax.ts'

/** Options for writing JSON. */
export interface JsonForm {
  /** Whether `<`, `>` and `&` are escaped, as Marshal does. */
  readonly escapeHtml?: boolean
  /** Of each level, as MarshalIndent takes it; '' for one line. */
  readonly indent?: string
}

/**
 * A Go value as json.Marshal writes it.
 *
 * `encodeJson(new Map([['b', 1n], ['a', '<']]))` is `{"a":"\u003c","b":1}`.
 * @throws GoError `json: unsupported value: NaN`, `json: unsupported type: func()`
 */
export function encodeJson(value: GoValue, { escapeHtml = true, indent = '' }: JsonForm = {}): string {
  const text = encode(value, 0)
  const escaped = escapeHtml ? escapeForHtml(text) : text
  return indent === '' ? escaped : indented(escaped, indent)
}

/**
 * JSON data (null, booleans, numbers, strings, arrays, plain objects) as json.Marshal writes a struct of that shape: keys in their own order.
 *
 * `goJson({ b: '<', a: null })` is `{"b":"\u003c","a":null}`.
 */
export function goJson(data: unknown): string {
  const plain = JSON.stringify(data)
  // A replacer is slow, and broken bytes are rare: they show as escapes of lone surrogates.
  const text = plain.includes('\\ud')
    ? JSON.stringify(data, (_key, value: unknown) => (typeof value === 'string' ? value.replace(LONE, '\ufffd') : value))
    : plain
  return escapeForHtml(escapeSeparators(text))
}

/** A string as JSON, without HTML escapes. */
function encodeJsonString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (text.isWellFormed()) return escapeSeparators(JSON.stringify(text))
  // A broken byte becomes an escape, unlike a replacement character that was there before.
  return `"${text
    .split(LONE)
    .map(part => escapeSeparators(JSON.stringify(part)).slice(1, -1))
    .join('\\ufffd')}"`
}

const PLAIN = /^[ !#-[\]-~]*$/
const LONE = /(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])/g
const HTML_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['&', '\\u0026'],
])

function escapeForHtml(json: string): string {
  return /[<>&]/.test(json) ? json.replace(/[<>&]/g, char => HTML_ESCAPES.get(char) ?? char) : json
}

function escapeSeparators(json: string): string {
  return /[\u2028\u2029]/.test(json) ? json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') : json
}

function encode(value: GoValue, depth: number): string {
  switch (typeof value) {
    case 'string':
      return encodeJsonString(value)
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      return encodeNumber(value, 64)
    default:
      if (value === null) return 'null'
      if (depth > MAX_DEPTH) throw new GoError(`json: unsupported value: encountered a cycle via ${value instanceof Box ? value.type.name : describe(value)}`)
      if (Array.isArray(value)) return `[${value.map(item => encode(item, depth + 1)).join(',')}]`
      if (value instanceof Map) return encodeObject(Array.from(value, ([key, item]) => [String(key), encode(item, depth + 1)]))
      return encodeBox(value, depth)
  }
}

function describe(value: GoValue): string {
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}

function encodeObject(entries: [string, string][]): string {
  entries.sort(([a], [b]) => compareStrings(a, b))
  return `{${entries.map(([key, item]) => `${encodeJsonString(key)}:${item}`).join(',')}}`
}

/** Go writes numbers as JavaScript does, but keeps the sign of zero. */
function encodeNumber(value: number, bits: 32 | 64): string {
  if (!Number.isFinite(value)) throw new GoError(`json: unsupported value: ${formatFloat(value, 'g')}`)
  if (Object.is(value, -0)) return '-0'
  return bits === 64 ? String(value) : String(Number(formatFloat(value, 'e', -1, 32)))
}

function encodeBox({ type, value }: Box, depth: number): string {
  if (type.json !== undefined) return escapeSeparators(type.json(value))
  switch (type.kind) {
    case 'bool':
      return String(value)
    case 'string':
      return encodeJsonString(String(value))
    case 'float32':
      return encodeNumber(value as number, 32)
    case 'float64':
      return encodeNumber(value as number, 64)
    case 'slice':
      if (value === null) return 'null'
      if (type.elem?.kind === 'uint8') return `"${encodeBase64(Uint8Array.from(value as ArrayLike<number>))}"`
      return encodeItems(type, value as ArrayLike<unknown>, depth)
    case 'array':
      return encodeItems(type, value as ArrayLike<unknown>, depth)
    case 'map':
      return value === null ? 'null' : encodeMap(type, value as ReadonlyMap<unknown, unknown>, depth)
    case 'struct':
      return `{${(type.fields?.() ?? []).map(field => `${encodeJsonString(field.name)}:${encode(field.get(value), depth + 1)}`).join(',')}}`
    case 'pointer':
    case 'interface':
      return encode(value as GoValue, depth + 1)
    case 'complex128':
    case 'func':
    case 'chan':
      throw new GoError(`json: unsupported type: ${type.name}`)
    default:
      return String(value)
  }
}

function encodeItems(type: GoType, items: ArrayLike<unknown>, depth: number): string {
  const elem = type.elem ?? type
  return `[${Array.from(items, item => encode(wrap(elem, item), depth + 1)).join(',')}]`
}

function encodeMap(type: GoType, map: ReadonlyMap<unknown, unknown>, depth: number): string {
  const { key: keyType = type, elem = type } = type
  if (keyType.kind !== 'string' && !/^u?int/.test(keyType.kind)) throw new GoError(`json: unsupported type: ${type.name}`)
  const entries = Array.from(map, ([key, item]): [string, string] => [keyText(wrap(keyType, key)), encode(wrap(elem, item), depth + 1)])
  return encodeObject(entries)
}

function keyText(key: GoValue): string {
  return String(key instanceof Box && kindOf(key) !== undefined ? key.value : key)
}

/** One line of JSON spread over lines, as json.Indent does: `{}` and `[]` stay together. */
function indented(json: string, indent: string): string {
  let out = ''
  let depth = 0
  let plainFrom = 0
  const newline = (): string => `\n${indent.repeat(depth)}`
  for (let i = 0; i < json.length; i++) {
    const char = json[i]
    if (char === '"') {
      i = endOfString(json, i)
    } else if (char === '{' || char === '[') {
      out += json.slice(plainFrom, i + 1)
      plainFrom = i + 1
      depth++
      if (json[i + 1] !== '}' && json[i + 1] !== ']') out += newline()
    } else if (char === '}' || char === ']') {
      out += json.slice(plainFrom, i)
      plainFrom = i
      depth--
      if (json[i - 1] !== '{' && json[i - 1] !== '[') out += newline()
    } else if (char === ',' || char === ':') {
      out += json.slice(plainFrom, i + 1) + (char === ',' ? newline() : ' ')
      plainFrom = i + 1
    }
  }
  return out + json.slice(plainFrom)
}

function endOfString(json: string, start: number): number {
  let i = start + 1
  while (json[i] !== '"') i += json[i] === '\\' ? 2 : 1
  return i
}
