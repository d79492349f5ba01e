// The JSON of a value of CEL, to compare results with.

import { CelError, CelMap, type CelValue, isList } from '../../src/lib/cel/index.ts'
import type { Json } from '../../src/lib/model/index.ts'

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
