// Reads Go values in template functions: fields of structs, maps of strings, lists.
import type { GoFunc, GoValue } from '../lib/template/index.ts'
import { Box, STRING_MAP, wrap } from '../lib/template/index.ts'

/** Marks functions whose results may be reused for the same arguments. */
export function pure(functions: readonly (readonly [string, GoFunc])[]): readonly (readonly [string, GoFunc])[] {
  return functions.map(([name, func]) => [name, { ...func, pure: true }])
}

const NO_ENTRIES: ReadonlyMap<string, string> = new Map()

/** A map[string]string; an empty one for nil. */
export function stringMap(value: GoValue | undefined): ReadonlyMap<string, string> {
  const map = value instanceof Box ? value.value : value
  return map instanceof Map ? (map as ReadonlyMap<string, string>) : NO_ENTRIES
}

/** A map[string]string; nil for null. */
export function newStringMap(entries: Iterable<readonly [string, string]> | null): Box {
  return new Box(STRING_MAP, entries === null ? null : new Map(entries))
}

/** The elements of a slice; none for nil. */
export function items(value: GoValue | undefined): readonly GoValue[] {
  if (Array.isArray(value)) return value
  if (!(value instanceof Box) || value.value === null) return []
  const { elem } = value.type
  const raw = value.value as readonly unknown[]
  return elem === undefined ? [] : raw.map(item => wrap(elem, item))
}

/** A field of a struct, or of the struct that a pointer points at; undefined for nil and for an unknown field. */
export function field(value: GoValue | undefined, name: string): GoValue | undefined {
  if (!(value instanceof Box)) return undefined
  if (value.type.kind === 'pointer') return field(value.value as GoValue, name)
  return value.type.field?.(name)?.get(value.value)
}

/** A field of kind string, also of a named type such as v1.Protocol. */
export function textField(value: GoValue | undefined, name: string): string {
  const found = field(value, name)
  const text = found instanceof Box ? found.value : found
  return typeof text === 'string' ? text : ''
}

/** A field of an integer kind. */
export function integerField(value: GoValue | undefined, name: string): bigint {
  const found = field(value, name)
  const number = found instanceof Box ? found.value : found
  return typeof number === 'bigint' ? number : 0n
}
