// Finds what the API server's strict decoder refuses about a patched object: unknown fields and wrong types, with the words of Go's encoding/json.

import type { Json } from '../model/index.ts'
import { get, isObject } from '../model/index.ts'
import { parseQuantity } from './quantity.ts'
import { type MergeType, mergeFields } from './structured-merge/schema.ts'

/**
 * The first wrong type, else all unknown fields, else undefined. Kinds are those of structured merge: pods and workloads.
 * @example strictProblem('Pod', { spec: { colour: 'red' } }) // 'strict decoding error: unknown field "spec.colour"'
 */
export function strictProblem(kind: string, object: Json): string | undefined {
  const unknown: string[] = []
  const wrong = find({ type: { kind: 'struct', name: kind, atomic: false }, value: object, path: '', owner: '', names: '' }, unknown)
  if (wrong !== undefined) return wrong
  return unknown.length === 0 ? undefined : `strict decoding error: ${unknown.map(path => `unknown field ${JSON.stringify(path)}`).join(', ')}`
}

interface TypedValue {
  readonly type: MergeType
  readonly value: Json
  readonly path: string
  /** The struct that holds the field, and the names from the root to it. */
  readonly owner: string
  readonly names: string
}

function find(typed: TypedValue, unknown: string[]): string | undefined {
  const { type, value, path, names } = typed
  if (value === null) return undefined
  switch (type.kind) {
    case 'struct':
      if (!isObject(value)) return mismatch(typed)
      return first(Object.keys(value).sort(), name => {
        const field = mergeFields(type.name)?.get(name)
        if (field === undefined) unknown.push(below(path, name))
        return field === undefined
          ? undefined
          : find({ type: field, value: get(value, name) ?? null, path: below(path, name), owner: type.name, names: below(names, name) }, unknown)
      })
    case 'map':
      if (!isObject(value)) return mismatch(typed)
      return first(Object.keys(value).sort(), key => find({ ...typed, type: type.values, value: get(value, key) ?? null, path: below(path, key) }, unknown))
    case 'list':
      if (!Array.isArray(value)) return mismatch(typed)
      return first([...value.entries()], ([i, item]) => find({ ...typed, type: type.items, value: item, path: `${path}[${i}]` }, unknown))
    default:
      return scalarProblem(typed)
  }
}

function scalarProblem(typed: TypedValue): string | undefined {
  const { type, value } = typed
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : mismatch(typed)
    case 'int32':
    case 'int64':
      return isInteger(value, type.kind) ? undefined : mismatch(typed)
    case 'int-or-string':
      return typeof value === 'string' || isInteger(value, 'int32') ? undefined : mismatch(typed)
    case 'quantity':
      return quantityProblem(value)
    case 'any':
      return undefined
    default:
      return typeof value === 'string' ? undefined : mismatch(typed)
  }
}

function isInteger(value: Json, kind: 'int32' | 'int64'): boolean {
  const limit = kind === 'int32' ? 2 ** 31 : 2 ** 63
  return typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit
}

function quantityProblem(value: Json): string | undefined {
  try {
    parseQuantity(typeof value === 'string' ? value.trim() : JSON.stringify(value))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function mismatch({ type, value, owner, names }: TypedValue): string {
  const target = owner === '' ? 'value' : `struct field ${owner}.${names}`
  return `json: cannot unmarshal ${jsonText(value)} into Go ${target} of type ${goName(type)}`
}

function jsonText(value: Json): string {
  if (typeof value === 'number') return `number${Number.isInteger(value) ? '' : ` ${value}`}`
  return typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : typeof value
}

function goName(type: MergeType): string {
  switch (type.kind) {
    case 'struct':
      return `v1.${type.name}`
    case 'list':
      return `[]${goName(type.items)}`
    case 'map':
      return `map[string]${goName(type.values)}`
    case 'boolean':
      return 'bool'
    case 'int-or-string':
      return 'int32'
    case 'quantity':
      return 'resource.Quantity'
    case 'time':
      return 'v1.Time'
    default:
      return type.kind
  }
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function first<Item>(items: readonly Item[], problem: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = problem(item)
    if (found !== undefined) return found
  }
  return undefined
}
