// Finds out why a JSON value does not fit a Kubernetes struct, in the words of Go's encoding/json.

import { trimSpace } from '../go/strings.ts'
import type { FieldPath, Json } from '../model/index.ts'
import { isObject } from '../model/index.ts'
import type { JsonField, SchemaType } from './pod-schema.ts'
import { foldedField } from './pod-schema.ts'
import { parseQuantity } from './quantity.ts'
import { parseTimestamp } from './timestamp.ts'

/** A value that does not decode into its Kubernetes type. */
export class TypedError extends Error {
  /** Path of the value from the root of the decoded value. */
  readonly field: FieldPath

  constructor(message: string, field: FieldPath) {
    super(message)
    this.name = 'TypedError'
    this.field = field
  }
}

/** The error that Go reports for a value that does not decode: the first wrong type in key order, unless a later value breaks off the decoding. */
export function typedError(type: SchemaType, value: Json, foldCase: boolean): TypedError {
  const search: Search = { foldCase, first: undefined }
  const fatal = findFatal(search, { type, value, path: [], owner: '', names: [] })
  return fatal ?? search.first ?? new TypedError(`json: cannot unmarshal ${type.name}`, [])
}

interface Search {
  readonly foldCase: boolean
  first: TypedError | undefined
}

interface TypedValue {
  readonly type: SchemaType
  readonly value: Json
  readonly path: FieldPath
  /** The struct that holds the field, and the names from the root down to it, as encoding/json counts them: no indexes, no map keys. */
  readonly owner: string
  readonly names: readonly string[]
}

/** Notes the first wrong type below a place; returns the error that ends decoding at once, if there is one. */
function findFatal(search: Search, typed: TypedValue): TypedError | undefined {
  const { type, value } = typed
  if (value === null) return undefined
  switch (type.kind) {
    case 'pointer':
      return findFatal(search, { ...typed, type: type.elem })
    case 'struct':
      return type.struct.fields.length > 0 ? findInStruct(search, typed, type) : findInSpecial(typed)
    case 'slice':
      if (!Array.isArray(value)) return note(search, typed)
      return firstOf(value.keys(), i => findFatal(search, { ...typed, type: type.elem, value: value[i] ?? null, path: [...typed.path, i] }))
    case 'map':
      if (!isObject(value)) return note(search, typed)
      return firstOf(sortedKeys(value), key => findFatal(search, { ...typed, type: type.elem, value: value[key] ?? null, path: [...typed.path, key] }))
    case 'string':
      return typeof value === 'string' ? undefined : note(search, typed)
    case 'bool':
      return typeof value === 'boolean' ? undefined : note(search, typed)
    default:
      if (typeof value !== 'number') return note(search, typed)
      return fitsInteger(value, type.kind) ? undefined : note(search, typed, `number ${value}`)
  }
}

function findInStruct(search: Search, typed: TypedValue, type: SchemaType & { kind: 'struct' }): TypedError | undefined {
  const { value } = typed
  if (!isObject(value)) return note(search, typed)
  return firstOf(sortedKeys(value), key => {
    const field: JsonField | undefined = search.foldCase ? foldedField(type.struct, key) : type.struct.byJson.get(key)
    if (field === undefined) return undefined
    const names = [...typed.names, ...field.through, field.json]
    return findFatal(search, { type: field.type, value: value[key] ?? null, path: [...typed.path, key], owner: shortName(type.name), names })
  })
}

/** The types that decode themselves: what they report ends the decoding. */
function findInSpecial(typed: TypedValue): TypedError | undefined {
  const { type, value, path } = typed
  if (type.name === 'v1.FieldsV1') return undefined
  if (type.name === 'intstr.IntOrString') {
    if (typeof value === 'string' || (typeof value === 'number' && fitsInteger(value, 'int32'))) return undefined
    return mismatch(typed, { got: typeof value === 'number' ? `number ${value}` : kindOf(value), wanted: 'int32' })
  }
  if (type.name === 'v1.Time' && typeof value !== 'string') return mismatch(typed, { got: kindOf(value), wanted: 'string' })
  try {
    if (type.name === 'v1.Time') parseTimestamp(String(value))
    else parseQuantity(typeof value === 'string' ? trimSpace(value) : JSON.stringify(value))
    return undefined
  } catch (error) {
    return new TypedError(error instanceof Error ? error.message : String(error), path)
  }
}

function note(search: Search, typed: TypedValue, got = kindOf(typed.value)): undefined {
  search.first ??= mismatch(typed, { got, wanted: typed.type.name })
}

function mismatch({ path, owner, names }: TypedValue, { got, wanted }: { got: string; wanted: string }): TypedError {
  const target = names.length === 0 ? 'value' : `struct field ${owner}.${names.join('.')}`
  return new TypedError(`json: cannot unmarshal ${got} into Go ${target} of type ${wanted}`, path)
}

function firstOf<Key>(keys: Iterable<Key>, find: (key: Key) => TypedError | undefined): TypedError | undefined {
  for (const key of keys) {
    const found = find(key)
    if (found !== undefined) return found
  }
  return undefined
}

function sortedKeys(value: object): string[] {
  return Object.keys(value).sort()
}

function fitsInteger(value: number, kind: 'int32' | 'int64'): boolean {
  const limit = kind === 'int32' ? 2 ** 31 : 2 ** 63
  return Number.isInteger(value) && value >= -limit && (value < limit || (kind === 'int64' && value === limit))
}

function kindOf(value: Json): string {
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? 'array' : typeof value
}

function shortName(struct: string): string {
  return struct.slice(struct.indexOf('.') + 1)
}
