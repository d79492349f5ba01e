// Converts JSON to CEL values: whole numbers to ints, other numbers to doubles, objects to maps with string keys.

import type { Json } from '../model/index.ts'
import { listOfJson } from './origin.ts'
import { CelMap, type CelValue } from './value.ts'

/**
 * Converts JSON to a CEL value. Convert an object once and use the value for all expressions.
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
