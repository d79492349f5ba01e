// Implements the builtins index, slice and len (text/template documentation: Functions).

import { byteLength, byteSlice, toBytes } from '../go/utf8.ts'
import { ANY, Box, GoError, type GoType, type GoValue, LIST, MAP, typeOf, UINT8, wrap } from '../go/value.ts'
import { canBeNil, isAssignable, isIntKind, isUintKind, toInteger, type Value, zeroValue } from './assign.ts'
import type { StaticType } from './run.ts'
import { indirect, indirectInterface, isNilPointer } from './truth.ts'

/** A list or string, whatever holds it. */
interface Sequence {
  readonly kind: 'string' | 'slice' | 'array'
  readonly type: GoType
  readonly length: number
  readonly at: (index: number) => GoValue
  readonly slice: (from: number, to: number) => GoValue
}

function sequenceOf(value: Value): Sequence | undefined {
  if (typeof value === 'string') return stringSequence(value, text => text)
  if (Array.isArray(value)) return listSequence({ kind: 'slice', type: LIST, items: value, wrapList: items => items as GoValue[] })
  if (!(value instanceof Box)) return undefined
  const { type } = value
  switch (type.kind) {
    case 'string':
      return stringSequence(String(value.value), text => new Box(type, text))
    case 'slice':
    case 'array':
      return listSequence({ kind: type.kind, type, items: (value.value ?? []) as ArrayLike<unknown>, wrapList: items => wrap(type, items) })
    default:
      return undefined
  }
}

function stringSequence(text: string, make: (text: string) => GoValue): Sequence {
  return {
    kind: 'string',
    type: UINT8,
    length: byteLength(text),
    at: index => wrap(UINT8, BigInt(toBytes(text)[index] ?? 0)),
    slice: (from, to) => make(byteSlice(text, from, to)),
  }
}

interface ListParts {
  readonly kind: 'slice' | 'array'
  readonly type: GoType
  readonly items: ArrayLike<unknown>
  readonly wrapList: (items: unknown) => GoValue
}

function listSequence({ kind, type, items, wrapList }: ListParts): Sequence {
  const { elem = type } = type
  return { kind, type, length: items.length, at: index => itemAt(items, index, elem), slice: (from, to) => wrapList(sliced(items, from, to)) }
}

/** An item of a list's payload as a value. */
export function itemAt(items: ArrayLike<unknown>, index: number, elem: GoType): GoValue {
  const item = items[index]
  return wrap(elem, items instanceof Uint8Array ? BigInt(items[index] ?? 0) : item)
}

// A slice of a list still reaches what lay behind it in the list: its capacity, in Go's terms.
const behind = new WeakMap<object, { readonly items: ArrayLike<unknown>; readonly from: number }>()

function capacity(items: ArrayLike<unknown>): number {
  const whole = behind.get(items)
  return whole === undefined ? items.length : whole.items.length - whole.from
}

function sliced(items: ArrayLike<unknown>, from: number, to: number): unknown {
  const { items: whole, from: start } = behind.get(items) ?? { items, from: 0 }
  const part = Array.prototype.slice.call(whole, start + from, start + to)
  const result = whole instanceof Uint8Array ? Uint8Array.from(part) : part
  behind.set(result, { items: whole, from: start + from })
  return result
}

/** An index of a list or string; it may be the length, which the list itself refuses. */
function indexArgument(index: Value, limit: number, staticType?: StaticType): number {
  const kind = typeof index === 'bigint' ? 'int' : index instanceof Box ? index.type.kind : undefined
  if (index === undefined) throw new GoError('cannot index slice/array with nil')
  if (index === null || kind === undefined || !(isIntKind(kind) || isUintKind(kind))) {
    throw new GoError(`cannot index slice/array with type ${(staticType ?? typeOf(index) ?? ANY).name}`)
  }
  const wide = BigInt.asIntN(64, (index instanceof Box ? index.value : index) as bigint)
  if (wide < 0n || wide > BigInt(limit)) throw new GoError(`index out of range: ${wide}`)
  return Number(wide)
}

/**
 * `index .m "k" 1`: an item of a list, map or string, and of what that holds.
 * @throws GoError for an index out of range, or a value without items
 */
