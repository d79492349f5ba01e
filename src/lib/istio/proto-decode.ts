// Decodes JSON to protobuf messages by the rules of the old jsonpb package, which Istio still uses (istio-rules.md, 13.3).
import { parseDuration } from '../go/duration.ts'
import { encodeJson, jsonSyntaxError } from '../go/json.ts'
import { quote } from '../go/strconv.ts'
import { GoError } from '../go/value.ts'
import { isObject, type Json, type JsonObject, set } from '../model/index.ts'
import { durationJson } from './proto-duration.ts'
import { enumType, type FieldType, isKnown, type MessageType, messageType } from './proto-schema.ts'
import type { IntegerTexts } from './yaml-integers.ts'

/**
 * A message as its canonical proto JSON: keys are JSON names, a field that is not set has no key, durations are `90s`, enums names,
 * wrappers bare values, 64-bit integers strings. A scalar without presence that is zero counts as not set.
 */
export type Message = JsonObject

export interface DecodeOptions {
  /** Fields and enum values that are younger than this minor version are unknown; absent: everything is known. */
  readonly newest?: string | undefined
  /** The digits of integers that a double does not hold. */
  readonly integers?: IntegerTexts | undefined
}

/** Error of Go's decoder; the text is upstream's. */
export class DecodeError extends Error {}

/**
 * Decodes `json` onto `base`: each field present in `json` replaces the one of `base`, null leaves it, unknown fields are ignored.
 * Returns a new message; throws a DecodeError with upstream's text. Source: istio-rules.md, 13.3.
 *
 *     applyJson(messageType(PROXY_CONFIG), { statusPort: '15021' }, {}) // { statusPort: 15021 }
 */
export function applyJson(type: MessageType, json: Json, base: Message, options: DecodeOptions = {}): Message {
  if (json === null) return base
  if (!isObject(json)) throw wrongType(json, 'map[string]json.RawMessage')
  const message: Message = { ...base }
  for (const field of type.fields) {
    const raw = present(json, field)
    if (raw === undefined || !isKnown(field.since, options.newest)) continue
    if (raw === null && (field.kind !== 'Value' || field.cardinality !== 'one')) continue
    const value = decodeField(field, { raw, text: textOf(json, Object.hasOwn(json, field.json) ? field.json : field.name, raw, options) }, options)
    if (field.oneof !== undefined) for (const other of type.fields) if (other.oneof === field.oneof) delete message[other.json]
    if (isUnset(field, value)) delete message[field.json]
    else message[field.json] = value
  }
  return message
}

/** The raw value of a field, under its proto name or its JSON name; the JSON name wins. */
function present(json: JsonObject, field: FieldType): Json | undefined {
  if (Object.hasOwn(json, field.json)) return json[field.json]
  return field.name !== field.json && Object.hasOwn(json, field.name) ? json[field.name] : undefined
}

function isUnset(field: FieldType, value: Json): boolean {
  if (field.cardinality === 'list') return Array.isArray(value) && value.length === 0
  if (field.cardinality === 'map') return isObject(value) && Object.keys(value).length === 0
  return !field.presence && (isZero(value) || (field.kind === 'enum' && value === enumType(field.type).names.get(0)))
}

function isZero(value: Json): boolean {
  return value === '' || value === 0 || value === false || value === '0'
}

/** A JSON value, and the text of a number that a double cannot represent. */
interface Raw {
  readonly raw: Json
  readonly text?: string | undefined
}

function textOf(parent: Json, key: string | number, raw: Json, { integers }: DecodeOptions): string | undefined {
  return integers !== undefined && typeof raw === 'number' ? integers(parent, key) : undefined
}

function decodeField(field: FieldType, given: Raw, options: DecodeOptions): Json {
  const { raw } = given
  if (field.cardinality === 'list') {
    if (!Array.isArray(raw)) throw wrongType(raw, '[]json.RawMessage')
    return raw.map((item, i) => decodeValue(field, { raw: item, text: textOf(raw, i, item, options) }, options))
  }
  if (field.cardinality === 'map') {
    if (!isObject(raw)) throw wrongType(raw, 'map[string]json.RawMessage')
    const map: JsonObject = {}
    for (const [key, value] of Object.entries(raw)) set(map, key, decodeValue(field, { raw: value, text: textOf(raw, key, value, options) }, options))
    return map
  }
  return decodeValue(field, given, options)
}

