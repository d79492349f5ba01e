// Converts a valid apply configuration to JSON, with numbers as in the fields of Go's structs (k8s.io/apimachinery/pkg/runtime/converter.go).

import type { Json, JsonObject } from '../../model/index.ts'
import { set } from '../../model/index.ts'
import { parseQuantity, QuantityError } from '../quantity.ts'
import { parseTimestamp } from '../timestamp.ts'
import { scalarProblem } from './check.ts'
import { mergeKey } from './item-key.ts'
import { GoValue, goType, isPatchObject, type PatchValue } from './patch-value.ts'
import { type ListType, type MergeType, mergeFields } from './schema.ts'

/** A value that does not fit the schema or the Go struct, or that is atomic. */
export class ConversionError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConversionError'
  }
}

/**
 * The value as JSON. An integer beyond 32 bits wraps around where the field has 32.
 * @throws ConversionError `cannot convert float64 to int64`, or what is wrong with a quantity or time; where `schemaProblems` or `atomicPaths` find
 * something, it has no words
 * @example convertPatch({ kind: 'int32' }, 4294967297n) // 1
 */
export function convertPatch(type: MergeType, value: PatchValue): Json {
  if (value === null) return null
  switch (type.kind) {
    case 'list':
      if (!Array.isArray(value) || type.list === 'atomic' || !haveKeys(value, type)) throw new ConversionError('')
      return value.map(item => convertPatch(type.items, item))
    case 'struct':
    case 'map':
      if (!isPatchObject(value) || type.atomic) throw new ConversionError('')
      return convertFields(type, value)
    default:
      if (scalarProblem(type.kind, value) !== undefined) throw new ConversionError('')
      return convertScalar(type.kind, value)
  }
}

/** Whether each item has a key of its own. */
function haveKeys(items: readonly PatchValue[], type: ListType): boolean {
  const keys = new Set(items.map(item => mergeKey(item, type)))
  return keys.size === items.length && !keys.has(undefined)
}

function convertFields(type: MergeType & { kind: 'struct' | 'map' }, value: { [key: string]: PatchValue }): JsonObject {
  const fields = type.kind === 'struct' ? mergeFields(type.name) : undefined
  const object: JsonObject = {}
  for (const [name, item] of Object.entries(value)) {
    const field = type.kind === 'map' ? type.values : fields?.get(name)
    if (field === undefined) throw new ConversionError('')
    set(object, name, convertPatch(field, item))
  }
  return object
}

function convertScalar(kind: MergeType['kind'], value: PatchValue): Json {
  switch (kind) {
    case 'int32':
      return Number(BigInt.asIntN(32, integer(value)))
    case 'int64':
      return Number(BigInt.asIntN(64, integer(value)))
    case 'quantity':
      return quantity(value)
    case 'int-or-string':
      return intOrString(value)
    case 'time':
      return time(value)
    default:
      return plain(value)
  }
}

function integer(value: PatchValue): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  throw new ConversionError(`cannot convert ${goType(value)} to int64`)
}

function quantity(value: PatchValue): Json {
  const text = typeof value === 'string' ? value.trim() : String(plain(value))
  try {
    parseQuantity(text)
    return text
  } catch (error) {
    if (error instanceof QuantityError) throw new ConversionError(error.message)
    throw error
  }
}

function intOrString(value: PatchValue): Json {
  if (typeof value === 'string') return value
  const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
  if (number !== undefined && Number.isInteger(number) && number >= -(2 ** 31) && number < 2 ** 31) return number
  throw new ConversionError(`json: cannot unmarshal ${number === undefined ? goType(value) : `number ${number}`} into Go value of type int32`)
}

function time(value: PatchValue): Json {
  const text = plain(value)
  try {
    parseTimestamp(String(text))
    return text
  } catch (error) {
    throw new ConversionError(error instanceof Error ? error.message : String(error))
  }
}

function plain(value: PatchValue): Json {
  if (value instanceof GoValue) return value.plain
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  return isPatchObject(value) ? (Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)])) as JsonObject) : value
}
