// Sorts a merged list as apimachinery does: elements of the patch in the patch's order, the others in theirs, the two interleaved.

import type { Json, JsonObject } from '../lib/model/index.ts'
import { get, isObject } from '../lib/model/index.ts'
import { MergeError, noMergeKey, requireHashable, wrongType } from './merge-error.ts'

/** Key by which list elements are compared: a field of maps, or '' for the elements themselves. */
export type MergeKey = string

/**
 * The elements of `merged` in their final order. `patchOrder` says which elements the patch names and in which order, `serverOrder` is the list
 * before the patch.
 * @throws MergeError for an element without its merge key
 */
export function inMergedOrder(merged: readonly Json[], orders: { patchOrder: readonly Json[]; serverOrder: readonly Json[]; mergeKey: MergeKey }): Json[] {
  const { patchOrder, serverOrder, mergeKey } = orders
  const patchRank = mergeKey === '' ? ranksOfScalars(patchOrder) : ranksOf(patchOrder, mergeKey)
  const named: Json[] = []
  const others: Json[] = []
  for (const item of merged) {
    if (mergeKey !== '') requireKey(requireMap(item), mergeKey)
    if (patchRank.has(keyOf(item, mergeKey))) named.push(item)
    else others.push(item)
  }
  const serverRank = ranksOf(serverOrder, mergeKey)
  if (serverOrder.some(isObject) || merged.some(isObject)) {
    for (const item of patchOrder) requireKey(requireMap(item), mergeKey)
    for (const item of serverOrder) requireKey(requireMap(item), mergeKey)
  }
  return interleave(sortByRank(others, serverRank, mergeKey), sortByRank(named, patchRank, mergeKey), item => serverRank.get(keyOf(item, mergeKey)))
}

/** The key of an item; undefined if it has none. */
export function keyOf(item: Json, mergeKey: MergeKey): Json | undefined {
  return mergeKey === '' ? item : get(item, mergeKey)
}

/**
 * The key of a patch element.
 * @throws MergeError for an element without one
 */
export function requireKey(item: JsonObject, mergeKey: MergeKey): Json {
  const key = get(item, mergeKey)
  if (key === undefined) throw noMergeKey(item, mergeKey)
  return key
}

/**
 * The item, which must be a map.
 * @throws MergeError for any other value
 */
export function requireMap(item: Json): JsonObject {
  if (!isObject(item)) throw wrongType('map', item)
  return item
}

/** The first index of each key. */
function ranksOf(list: readonly Json[], mergeKey: MergeKey): Map<Json | undefined, number> {
  const ranks = new Map<Json | undefined, number>()
  list.forEach((item, i) => {
    if (mergeKey !== '' && !isObject(item)) throw new MergeError(`value for key ${i} is not a map`)
    const key = keyOf(item, mergeKey)
    if (!ranks.has(key)) ranks.set(key, i)
  })
  return ranks
}

function ranksOfScalars(list: readonly Json[]): Map<Json | undefined, number> {
  requireHashable(list)
  return ranksOf(list, '')
}

/** The items sorted by rank; those with `$patch: delete` are last. */
function sortByRank(list: Json[], ranks: ReadonlyMap<Json | undefined, number>, mergeKey: MergeKey): Json[] {
  const deleted = list.filter(isMarkedDeleted)
  const kept = deleted.length === 0 ? list : list.filter(item => !isMarkedDeleted(item))
  const rank = (item: Json): number | undefined => ranks.get(keyOf(item, mergeKey))
  if (kept.every(item => rank(item) !== undefined)) kept.sort((a, b) => (rank(a) ?? 0) - (rank(b) ?? 0))
  else sortUnranked(kept, rank)
  return deleted.length === 0 ? kept : [...kept, ...deleted]
}

/** Whether a patch deletes the item. */
export function isMarkedDeleted(item: Json): boolean {
  return get(item, '$patch') === 'delete'
}

/** Sorts as Go's insertion sort, in which an element without a rank is smaller than its predecessors and moves to the front. */
function sortUnranked(list: Json[], rank: (item: Json) => number | undefined): void {
  for (let i = 1; i < list.length; i++) {
    for (let j = i; j > 0; j--) {
      const [left = null, right = null] = list.slice(j - 1, j + 1)
      const [l, r] = [rank(left), rank(right)]
      if (l !== undefined && r !== undefined && r >= l) break
      list[j - 1] = right
      list[j] = left
    }
  }
}

/** Interleaves two lists: an element of `others` comes first only if both heads were in the list before, and in that order. */
function interleave(others: readonly Json[], named: readonly Json[], rank: (item: Json) => number | undefined): Json[] {
  const out: Json[] = []
  let o = 0
  for (const item of named) {
    const place = rank(item)
    while (o < others.length && place !== undefined) {
      const other = rank(others[o] ?? null)
      if (other === undefined || other >= place) break
      out.push(others[o] ?? null)
      o++
    }
    out.push(item)
  }
  return [...out, ...others.slice(o)]
}
