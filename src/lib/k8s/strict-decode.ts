// Checks a patched object as the API server's strict decoder does: unknown fields and wrong types, with the messages of Go's encoding/json.

import type { Json, JsonObject } from '../model/index.ts'
import { get, isObject } from '../model/index.ts'
import { parseQuantity } from './quantity.ts'
import { type MergeType, mergeFields } from './structured-merge/schema.ts'
import { knownItem } from './typed.ts'

/**
 * The first wrong type, else all unknown fields, else undefined. Kinds are those of structured merge: pods and workloads.
 * @param known an object of the same kind without problems: whatever `object` shares with it is not looked into
 * @example strictProblem('Pod', { spec: { colour: 'red' } }) // 'strict decoding error: unknown field "spec.colour"'
 */
export function strictProblem(kind: string, object: Json, known?: Json): string | undefined {
  const type: MergeType = { kind: 'struct', name: kind, atomic: false }
  if (fits(type, object, known)) return undefined
  const unknown: string[] = []
  const wrong = find({ type, value: object, path: '', owner: '', names: '' }, unknown)
  if (wrong !== undefined) return wrong
  return unknown.length === 0 ? undefined : `strict decoding error: ${unknown.map(path => `unknown field ${JSON.stringify(path)}`).join(', ')}`
}

/** Whether there is no problem, which is the rule; what a problem is called is worked out where there is one. */
function fits(type: MergeType, value: Json, known: Json | undefined): boolean {
  if (value === null || (value === known && typeof value === 'object')) return true
  switch (type.kind) {
    case 'struct': {
      const fields = mergeFields(type.name)
      return isObject(value) && Object.keys(value).every(name => fitsField(fields?.get(name), value, { name, known }))
    }
    case 'map':
      return isObject(value) && Object.keys(value).every(name => fitsField(type.values, value, { name, known }))
    case 'list':
      return Array.isArray(value) && value.every((item, i) => fits(type.items, item, knownItem(known, item, i)))
    default:
      return fitsScalar(type.kind, value)
  }
}

function fitsField(type: MergeType | undefined, object: JsonObject, { name, known }: { readonly name: string; readonly known: Json | undefined }): boolean {
  return type !== undefined && fits(type, object[name] ?? null, get(known, name))
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
  if (fitsScalar(type.kind, value)) return undefined
  return type.kind === 'quantity' ? quantityProblem(value) : mismatch(typed)
}

function fitsScalar(kind: MergeType['kind'], value: Json): boolean {
  switch (kind) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'int32':
    case 'int64':
      return isInteger(value, kind)
    case 'int-or-string':
      return typeof value === 'string' || isInteger(value, 'int32')
    case 'quantity':
      return quantityProblem(value) === undefined
    case 'any':
      return true
    default:
      return typeof value === 'string'
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
