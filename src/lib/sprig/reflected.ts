// Reflection for Sprig's functions as in Go's reflect package: kinds, lists of any element type, emptiness, deep equality and copies.

import { formatValue } from '../go/fmt.ts'
import { checkDepth, type Meter, spend } from '../go/limits.ts'
import { NO_VERSION, VERSION_POINTER, versionValue } from '../go/semver.ts'
import { fromBytes } from '../go/utf8.ts'
import { ANY, Box, GoError, type GoType, type GoValue, kindOf, LIST, MAP, typeOf, wrap } from '../go/value.ts'

/** The text of Go's panic for a nil pointer. */
export const NIL_POINTER = 'runtime error: invalid memory address or nil pointer dereference'

/** reflect.Kind's own names, which differ from ours in two cases. */
export function kindName(value: GoValue): string {
  const kind = kindOf(value)
  return kind === undefined ? 'invalid' : kind === 'pointer' ? 'ptr' : kind
}

/** The items of a slice or array of any type; undefined for other values. A nil slice has none. */
export function itemsOf(value: GoValue): GoValue[] | undefined {
  if (Array.isArray(value)) return value
  if (!(value instanceof Box) || (value.type.kind !== 'slice' && value.type.kind !== 'array')) return undefined
  return Array.from((value.value ?? []) as ArrayLike<unknown>, raw => itemOf(value.type, raw))
}

function itemOf(list: GoType, raw: unknown): GoValue {
  const elem = list.elem ?? list
  return wrap(elem, elem.kind === 'uint8' && typeof raw === 'number' ? BigInt(raw) : raw)
}

/**
 * The items of a list argument.
 * @throws GoError as Sprig does for any other kind, and as Go's panic for nil
 */
export function listItems(value: GoValue, describe: (kind: string) => string): GoValue[] {
  const items = itemsOf(value)
  if (items !== undefined) return items
  throw new GoError(value === null ? NIL_POINTER : describe(kindName(value)))
}

/** A map as raw keys and elements with their types; undefined for other values. A nil map is null. */
export interface ReflectedMap {
  readonly type: GoType
  readonly entries: Map<unknown, unknown> | null
}

/** A map of any type with its entries; undefined for a value that is not a map. */
export function mapOfValue(value: GoValue): ReflectedMap | undefined {
  if (value instanceof Map) return { type: MAP, entries: value }
  if (value instanceof Box && value.type.kind === 'map') return { type: value.type, entries: value.value as Map<unknown, unknown> | null }
  return undefined
}

/** Sprig's strval: strings and bytes as they are, errors and Stringers by their method, all else with %v. */
export function strval(value: GoValue): string {
  if (typeof value === 'string') return value
  if (value instanceof Box && value.type.name === '[]uint8') return fromBytes((value.value ?? new Uint8Array()) as Uint8Array)
  return formatValue(value)
}

/** Sprig's strslice: the items of a list as text, without nils; any other value alone. */
export function strslice(value: GoValue): string[] {
  if (value === null) return []
  if (value instanceof Box && value.type.name === '[]string') return (value.value ?? []) as string[]
  const items = itemsOf(value)
  return items === undefined ? [strval(value)] : items.filter(item => item !== null).map(strval)
}

/** Sprig's empty: nil, zero, "", false, an empty list or map; never a struct. */
export function isEmpty(value: GoValue): boolean {
  switch (typeof value) {
    case 'string':
      return value === ''
    case 'boolean':
      return !value
    case 'bigint':
      return value === 0n
    case 'number':
      return value === 0
    default:
      if (value === null) return true
      if (Array.isArray(value)) return value.length === 0
      if (value instanceof Map) return value.size === 0
      return isEmptyBox(value)
  }
}

function isEmptyBox({ type, value }: Box): boolean {
  switch (type.kind) {
    case 'struct':
      return false
    case 'slice':
    case 'array':
      return value === null || (value as ArrayLike<unknown>).length === 0
    case 'map':
      return value === null || (value as ReadonlyMap<unknown, unknown>).size === 0
    case 'complex128': {
      const { re, im } = value as { re: number; im: number }
      return re === 0 && im === 0
    }
    case 'pointer':
    case 'func':
    case 'chan':
      return value === null
    default:
      return isEmpty(value as GoValue)
  }
}

// A short while, but comparing all items of a list with each other takes many.
const COMPARISON = 1