export function indexValue(value: Value, indexes: readonly Value[]): Value {
  let item = indirectInterface(value)
  if (item === undefined) throw new GoError('index of untyped nil')
  for (const index of indexes) {
    item = indirect(item)
    if (isNilPointer(item)) throw new GoError('index of nil pointer')
    item = itemOf(item, indirectInterface(index))
  }
  return item
}

function itemOf(item: Value, index: Value): Value {
  if (item instanceof Map) return mapItem(MAP, item, index)
  const sequence = sequenceOf(item)
  if (sequence !== undefined) {
    const at = indexArgument(index, sequence.length)
    if (at >= sequence.length) throw new GoError(`reflect: ${sequence.kind} index out of range`)
    return sequence.at(at)
  }
  if (item instanceof Box && item.type.kind === 'map') return mapItem(item.type, item.value as ReadonlyMap<unknown, unknown> | null, index)
  throw new GoError(`can't index item of type ${typeOf(item ?? null)?.name}`)
}

function mapItem({ key, elem }: GoType, map: ReadonlyMap<unknown, unknown> | null, index: Value): Value {
  if (key === undefined || elem === undefined) return undefined
  const prepared = prepareArgument(index, key)
  const found = map?.get(typeof prepared === 'object' && prepared instanceof Box && key.kind !== 'interface' ? prepared.value : prepared)
  return found === undefined ? zeroValue(elem) : wrap(elem, found)
}

/**
 * A value for a parameter or map key of a type. Integers convert to each other, nothing else does.
 * @throws GoError for a value of another type
 */
export function prepareArgument(value: Value, type: GoType): GoValue {
  const given = indirectInterface(value)
  if (given === undefined || given === null) {
    if (!canBeNil(type)) throw new GoError(`value is nil; should be of type ${type.name}`)
    return zeroValue(type)
  }
  const own = typeOf(given)
  if (own !== undefined && isAssignable(own, type)) return given
  const isWhole = own !== undefined && (isIntKind(own.kind) || isUintKind(own.kind))
  if (isWhole && (isIntKind(type.kind) || isUintKind(type.kind))) return toInteger(type, (given instanceof Box ? given.value : given) as bigint)
  throw new GoError(`value has type ${own?.name}; should be ${type.name}`)
}

/**
 * `slice .l 1 2`. The static types are those of the values, in order.
 * @throws GoError for an index out of range, or a value that cannot be sliced
 */
export function sliceValue([value, ...indexes]: readonly Value[], types: readonly StaticType[]): Value {
  const item = indirect(indirectInterface(value))
  if (item === undefined) throw new GoError('slice of untyped nil')
  if (isNilPointer(item)) throw new GoError('slice of nil pointer')
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`)
  const sequence = sequenceOf(item)
  if (sequence === undefined) throw new GoError(`can't slice item of type ${typeOf(item ?? null)?.name}`)
  if (sequence.kind === 'string' && indexes.length === 3) throw new GoError('cannot 3-index slice a string')
  const limit = sequence.kind === 'string' ? sequence.length : capacity(payload(item))
  const bounds = indexes.map((index, i) => indexArgument(index, limit, types[i + 1]))
  const [from = 0, to = sequence.length, max] = bounds
  if (from > to) throw new GoError(`invalid slice index: ${from} > ${to}`)
  if (max !== undefined && to > max) throw new GoError(`invalid slice index: ${to} > ${max}`)
  return sequence.slice(from, to)
}

function payload(item: Value): ArrayLike<unknown> {
  return ((item instanceof Box ? item.value : item) ?? []) as ArrayLike<unknown>
}

/**
 * `len`: bytes of a string, items of a list or map.
 * @throws GoError for a value without a length
 */
export function lengthOf(value: Value): number {
  if (value === undefined) throw new GoError('reflect: call of reflect.Value.Type on zero Value')
  const item = indirect(value)
  if (isNilPointer(item)) throw new GoError('len of nil pointer')
  if (typeof item === 'string') return byteLength(item)
  if (item instanceof Map) return item.size
  if (Array.isArray(item)) return item.length
  if (item instanceof Box && item.type.kind === 'map') return item.value === null ? 0 : (item.value as ReadonlyMap<unknown, unknown>).size
  const sequence = sequenceOf(item)
  if (sequence === undefined) throw new GoError(`len of type ${typeOf(item ?? null)?.name}`)
  return sequence.length
}
