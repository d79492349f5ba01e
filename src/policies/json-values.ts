// Converts the value of a JSON patch operation to JSON as the API server does, including the values on which it panics (docs/policies.md).

import {
  CelMap,
  type CelValue,
  Duration,
  durationText,
  isConcatenation,
  jsonOf,
  kindOf,
  Opaque,
  Optional,
  Struct,
  structOf,
  Timestamp,
  TypeValue,
  timestampText,
  Uint,
} from '../lib/cel/index.ts'
import { encodeBase64 } from '../lib/go/base64.ts'
import { GoValue, type PatchValue } from '../lib/k8s/structured-merge/index.ts'
import { type Json, type JsonObject, set } from '../lib/model/index.ts'
import { patchObject, ValueError } from './patch-values.ts'

/** A value on which the API server panics; the request then gets no answer. */
export class PanicError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PanicError'
  }
}

/**
 * The value as JSON.
 * @throws ValueError if the API server reports a conversion error, PanicError if it panics
 * @example jsonValue(new Duration(3_600_000_000_000n)) // '3600s'
 */
export function jsonValue(value: CelValue): Json {
  if (typeof value === 'bigint') return jsonInteger(value)
  if (typeof value === 'number') return jsonNumber(value)
  if (typeof value !== 'object' || value === null) return value
  const json = jsonOf(value)
  if (json !== undefined) return json
  if (Array.isArray(value)) return jsonItems(value)
  const struct = structOf(value)
  if (struct !== undefined) return structJson(patchObject(struct))
  if (value instanceof CelMap) return jsonEntries(value)
  if (value instanceof Struct) return structJson(patchObject(value)) as JsonObject
  return jsonScalar(value as Exclude<CelValue, readonly CelValue[] | CelMap | Struct>)
}

function jsonItems(list: readonly CelValue[]): Json {
  if (!isConcatenation(list)) for (const item of list) refuseObject(item, 'list')
  return list.map(jsonValue)
}

function jsonEntries(map: CelMap): Json {
  const object: JsonObject = {}
  for (const [key, item] of map.entries()) {
    refuseObject(item, 'map')
    if (typeof key !== 'string') throw new ValueError(`${UNFIT}: unsupported type conversion from '${kindOf(key)}' to string`)
    set(object, key, jsonValue(item))
  }
  return object
}

function refuseObject(item: CelValue, where: string): void {
  if (!(item instanceof Struct)) return
  const advice = where === 'list' ? 'concatenate lists of Objects with +, or write maps instead of Objects' : 'write maps instead of Objects'
  throw new PanicError(`the value of a JSONPatch is a ${where} literal that contains an ${item.type}: the API server panics and does not answer; ${advice}`)
}

function jsonScalar(value: Exclude<CelValue, readonly CelValue[] | CelMap | Struct>): Json {
  if (value instanceof Optional) {
    if (value.value === undefined) throw new ValueError(`${UNFIT}: optional.none() dereference`)
    return jsonValue(value.value)
  }
  if (value instanceof Uint) return jsonInteger(value.value)
  if (value instanceof Duration) return durationText(value)
  if (value instanceof Timestamp) return timestampText(value)
  if (value instanceof Uint8Array) return encodeBase64(value)
  if (value instanceof TypeValue) throw new ValueError(`${UNFIT}: type conversion not supported for 'type'`)
  const name = value instanceof Opaque ? value.type.slice(value.type.lastIndexOf('.') + 1) : kindOf(value)
  throw new ValueError(`${UNFIT}: type conversion error from '${name}' to '*structpb.Value'`)
}

/** The fields of an Object, whose values Go converts itself. */
function structJson(value: PatchValue): Json {
  if (value instanceof GoValue) {
    if (value.goType === 'uint64') return Number(value.plain)
    throw new ValueError(`${UNFIT}: proto: invalid type: ${value.goType}`)
  }
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(structJson)
  if (typeof value !== 'object' || value === null) return value
  const object: JsonObject = {}
  for (const [key, item] of Object.entries(value)) set(object, key, structJson(item))
  return object
}

function jsonNumber(value: number): Json {
  if (Number.isFinite(value)) return value
  const shown = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  throw new ValueError(`${UNFIT}: json: error calling MarshalJSON for type *structpb.Value: proto: google.protobuf.Value.number_value: invalid ${shown} value`)
}

/** An int as JSON: a number, or text beyond 2^53, as in the JSON form of protobuf. */
function jsonInteger(value: bigint): Json {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

const UNFIT = 'JSONPath valueExpression evaluated to a type that could not marshal to JSON'