/** reflect.DeepEqual, with each comparison counted. */
export function deepEqual(a: GoValue, b: GoValue, meter: Meter): boolean {
  return isEqual(a, b, { meter, depth: 0 })
}

/** One comparison of two values with all that they hold. */
interface Comparison {
  readonly meter: Meter
  depth: number
}

function isEqual(a: GoValue, b: GoValue, comparison: Comparison): boolean {
  spend(comparison.meter, COMPARISON)
  if (a === null || b === null) return a === b
  if (typeof a !== 'object' && typeof b !== 'object') return typeof a === typeof b && a === b
  if (typeOf(a)?.name !== typeOf(b)?.name) return false
  checkDepth(comparison.depth++)
  const result = isEqualInside(a, b, comparison)
  comparison.depth--
  return result
}

function isEqualInside(a: GoValue, b: GoValue, comparison: Comparison): boolean {
  const x = mapOfValue(a)
  const y = mapOfValue(b)
  if (x !== undefined && y !== undefined) return equalMaps(x, y, comparison)
  const items = itemsOf(a)
  const others = itemsOf(b)
  if (items !== undefined && others !== undefined) {
    if (isNil(a) !== isNil(b) || items.length !== others.length) return false
    return items.every((item, i) => isEqual(item, others[i] ?? null, comparison))
  }
  return a instanceof Box && b instanceof Box && equalBoxes(a, b, comparison)
}

/** Whether a value is an untyped nil, or a nil list, map or pointer. */
export function isNil(value: GoValue): boolean {
  return value === null || (value instanceof Box && value.value === null)
}

function equalMaps({ type, entries: a }: ReflectedMap, { entries: b }: ReflectedMap, comparison: Comparison): boolean {
  if (a === null || b === null) return a === b
  const elem = type.elem ?? type
  return a.size === b.size && [...a].every(([key, item]) => b.has(key) && isEqual(wrap(elem, item), wrap(elem, b.get(key)), comparison))
}

function equalBoxes(a: Box, b: Box, comparison: Comparison): boolean {
  switch (a.type.kind) {
    case 'struct':
      return (a.type.fields?.() ?? []).every(field => isEqual(field.get(a.value), field.get(b.value), comparison))
    case 'pointer':
      return a.value === null || b.value === null ? a.value === b.value : isEqual(a.value as GoValue, b.value as GoValue, comparison)
    case 'func':
      return a.value === null && b.value === null
    case 'complex128': {
      const [x, y] = [a.value, b.value] as { re: number; im: number }[]
      return x?.re === y?.re && x?.im === y?.im
    }
    default:
      return a.value === b.value
  }
}

/**
 * A copy that shares no list or map with the original. Structs and pointers are values that nothing here changes, so they stay,
 * but for versions: none of their fields is exported, and the original's copying leaves those behind.
 */
export function deepCopy(value: GoValue, depth: number = 0): GoValue {
  checkDepth(depth)
  if (value instanceof Box && value.type === VERSION_POINTER) return versionValue(NO_VERSION)
  if (Array.isArray(value)) return value.map(item => copyRaw(ANY, item, depth + 1) as GoValue)
  const map = mapOfValue(value)
  if (map !== undefined) {
    if (map.entries === null) return value
    const copy = new Map(Array.from(map.entries, ([key, item]) => [key, copyRaw(map.type.elem ?? map.type, item, depth + 1)]))
    return value instanceof Map ? (copy as Map<GoValue, GoValue>) : new Box(map.type, copy)
  }
  const items = itemsOf(value)
  if (items === undefined || !(value instanceof Box) || value.value === null) return value
  if (value.value instanceof Uint8Array) return new Box(value.type, value.value.slice())
  return new Box(
    value.type,
    Array.from(value.value as ArrayLike<unknown>, item => copyRaw(value.type.elem ?? value.type, item, depth + 1)),
  )
}

/** Raw elements of lists and maps under an interface are values themselves; of other types only nested lists and maps need a copy. */
function copyRaw(type: GoType, raw: unknown, depth: number): unknown {
  if (type.wrap !== undefined) return raw
  const copied = deepCopy(wrap(type, raw), depth)
  // A nil pointer inside a list or map loses its type.
  if (type.kind === 'interface' && copied instanceof Box && copied.type.kind === 'pointer' && copied.value === null) return null
  return copied instanceof Box && !(raw instanceof Box) ? copied.value : copied
}

/** A list without a known element type: nil where Go's is. */
export const NIL_LIST = new Box(LIST, null)
