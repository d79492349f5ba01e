// Carries a change of the typed pod over to what the user wrote: equal fields keep the user's own form, and so do fields that no schema knows.

import { equal, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'

/** Three readings of one place: as the user wrote it, decoded with its types, and after injection. */
export interface Difference<T extends Json = Json> {
  readonly raw: T
  readonly typed: T
  readonly final: T
}

/**
 * What to write in the place of `raw` so that it means `final`. Only what differs between `typed` and `final` changes: `2000m` stays although
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
  for (const [key, value] of Object.entries(raw)) {
    const [before, now] = [own(typed, key), own(final, key)]
    if (now !== undefined) set(after, key, before === undefined ? now : applyDifference({ raw: value, typed: before, final: now }))
    // What decoding drops, an unknown field or a zero value, is still the user's; what injection dropped goes.
    else if (before === undefined) set(after, key, value)
  }
  for (const [key, now] of Object.entries(final)) {
    if (!Object.hasOwn(raw, key) && !equal(own(typed, key), now)) set(after, key, now)
  }
  return after
}

/** Items are found again first by their whole value, then by what names them; so one of two equally named items can go and the other stay as it is. */
function listAfter({ raw, typed, final }: Difference<Json[]>): Json[] {
  const free = new Set(typed.keys())
  const sources = final.map(item => take(free, index => equal(typed[index], item)))
  return final.map((item, place) => {
    const index = sources[place] ?? take(free, candidate => sameName(typed[candidate], item))
    if (index === undefined) return item
    return applyDifference({ raw: raw[index] ?? null, typed: typed[index] ?? null, final: item })
  })
}

function take(free: Set<number>, fits: (index: number) => boolean): number | undefined {
  for (const index of free) {
    if (fits(index)) {
      free.delete(index)
      return index
    }
  }
  return undefined
}

/** What names an item of a list in a pod; the first that both have decides. A volume may be mounted twice, so `name` comes last. */
const NAMING = ['mountPath', 'devicePath', 'containerPort', 'topologyKey', 'uid', 'ip', 'name']

function sameName(a: Json | undefined, b: Json): boolean {
  if (!isObject(a) || !isObject(b)) return false
  const key = NAMING.find(name => Object.hasOwn(a, name) && Object.hasOwn(b, name))
  return key !== undefined && equal(a[key], b[key])
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
