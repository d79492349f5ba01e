// Notes the origin of lists and maps: Go converts cel-go's lists of a literal, of a sum and of JSON differently, although CEL treats them alike.

import type { Json } from '../model/index.ts'
import { CelMap, type CelValue, type Struct } from './value.ts'

const JSON_OF = Symbol('json')
const STRUCT_OF = new WeakMap<object, Struct>()
const SUMS = new WeakSet<object>()

/** The JSON that `fromJson` made a list or map of; undefined for any other value. */
export function jsonOf(value: CelValue): Json | undefined {
  if (Array.isArray(value)) return (value as ListOfJson)[JSON_OF]
  return value instanceof CelMap ? (value.json as Json | undefined) : undefined
}

/** Whether a list is the sum of two that are not empty. */
export function isConcatenation(value: CelValue): boolean {
  return typeof value === 'object' && value !== null && SUMS.has(value)
}

/** A list that knows the JSON that it is made of. */
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

/** The message that a map is the native form of; undefined for any other value. */
export function structOf(value: CelValue): Struct | undefined {
  return typeof value === 'object' && value !== null ? STRUCT_OF.get(value) : undefined
}

/** Notes the message that a map is made of. */
export function nativeOf(map: CelMap, struct: Struct): CelMap {
  STRUCT_OF.set(map, struct)
  return map
}
