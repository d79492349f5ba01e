// Applies a change of the typed pod to the user's manifest: unchanged fields keep the user's spelling, and fields outside of the schema are kept.

import { equal, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'

/** Three values of one node: as the user wrote it, decoded with its types, and after injection. */
export interface Difference<T extends Json = Json> {
  readonly raw: T
  readonly typed: T
  readonly final: T
}

/**
 * Replacement of `raw` with the value `final`. Only differences between `typed` and `final` change: `2000m` stays although
 * Kubernetes prints `2`, `defaultMode: 0644` and unknown fields stay, a default that decoding fills in is not written. Unchanged subtrees
 * are the same objects as in `raw`.
 * @example applyDifference({ raw: { cpu: '2000m' }, typed: { cpu: '2' }, final: { cpu: '2', memory: '1Gi' } }) // { cpu: '2000m', memory: '1Gi' }
 */
export function applyDifference({ raw, typed, final }: Difference): Json {
  if (equal(typed, final)) return raw
  if (isObject(raw) && isObject(typed) && isObject(final)) return objectAfter({ raw, typed, final })
  if (Array.isArray(raw) && Array.isArray(typed) && Array.isArray(final) && raw.length === typed.length) return listAfter({ raw, typed, final })
  return final
}

function objectAfter({ raw, typed, final }: Difference<JsonObject>): JsonObject {
  const after: JsonObject = {}
  for (const key of Object.keys(raw)) {
    const value = raw[key] ?? null
    const [before, now] = [own(typed, key), own(final, key)]
    if (now !== undefined) set(after, key, before === undefined ? now : applyDifference({ raw: value, typed: before, final: now }))
    // Fields that decoding drops (unknown fields, zero values) are still the user's; fields that injection dropped are removed.
    else if (before === undefined) set(after, key, value)
  }
  for (const key of Object.keys(final)) {
    const now = final[key] ?? null
    if (!Object.hasOwn(raw, key) && !equal(own(typed, key), now)) set(after, key, now)
  }
  return after
}

/** Matches list items first by value, then by name, so that one of two items with one name can be removed and the other stays. */
function listAfter({ raw, typed, final }: Difference<Json[]>): Json[] {
  const free = new Set(typed.keys())
  // In short lists, looking at each item is quicker than giving it names.
  const isShort = typed.length <= MAX_LOOK && final.length <= MAX_LOOK
  const [alike, named] = isShort ? [] : [groupsOf(typed, item => [likeness(item)]), groupsOf(typed, namesOf)]
  const sources = final.map(item => take({ free, among: alike === undefined ? [free] : [alike.get(likeness(item))] }, index => equal(typed[index], item)))
  return final.map((item, place) => {
    const among = named === undefined ? [free] : namesOf(item).map(name => named.get(name))
    const index = sources[place] ?? take({ free, among }, candidate => sameName(typed[candidate], item))
    if (index === undefined) return item
    return applyDifference({ raw: raw[index] ?? null, typed: typed[index] ?? null, final: item })
  })
}

/** The indexes of the items by each of their keys, rising. */
function groupsOf(items: readonly Json[], keysOf: (item: Json) => readonly string[]): Map<string, Set<number>> {
  const groups = new Map<string, Set<number>>()
  items.forEach((item, index) => {
    for (const key of keysOf(item)) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, new Set([index]))
      else group.add(index)
    }
  })
  return groups
}

// Among items of one name only so many are looked at.
const MAX_LOOK = 100

/** Takes the first free index that fits. */
function take({ free, among }: { free: Set<number>; among: readonly (Set<number> | undefined)[] }, fits: (index: number) => boolean): number | undefined {
  let first: number | undefined
  for (const group of among) {
    let looked = 0
    for (const index of group ?? []) {
      if (!free.has(index)) group?.delete(index)
      else if (fits(index)) {
        if (first === undefined || index < first) first = index
        break
      } else if (++looked === MAX_LOOK) break
    }
  }
  if (first !== undefined) free.delete(first)
  return first
}

/** Keys that identify a list item in a pod; the first one that both items have decides. A volume may be mounted twice, so `name` is last. */
const NAMING = ['mountPath', 'devicePath', 'containerPort', 'topologyKey', 'uid', 'ip', 'name']

function sameName(a: Json | undefined, b: Json): boolean {
  if (!isObject(a) || !isObject(b)) return false
  const key = NAMING.find(name => Object.hasOwn(a, name) && Object.hasOwn(b, name))
  return key !== undefined && equal(a[key], b[key])
}

function namesOf(item: Json): string[] {
  return isObject(item) ? NAMING.flatMap(name => (Object.hasOwn(item, name) ? [`${name} ${JSON.stringify(item[name])}`] : [])) : []
}

/** A key that is the same for equal items. */
function likeness(item: Json): string {
  return isObject(item) ? namesOf(item).join() : Array.isArray(item) ? String(item.length) : JSON.stringify(item)
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
