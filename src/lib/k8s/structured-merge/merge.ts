// Merges an apply configuration into an object by its schema: structured merge without ownership, so nothing is ever removed
// (sigs.k8s.io/structured-merge-diff, typed/merge.go).

import type { Json, JsonObject } from '../../model/index.ts'
import { isObject, set } from '../../model/index.ts'
import { itemKey } from './item-key.ts'
import { type ListType, type MergeType, mergeFields } from './schema.ts'

/**
 * `live` with `patch` over it; neither is changed. Both fit `type`. What does not change is shared with `live`.
 * @example mergeValue(containers, [{ name: 'web' }], [{ name: 'log' }, { name: 'web' }]) // [{ name: 'log' }, { name: 'web' }]
 */
export function mergeValue(type: MergeType, live: Json | undefined, patch: Json): Json {
  if (live === undefined || live === null) return type.kind === 'list' && Array.isArray(patch) ? mergeList(type, [], patch) : patch
  if (type.kind === 'list' && Array.isArray(live) && Array.isArray(patch)) return mergeList(type, live, patch)
  if ((type.kind === 'struct' || type.kind === 'map') && isObject(live) && isObject(patch)) return mergeFieldsOf(type, live, patch)
  return patch
}

function mergeFieldsOf(type: MergeType & { kind: 'struct' | 'map' }, live: JsonObject, patch: JsonObject): JsonObject {
  const fields = type.kind === 'struct' ? mergeFields(type.name) : undefined
  let merged: JsonObject | undefined
  for (const [name, value] of Object.entries(patch)) {
    const field = type.kind === 'map' ? type.values : (fields?.get(name) ?? ANY)
    const before = Object.hasOwn(live, name) ? live[name] : undefined
    const after = mergeValue(field, before, value)
    if (after === before) continue
    merged ??= { ...live }
    set(merged, name, after)
  }
  return merged ?? live
}

const ANY: MergeType = { kind: 'any' }

interface Keyed {
  readonly key: string
  readonly item: Json
}

/** The items of both lists: those of the patch in its order, and the others where they were while that order allows it. */
function mergeList(type: ListType, live: readonly Json[], patch: readonly Json[]): Json[] {
  if (type.list === 'atomic') return [...patch]
  const [left, right] = [keyed(type, live), keyed(type, patch)]
  const liveByKey = withoutDoubles(left)
  const inPatch = new Set(right.map(({ key }) => key))
  const inLive = new Set(left.map(({ key }) => key))
  const shared = right.filter(({ key }) => inLive.has(key)).map(({ key }) => key)
  const emitted = new Set<string>()
  const merged: Json[] = []
  let [l, r, s] = [0, 0, 0]
  const emitPatch = ({ key, item }: Keyed) => {
    merged.push(mergeValue(type.items, liveByKey.get(key), item))
    emitted.add(key)
    if (shared[s] === key) s++
    r++
  }
  while (l < left.length || r < right.length) {
    const [mine, theirs] = [left[l], right[r]]
    if (mine !== undefined && theirs !== undefined) {
      if (mine.key === theirs.key) {
        emitPatch(theirs)
        l++
        continue
      }
      // It comes where the patch has it.
      if (inPatch.has(mine.key) && shared[s] !== undefined && mine.key !== shared[s]) {
        l++
        continue
      }
    }
    if (mine !== undefined) {
      if (!inPatch.has(mine.key)) {
        merged.push(mine.item)
        l++
        continue
      }
      if (emitted.has(mine.key)) l++
    }
    if (theirs !== undefined) emitPatch(theirs)
  }
  return merged.length === live.length && merged.every((item, i) => item === live[i]) ? (live as Json[]) : merged
}

function keyed(type: ListType, items: readonly Json[]): Keyed[] {
  return items.map((item, i) => {
    const found = itemKey(item, type)
    // A patch cannot refer to a live item without a key.
    return { key: 'key' in found ? found.key : `(${i})`, item }
  })
}

/** A patch does not merge into items with the same key. */
function withoutDoubles(items: readonly Keyed[]): ReadonlyMap<string, Json> {
  const byKey = new Map<string, Json>()
  const doubles = new Set<string>()
  for (const { key, item } of items) {
    if (byKey.has(key)) doubles.add(key)
    byKey.set(key, item)
  }
  for (const key of doubles) byKey.delete(key)
  return byKey
}
