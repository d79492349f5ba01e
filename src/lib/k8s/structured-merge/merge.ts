// Merges an apply configuration into an object by its schema: structured merge without ownership, so nothing is ever removed
// (sigs.k8s.io/structured-merge-diff, typed/merge.go).

import type { Json, JsonObject } from '../../model/index.ts'
import { isObject, set } from '../../model/index.ts'
import { mergeKey } from './item-key.ts'
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

/** Items of a live list, for each item of a patch of it. */
interface Matches {
  /** For each live item the index of the patch's item with its key, or -1. */
  readonly inPatch: readonly number[]
  /** For each item of the patch how many live items have its key, and the last of them. */
  readonly counts: readonly number[]
  readonly live: readonly (Json | undefined)[]
}

/** The items of both lists: those of the patch in its order, and the others where they were while that order allows it. */
function mergeList(type: ListType, live: readonly Json[], patch: readonly Json[]): Json[] {
  if (type.list === 'atomic') return [...patch]
  const { inPatch, counts, live: liveOf } = matchesOf(type, live, patch)
  const emitted: boolean[] = []
  const merged: Json[] = []
  const nextShared = (from: number): number => {
    let next = from
    while (next < patch.length && counts[next] === 0) next++
    return next
  }
  let [l, r, shared] = [0, 0, nextShared(0)]
  const emitPatch = () => {
    // A patch does not merge into items with the same key.
    merged.push(mergeValue(type.items, counts[r] === 1 ? liveOf[r] : undefined, patch[r] ?? null))
    emitted[r] = true
    if (shared === r) shared = nextShared(r + 1)
    r++
  }
  while (l < live.length || r < patch.length) {
    const mine = l < live.length ? (inPatch[l] ?? -1) : undefined
    if (mine !== undefined && r < patch.length) {
      if (mine === r) {
        emitPatch()
        l++
        continue
      }
      // It comes where the patch has it.
      if (mine >= 0 && shared < patch.length && mine !== shared) {
        l++
        continue
      }
    }
    if (mine !== undefined) {
      if (mine < 0) {
        merged.push(live[l] ?? null)
        l++
        continue
      }
      if (emitted[mine] === true) l++
    }
    if (r < patch.length) emitPatch()
  }
  return merged.length === live.length && merged.every((item, i) => item === live[i]) ? (live as Json[]) : merged
}

function matchesOf(type: ListType, live: readonly Json[], patch: readonly Json[]): Matches {
  const indexes = new Map<Json, number>()
  // Keys occur once in a patch: its schema was checked.
  for (const [i, item] of patch.entries()) indexes.set(mergeKey(item, type) ?? null, i)
  const counts = patch.map(() => 0)
  const found: (Json | undefined)[] = []
  const inPatch = live.map(item => {
    const key = mergeKey(item, type)
    const index = key === undefined ? -1 : (indexes.get(key) ?? -1)
    if (index >= 0) {
      counts[index] = (counts[index] ?? 0) + 1
      found[index] = item
    }
    return index
  })
  return { inPatch, counts, live: found }
}
