// JSON as CEL sees it, and back: whole numbers are ints, others doubles; objects are maps with keys of text.

import type { Json } from '../model/index.ts'
import { listOfJson } from './origin.ts'
import { CelError, CelMap, type CelValue, isList } from './value.ts'

/**
 * The value of JSON. Convert an object once and use the value for all expressions.
 * @param json may also hold bigints for ints beyond 2^53
 * @example fromJson({ replicas: 3 }) // a CelMap with the int 3n
 */
export function fromJson(json: Json | bigint | undefined): CelValue {
  if (json === undefined || json === null) return null
  if (typeof json === 'number') return isInt(json) ? BigInt(json) : json
  if (typeof json !== 'object') return json
  if (Array.isArray(json)) return listOfJson(json.map(convert), json)
  return new CelMap(json, convert)
}

const convert = (json: Json | bigint | undefined): CelValue => fromJson(json)

function isInt(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63
}

/**
 * The JSON of a value of null, booleans, texts, ints, doubles, lists and maps with keys of text; an error for any other.
 * @example toJson([1n]) // [1]
 */
export function toJson(value: CelValue): Json | CelError {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  const json: Json[] = []
  if (isList(value)) {
    for (const item of value) {
      const converted = toJson(item)
      if (converted instanceof CelError) return converted
      json.push(converted)
    }
    return json
  }
  if (!(value instanceof CelMap)) return new CelError('not a JSON value')
  const entries: [string, Json][] = []
  for (const [key, item] of value.entries()) {
    const converted = toJson(item)
    if (typeof key !== 'string') return new CelError('not a JSON key')
    if (converted instanceof CelError) return converted
    entries.push([key, converted])
  }
  return Object.fromEntries(entries)
}