function decodeValue(field: FieldType, given: Raw, options: DecodeOptions): Json {
  const { raw } = given
  switch (field.kind) {
    case 'message':
      return applyJson(messageType(field.type), raw, {}, options)
    case 'enum':
      return decodeEnum(field, given, options)
    case 'string':
    case 'StringValue':
      return bare(raw, 'string', '')
    case 'bool':
    case 'BoolValue':
      return bare(raw, 'boolean', false, 'bool')
    case 'int32':
    case 'Int32Value':
      return decodeInteger(given, 'int32', -(2n ** 31n), 2n ** 31n - 1n)
    case 'uint32':
    case 'UInt32Value':
      return decodeInteger(given, 'uint32', 0n, 2n ** 32n - 1n)
    case 'int64':
    case 'Int64Value':
      return String(decodeInteger(given, 'int64', -(2n ** 63n), 2n ** 63n - 1n))
    case 'double':
      return decodeDouble(raw)
    case 'Duration':
      return decodeDuration(raw)
    case 'Struct':
      if (raw === null) return {}
      if (!isObject(raw)) throw new DecodeError(`bad StructValue: ${wrongType(raw, 'map[string]json.RawMessage').message}`)
      return raw
    case 'Value':
      return raw
    case 'IntOrString':
      if (typeof raw === 'string' || typeof raw === 'number' || raw === null) return raw ?? 0
      throw wrongType(raw, 'int32')
  }
}

function bare(raw: Json, kind: 'string' | 'boolean', zero: Json, goType: string = kind): Json {
  if (raw === null) return zero
  if (typeof raw !== kind) throw wrongType(raw, goType)
  return raw
}

function decodeEnum(field: FieldType, { raw, text }: Raw, { newest }: DecodeOptions): Json {
  const type = enumType(field.type)
  if (typeof raw === 'string') {
    if (!type.numbers.has(raw) || !isKnown(type.since.get(raw), newest)) throw new DecodeError(`unknown value ${quote(encodeJson(raw))} for enum ${type.name}`)
    return raw
  }
  if (raw === null) return type.names.get(0) ?? 0
  if (typeof raw !== 'number') throw wrongType(raw, 'protoreflect.EnumNumber')
  const number = Number(integerIn(text ?? raw, 'protoreflect.EnumNumber', -(2n ** 31n), 2n ** 31n - 1n))
  return type.names.get(number) ?? number
}

function decodeInteger({ raw, text }: Raw, goType: string, low: bigint, high: bigint): number | string {
  const value = text ?? unquoted(raw, goType)
  const integer = value === null ? 0n : integerIn(value, goType, low, high)
  return goType.endsWith('64') ? String(integer) : Number(integer)
}

/** An integer from a number or its JSON text, because a double cannot represent all 64-bit integers. */
function integerIn(value: number | string, goType: string, low: bigint, high: bigint): bigint {
  const text = String(value)
  const integer = /^-?\d+$/.test(text) ? BigInt(text) : undefined
  if (integer === undefined || integer < low || integer > high) throw new DecodeError(`json: cannot unmarshal number ${text} into Go value of type ${goType}`)
  return integer
}

function decodeDouble(raw: Json): Json {
  if (raw === 'NaN' || raw === 'Infinity' || raw === '-Infinity') return raw
  const value = unquoted(raw, 'float64')
  if (value !== null && !Number.isFinite(Number(value))) throw new DecodeError(`json: cannot unmarshal number ${value} into Go value of type float64`)
  return Number(value)
}

/** The text of a number, without quotes as Go's JSON decoder reads it. */
function unquoted(raw: Json, goType: string): number | string | null {
  if (typeof raw === 'number' || raw === null) return raw
  if (typeof raw !== 'string') throw wrongType(raw, goType)
  const text = encodeJson(raw).slice(1, -1)
  const error = jsonSyntaxError(text)
  if (error !== undefined) throw new DecodeError(error)
  const value: Json = JSON.parse(text)
  if (value === null) return null
  if (typeof value !== 'number') throw wrongType(value, goType)
  return text.trim()
}

function decodeDuration(raw: Json): Json {
  if (raw === null) return '0s'
  if (typeof raw !== 'string') throw wrongType(raw, 'string')
  try {
    return durationJson(parseDuration(raw))
  } catch (error) {
    if (error instanceof GoError) throw new DecodeError(`bad Duration: ${error.message}`, { cause: error })
    throw error
  }
}

function wrongType(json: Json, goType: string): DecodeError {
  return new DecodeError(`json: cannot unmarshal ${jsonKind(json)} into Go value of type ${goType}`)
}

/** Name of a value's kind in errors of encoding/json. */
export function jsonKind(json: Json): string {
  if (json === null) return 'null'
  if (typeof json === 'boolean') return 'bool'
  if (typeof json !== 'object') return typeof json
  return Array.isArray(json) ? 'array' : 'object'
}
