// Sprig's list functions (documentation, "Lists and List Functions").

import { checkItems, type Meter } from '../go/limits.ts'
import { ANY, BOOL, Box, GoError, type GoFunc, type GoType, type GoValue, LIST, sliceOf, typeOf } from '../go/value.ts'
import { toInt64 } from './cast.ts'
import { alias, any, type Entries, fn, int, typed, variadic } from './define.ts'
import { deepEqual, isEmpty, itemsOf, kindName, listItems, NIL_LIST, NIL_POINTER } from './reflected.ts'

const LISTS: GoType = sliceOf(LIST)

/** The functions by name. */
export function listFuncs(): Entries {
  return alias(
    [
      ['list', variadic([], any, { result: LIST, call: items => items })],
      ['first', fn([any], ANY, value => itemsFor('first', value)[0] ?? null)],
      ['last', fn([any], ANY, value => itemsFor('last', value).at(-1) ?? null)],
      ['rest', fn([any], LIST, value => nonEmpty(itemsFor('rest', value), items => items.slice(1)))],
      ['initial', fn([any], LIST, value => nonEmpty(itemsFor('initial', value), items => items.slice(0, -1)))],
      ['reverse', fn([any], LIST, value => itemsFor('reverse', value).toReversed())],
      ['uniq', fn([any], LIST, (value, meter) => unique(itemsFor('uniq', value), meter))],
      ['compact', fn([any], LIST, value => listItems(value, kind => `Cannot compact on type ${kind}`).filter(item => !isEmpty(item)))],
      ['append', fn([any, any], LIST, (value, item) => [...listItems(value, kind => `Cannot push on type ${kind}`), item])],
      ['prepend', fn([any, any], LIST, (value, item) => [item, ...listItems(value, kind => `Cannot prepend on type ${kind}`)])],
      ['without', without()],
      ['has', fn([any, any], BOOL, (needle, value, meter) => value !== null && itemsFor('has', value).some(item => deepEqual(needle, item, meter)))],
      ['slice', variadic([any], any, { result: ANY, call: (indexes, value) => slice(value, indexes) })],
      ['concat', variadic([], any, { result: ANY, call: concat })],
      ['chunk', fn([int, any], LISTS, chunk)],
    ],
    {
      tuple: 'list',
      push: 'append',
      mustFirst: 'first',
      mustLast: 'last',
      mustRest: 'rest',
      mustInitial: 'initial',
      mustReverse: 'reverse',
      mustUniq: 'uniq',
      mustCompact: 'compact',
      mustAppend: 'append',
      mustPush: 'append',
      mustPrepend: 'prepend',
      mustWithout: 'without',
      mustHas: 'has',
      mustSlice: 'slice',
      mustChunk: 'chunk',
    },
  )
}

function itemsFor(name: string, value: GoValue): GoValue[] {
  return listItems(value, kind => `Cannot find ${name} on type ${kind}`)
}

/** An empty list has no rest: the result is a nil list, not an empty one. */
function nonEmpty(items: GoValue[], part: (items: GoValue[]) => GoValue[]): GoValue {
  return items.length === 0 ? NIL_LIST : part(items)
}

function unique(items: readonly GoValue[], meter: Meter): GoValue[] {
  const kept: GoValue[] = []
  // Strings and numbers are most of what lists hold; comparing those by hash keeps long lists fast.
  const seen = new Set<GoValue>()
  for (const item of items) {
    const isPlain = typeof item !== 'object' && !Number.isNaN(item)
    if (isPlain ? seen.has(item) : kept.some(known => deepEqual(known, item, meter))) continue
    if (isPlain) seen.add(item)
    kept.push(item)
  }
  return kept
}

function without(): GoFunc {
  return variadic([any], any, {
    result: LIST,
    call: (omitted, value, meter) => itemsFor('without', value).filter(item => !omitted.some(other => deepEqual(item, other, meter))),
  })
}

const OUT_OF_BOUNDS = 'reflect.Value.Slice: slice index out of bounds'

/** The part of a list, of the list's own type. */
function slice(value: GoValue, indexes: readonly GoValue[]): GoValue {
  const items = itemsOf(value)
  if (items === undefined) throw new GoError(value === null ? NIL_POINTER : `list should be type of slice or array but ${kindName(value)}`)
  if (items.length === 0) return null
  const [from = 0n, to] = indexes
  const start = Number(toInt64(from))
  const end = to === undefined ? items.length : Number(toInt64(to))
  if (start < 0 || start > end || end > items.length) throw new GoError(OUT_OF_BOUNDS)
  if (Array.isArray(value)) return value.slice(start, end)
  const type = typeOf(value) ?? LIST
  const raw = (value instanceof Box ? value.value : null) as { slice(start: number, end: number): unknown } | null
  return typed(type.kind === 'array' ? sliceOf(type.elem ?? type) : type, raw?.slice(start, end) ?? null)
}

function concat(lists: readonly GoValue[]): GoValue {
  const all: GoValue[] = []
  for (const value of lists) {
    for (const item of listItems(value, kind => `Cannot concat type ${kind} as list`)) all.push(item)
    checkItems(all.length)
  }
  return all.length === 0 ? NIL_LIST : all
}

const MAKESLICE = 'runtime error: makeslice: len out of range'

function chunk(size: number, value: GoValue): GoValue {
  const items = listItems(value, kind => `Cannot chunk type ${kind}`)
  // Go computes the number of parts in floating point; sizes of 0 and less make it fail, or not, in these ways.
  const count = Math.floor((items.length - 1) / size) + 1
  if (!(count >= 0 && count <= items.length + 1)) throw new GoError(MAKESLICE)
  const parts: GoValue[][] = []
  for (let i = 0; i < count; i++) {
    const length = i === count - 1 ? items.length % size || size : size
    if (length < 0) throw new GoError(MAKESLICE)
    parts.push(items.slice(i * size, i * size + length))
  }
  return typed(LISTS, parts)
}
