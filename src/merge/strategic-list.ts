// Merges two lists of a strategic merge patch: maps by their merge key, scalars as a set; obeys directives in elements.

import type { Json, JsonObject } from '../lib/model/index.ts'
import { get, isObject } from '../lib/model/index.ts'
import { goText, goType, MergeError, unknownPatchType } from './merge-error.ts'
import { inMergedOrder, keyOf, requireKey } from './strategic-order.ts'

/** Schema of a list. */
export interface ListField {
  /** Whether the patch strategy is `merge`; otherwise a patch replaces the list. */
  readonly merges: boolean
  /** '' for scalars. */
  readonly mergeKey: string
  /** Go's kind of the elements, for a message. */
  readonly kind: string
  readonly mergeElement: (original: JsonObject, patch: JsonObject) => JsonObject
}

export interface MergedList {
  /** The merged list in Go's order; the original itself if nothing changes. */
  readonly list: Json[]
  /** Content of the original's array afterwards in Go, which modifies it; `$setElementOrder` uses it. */
  readonly leftBehind: readonly Json[]
}

/**
 * Merges the list of a patch into the original one.
 * @throws MergeError for elements without a merge key, of different types, or with an unknown directive
 */
export function mergeList(original: Json[], patch: Json[], field: ListField): MergedList {
  if (original.length + patch.length === 0) return { list: original, leftBehind: original }
  const { mergeKey } = field
  if (elementType(original, patch) !== MAP) {
    const { both, leftBehind } = joinScalars(original, patch)
    return { list: same(original, inMergedOrder(both, { patchOrder: patch, serverOrder: leftBehind, mergeKey })), leftBehind }
  }
  if (mergeKey === '') throw new MergeError(`cannot merge lists without merge key for ${field.kind}`)
  const { kept, changes, replaced, stale } = obeyDirectives(original, patch, mergeKey)
  const merged = replaced ? [...changes] : mergeMaps(kept, changes, field)
  const order = replaced ? { patchOrder: [], serverOrder: changes, mergeKey } : { patchOrder: changes, serverOrder: kept, mergeKey }
  const array = replaced ? kept : merged
  return {
    list: same(original, inMergedOrder(merged, order)),
    leftBehind: stale.length === 0 ? original : [...array, ...stale.slice(array.length - kept.length)].slice(0, original.length),
  }
}

/** `$deleteFromPrimitiveList`: the original without the scalars of the patch. Lists of maps are merged all the same, as in Go. */
export function removeFromList(original: Json[], patch: Json[], field: ListField): Json[] {
  if (original.length + patch.length === 0) return original
  if (elementType(original, patch) === MAP) return mergeList(original, patch, field).list
  const deleted = new Set(patch)
  return same(
    original,
    original.filter(item => !deleted.has(item)),
  )
}

const MAP = 'map[string]interface {}'

/**
 * The common Go type of all elements of the lists.
 * @throws MergeError for elements of different or unsupported types
 */
export function elementType(...lists: (readonly Json[])[]): string {
  let type: string | undefined
  for (const item of lists.flat()) {
    const here = item === null ? undefined : goType(item)
    if (type === undefined) type = here
    else if (type !== here) throw new MergeError(`list element types are not identical: ${goText(lists as Json[][])}`)
    if (type === '[]interface {}') throw new MergeError('lists of lists are not supported')
  }
  if (type === undefined) throw new MergeError('no elements in any of the given slices')
  return type
}

interface Obeyed {
  /** The original without the deleted elements. */
  readonly kept: readonly Json[]
  /** Elements that a deletion leaves after the kept ones in Go's array. */
  readonly stale: readonly Json[]
  /** The elements of the patch that are still to be merged, or with `replaced` to stand in place of the original. */
  readonly changes: readonly Json[]
  readonly replaced: boolean
}

/** Carries out directives: the elements with `$patch`. */
function obeyDirectives(original: readonly Json[], patch: readonly Json[], mergeKey: string): Obeyed {
  const array = [...original]
  let length = array.length
  let replaced = false
  const changes: Json[] = []
  for (const item of patch) {
    if (!isObject(item)) throw new MergeError(`interface conversion: interface {} is nil, not ${MAP}`)
    const directive = get(item, '$patch')
    if (directive === undefined) {
      changes.push(item)
    } else if (directive === 'delete') {
      const key = requireKey(item, mergeKey)
      for (let i = 0; i < length; i++) {
        while (i < length && sameKey(requireElement(array[i] ?? null, i), mergeKey, key)) array.copyWithin(i, i + 1, length--)
      }
    } else if (directive === 'replace') {
      replaced = true
    } else if (directive === 'merge') {
      throw new MergeError('merging lists cannot yet be specified in the patch')
    } else {
      throw unknownPatchType(directive, item)
    }
  }
  return { kept: array.slice(0, length), stale: array.slice(length), changes, replaced }
}

/** Merges each change into the first element with its key, or appends it. */
function mergeMaps(original: readonly Json[], changes: readonly Json[], field: ListField): Json[] {
  const { mergeKey } = field
  const merged = [...original]
  const places = new Map<Json | undefined, number>()
  const register = (item: Json, i: number): void => {
    const key = keyOf(requireElement(item, i), mergeKey)
    if (key !== undefined && !places.has(key)) places.set(key, i)
  }
  if (changes.length > 0) original.forEach(register)
  for (const change of changes) {
    if (!isObject(change)) continue
    const key = requireKey(change, mergeKey)
    if (typeof key === 'object' && key !== null) for (const other of places.keys()) requireComparable(key, other)
    const place = places.get(key)
    const found = place === undefined ? undefined : merged[place]
    if (place === undefined || !isObject(found)) {
      register(change, merged.push(change) - 1)
    } else {
      merged[place] = field.mergeElement(found, change)
    }
  }
  return merged
}

function requireElement(item: Json, i: number): JsonObject {
  if (!isObject(item)) throw new MergeError(`value for key ${i} is not a map`)
  return item
}

function sameKey(item: JsonObject, mergeKey: string, key: Json): boolean {
  const own = get(item, mergeKey)
  requireComparable(own, key)
  return own === key
}

/** Throws for maps and lists, with which Go panics in a comparison. */
function requireComparable(a: Json | undefined, b: Json | undefined): void {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null || Array.isArray(a) !== Array.isArray(b)) return
  throw new MergeError(`runtime error: comparing uncomparable type ${goType(a)}`)
}

/**
 * Both lists without duplicates. Go moves the last element into the gap of a duplicate; if the original's array has enough capacity, it does so in that array,
 * and the changed order then counts.
 */
function joinScalars(original: readonly Json[], patch: readonly Json[]): { both: Json[]; leftBehind: readonly Json[] } {
  const array = [...original, ...patch]
  let length = array.length
  if (new Set(array).size < length) {
    for (let i = 0; i < length; i++) {
      for (let j = array.indexOf(array[i] ?? null, i + 1); j > 0 && j < length; j = array.indexOf(array[i] ?? null, j)) {
        array[j] = array[--length] ?? null
        if (j === length) break
      }
    }
  }
  return { both: array.slice(0, length), leftBehind: hasRoom(original, patch) ? array.slice(0, original.length) : original }
}

/** Whether Go's array has capacity for the elements: arrays double as they grow. */
function hasRoom(original: readonly Json[], patch: readonly Json[]): boolean {
  return original.length > 0 && original.length + patch.length <= 2 ** Math.ceil(Math.log2(original.length))
}

function same(original: Json[], merged: Json[]): Json[] {
  return merged.length === original.length && merged.every((item, i) => item === original[i]) ? original : merged
}
