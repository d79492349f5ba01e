// Creates a strategic merge patch that kustomize and kubectl apply alike: it lists items in order and needs no directive for the order.

import { equal, type FieldPath, formatPath, get, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'
import { fieldType, itemType, keysOf, type ValueType } from './schema.ts'

export type StrategicPatch = { readonly patch: JsonObject } | { readonly impossible: string }

/**
 * The patch from `before` to `after`; undefined if they are equal. It is impossible if kustomize would merge it wrongly.
 * @example strategicPatch({ a: 1 }, { b: 2 }, {}) // { patch: { a: null, b: 2 } }
 */
export function strategicPatch(before: JsonObject, after: JsonObject, type: ValueType): StrategicPatch | undefined {
  try {
    const patch = patchObject(before, after, { type, path: [] })
    if (patch === undefined) return undefined
    checkLists(before, { type, path: [] })
    return { patch }
  } catch (error) {
    if (error instanceof NotStrategic) return { impossible: error.message }
    throw error
  }
}

class NotStrategic extends Error {}

interface TypedPath {
  readonly type: ValueType
  readonly path: FieldPath
}

function below({ type, path }: TypedPath, key: string): TypedPath {
  return { type: fieldType(type, key), path: [...path, key] }
}

/** Checks lists for items with the same key, which kustomize merges even in lists that the patch does not have. */
function checkLists(value: Json, at: TypedPath): void {
  if (Array.isArray(value)) {
    const { mergeKey, merged } = at.type
    if (mergeKey !== undefined && merged && keysOf(value, mergeKey) === undefined) {
      throw new NotStrategic(`kustomize would merge items of ${formatPath(at.path)} that have the same ${mergeKey}`)
    }
    value.forEach((item, i) => {
      checkLists(item, { type: itemType(at.type), path: [...at.path, i] })
    })
  } else if (isObject(value)) for (const [key, child] of Object.entries(value)) checkLists(child, below(at, key))
}

function patchObject(before: JsonObject, after: JsonObject, at: TypedPath): JsonObject | undefined {
  const patch: JsonObject = {}
  for (const [key, value] of Object.entries(after)) {
    const change = patchValue(get(before, key) ?? null, value, below(at, key))
    if (change !== undefined) set(patch, key, change)
  }
  for (const [key, value] of Object.entries(before)) if (value !== null && (get(after, key) ?? null) === null) set(patch, key, null)
  return Object.keys(patch).length > 0 ? patch : undefined
}

/** The patch for a value; undefined if nothing changes. A null counts as absent. */
function patchValue(before: Json, after: Json, at: TypedPath): Json | undefined {
  if (equal(before, after) || after === null) return undefined
  if (before === null) return after
  if (isObject(before) && isObject(after)) return patchObject(before, after, at)
  if (Array.isArray(before) && Array.isArray(after)) return patchList(before, after, at)
  if (typeof before === 'object' || typeof after === 'object') throw new NotStrategic(`${formatPath(at.path)} becomes a value of another type`)
  return after
}

function patchList(before: readonly Json[], after: readonly Json[], { type, path }: TypedPath): Json {
  if (!type.merged) return [...after]
  const { mergeKey } = type
  const [was, is] = [keysOf(before, mergeKey), keysOf(after, mergeKey)]
  if (mergeKey === undefined || was === undefined || is === undefined) throw new NotStrategic(`the items of ${formatPath(path)} cannot be distinguished`)
  const old = new Map(was.map((key, i) => [key, before[i] ?? null]))
  const changed = new Map<string | number, Json>()
  is.forEach((key, i) => {
    const item = after[i] ?? null
    const known = old.get(key)
    const change = known === undefined ? item : patchValue(known, item, { type: itemType(type), path: [...path, i] })
    if (change !== undefined) changed.set(key, { [mergeKey]: key, ...(change as JsonObject) })
  })
  const removed = was.filter(key => !is.includes(key))
  const named = keepsOrder(was, is, changed) ? [...changed.keys()] : is
  return [...named.map(key => changed.get(key) ?? { [mergeKey]: key }), ...removed.map(key => ({ $patch: 'delete', [mergeKey]: key }))]
}

/**
 * Whether the items that the patch changes, in front of all others, give the new order: so kustomize orders them. kubectl does the same as long as the
 * old items stay in their order.
 */
function keepsOrder(was: readonly (string | number)[], is: readonly (string | number)[], changed: ReadonlyMap<string | number, Json>): boolean {
  const stayed = was.filter(key => is.includes(key))
  const kustomize = [...changed.keys(), ...stayed.filter(key => !changed.has(key))]
  return is.every((key, i) => key === kustomize[i]) && is.filter(key => was.includes(key)).every((key, i) => key === stayed[i])
}
