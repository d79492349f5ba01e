// Remembers whether a list or map comes from a literal, a sum or JSON: CEL treats these alike, but cel-go converts them to Go values differently.

import type { Json } from '../model/index.ts'
import { CelMap, type CelValue, type Struct } from './value.ts'

const JSON_OF = Symbol('json')
const STRUCT_OF = new WeakMap<object, Struct>()
const SUMS = new WeakSet<object>()

/** The JSON from which `fromJson` made a list or map; undefined for any other value. */
export function jsonOf(value: CelValue): Json | undefined {
  if (Array.isArray(value)) return (value as ListOfJson)[JSON_OF]
  return value instanceof CelMap ? (value.json as Json | undefined) : undefined
}

/** Whether a list is the sum of two that are not empty. */
export function isConcatenation(value: CelValue): boolean {
  return typeof value === 'object' && value !== null && SUMS.has(value)
}

/** A list that keeps the JSON from which it was made. */
type ListOfJson = CelValue[] & { [JSON_OF]?: Json }

/** Notes the JSON of a list. */
export function listOfJson(list: ListOfJson, json: Json): CelValue {
  list[JSON_OF] = json
  return list
}

/** The sum of two lists; with an empty one it is the other. */
export function concatenation(a: readonly CelValue[], b: readonly CelValue[]): readonly CelValue[] {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const sum = [...a, ...b]
  SUMS.add(sum)
  return sum
}

/** The message from which a map was made; undefined for any other value. */
export function structOf(value: CelValue): Struct | undefined {
  return typeof value === 'object' && value !== null ? STRUCT_OF.get(value) : undefined
}

/** Notes the message that a map is made of. */
export function nativeOf(map: CelMap, struct: Struct): CelMap {
  STRUCT_OF.set(map, struct)
  return map
}
