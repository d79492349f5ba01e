// The way back from an injection: a small value with the difference from the injected workload to the one that the user wrote.

import { namingField } from '../lib/k8s/element-names.ts'
import { equal, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'

/**
 * `null`: was not there. `=`: was this. `k`: an object, by key. `x`, `c`, `l`: a list of named items: those that came, those that changed, and, where the
 * rest is not in the old order, the old list: names, and items that went.
 */
export type Undo = null | { readonly '=': Json } | UndoObject | UndoList

export interface UndoObject {
  readonly k: { readonly [key: string]: Undo }
  /** All old keys in order, if a removed key has to be restored. */
  readonly o?: readonly string[]
}

export interface UndoList {
  readonly x?: readonly string[]
  readonly c?: { readonly [name: string]: Undo }
  readonly l?: readonly (string | { readonly '=': Json })[]
}

/** Changes that turn `after` into `before`; undefined if they are equal. */
export function undoOf(before: Json | undefined, after: Json): Undo | undefined {
  if (before === undefined) return null
  if (before === after) return undefined
  if (isObject(before) && isObject(after)) return undoObject(before, after)
  if (Array.isArray(before) && Array.isArray(after)) return undoList(before, after)
  return equal(before, after) ? undefined : { '=': before }
}

function undoObject(before: JsonObject, after: JsonObject): Undo | undefined {
  const k: { [key: string]: Undo } = {}
  let changed = false
  for (const [key, value] of Object.entries(after)) {
    const undo = undoOf(own(before, key), value)
    if (undo === undefined) continue
    put(k, key, undo)
    changed = true
  }
  const removed = Object.keys(before).filter(key => !Object.hasOwn(after, key))
  for (const key of removed) put(k, key, { '=': own(before, key) ?? null })
  if (removed.length > 0) return { k, o: Object.keys(before) }
  return changed ? { k } : undefined
}

function undoList(before: readonly Json[], after: readonly Json[]): Undo | undefined {
  const [was, is] = [byName(before), byName(after)]
  if (was === undefined || is === undefined) return equal([...before], [...after]) ? undefined : { '=': [...before] }
  const x = [...is.keys()].filter(name => !was.has(name))
  const c: { [name: string]: Undo } = {}
  let changed = false
  for (const [name, item] of is) {
    const undo = was.has(name) ? undoOf(was.get(name), item) : undefined
    if (undo === undefined) continue
    put(c, name, undo)
    changed = true
  }
  const names = [...was.keys()]
  const stayed = [...is.keys()].filter(name => was.has(name))
  const moved = names.length !== stayed.length || names.some((name, i) => name !== stayed[i])
  if (x.length === 0 && !changed && !moved) return undefined
  const l = names.map(name => (is.has(name) ? name : { '=': was.get(name) ?? null }))
  return { ...(x.length > 0 ? { x } : {}), ...(changed ? { c } : {}), ...(moved ? { l } : {}) }
}

/** The items by name, in order; undefined where one has none or two have the same. */
export function byName(items: readonly Json[]): Map<string, Json> | undefined {
  const named = new Map<string, Json>()
  for (const item of items) {
    const name = nameOf(item)
    if (name === undefined || named.has(name)) return undefined
    named.set(name, item)
  }
  return named
}

/** The name of a list item, by the field that names it; undefined if it has none. */
export function nameOf(item: Json): string | undefined {
  if (!isObject(item)) return undefined
  const key = namingField(item)
  const value = key === undefined ? undefined : item[key]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** The own property of an object; undefined if it has none of that name. */
export function own<Value>(object: { readonly [key: string]: Value }, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function put(object: { [key: string]: Undo }, key: string, undo: Undo): void {
  set(object as JsonObject, key, undo as Json)
}
