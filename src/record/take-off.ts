// Removes an injection from a workload's value by its record: injected parts are removed, changed parts restored, later edits by the user kept or reported.

import { isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'
import type { UnitState } from './digests.ts'
import { nameOf, own, type Undo, type UndoList, type UndoObject } from './undo.ts'
import { DEPTH, fieldOf, itemOf, pathOf, ROOT, type UnitLocation, type UnitPath, visitInjected, visitUnits } from './units.ts'

/** A part of the injection that was edited later, or something that was added inside of it. */
export interface UserEdit {
  readonly path: UnitPath
  readonly value: Json
}

export interface TakenOff {
  readonly value: Json
  /** Edits inside of removed parts. */
  readonly edits: readonly UserEdit[]
}

/** Recognises the units of an injection, as Digests does. */
export interface KnownUnits {
  find(location: UnitLocation, value: Json): UnitState
}

/** Treats every unit as injected and unedited, for a value that was just injected. */
export const ALL_OURS: KnownUnits = { find: () => 'ours' }

/**
 * The workload as it was before the injection, with everything that the user changed outside of the injected parts. The input is not changed.
 * @param undo the way back, from the record
 * @param digests tell which injected units the user has edited since
 * @returns the value, and the user's edits of injected parts, which are lost with them
 * @example takeOff({ spec: { a: 1, b: 2 } }, { k: { spec: { k: { b: null } } } }, ALL_OURS).value // { spec: { a: 1 } }
 */
export function takeOff(value: Json, undo: Undo, digests: KnownUnits): TakenOff {
  const edits: UserEdit[] = []
  return { value: new TakeOff(digests, edits).node(undo, value, ROOT) ?? null, edits }
}

class TakeOff {
  private readonly digests: KnownUnits
  private readonly edits: UserEdit[]

  constructor(digests: KnownUnits, edits: UserEdit[]) {
    this.digests = digests
    this.edits = edits
  }

  /** The node before the injection; undefined if it is removed. */
  node(undo: Undo, now: Json, location: UnitLocation): Json | undefined {
    if (undo === null) return this.withoutOurs(now, location)
    if ('=' in undo) return this.restored(undo['='], now, location)
    if ('k' in undo) return isObject(now) ? this.object(undo, now, location) : now
    return Array.isArray(now) ? this.list(undo, now, location) : now
  }

  /** The part of an injected collection that the user added later. */
  private withoutOurs(now: Json, location: UnitLocation): Json | undefined {
    if (isObject(now)) {
      const kept: JsonObject = {}
      for (const [key, child] of Object.entries(now)) {
        const after = this.keptIn(key, child, fieldOf(location, key))
        if (after !== undefined) set(kept, key, after)
      }
      return Object.keys(kept).length > 0 ? kept : undefined
    }
    if (Array.isArray(now)) {
      const named = now.filter(item => nameOf(item) !== undefined)
      const kept = named.filter(item => this.isForeign(item, itemOf(location, nameOf(item) ?? ''), DEPTH - 1))
      // Without names it is one unit.
      if (named.length < now.length && this.digests.find(location, now) !== 'ours') this.edits.push({ path: pathOf(location), value: now })
      return kept.length > 0 ? kept : undefined
    }
    if (this.digests.find(location, now) !== 'ours') this.edits.push({ path: pathOf(location), value: now })
    return undefined
  }

  /** The user's part of a field of an injected object. Annotations and labels may be anyone's, also in a map that injection created. */
  private keptIn(key: string, child: Json, location: UnitLocation): Json | undefined {
    if (isObject(child) && (key === 'annotations' || key === 'labels')) return this.withoutOurs(child, location)
    return this.isForeign(child, location, DEPTH - 1) ? child : undefined
  }

  /** Whether nothing below the node was injected. If something was, the user's parts in it are reported as edits. */
  private isForeign(node: Json, location: UnitLocation, depth: number): boolean {
    const found: UserEdit[] = []
    let ours = false
    visitUnits(
      node,
      (unit, value) => {
        const state = this.digests.find(unit, value)
        if (state !== 'foreign') ours = true
        if (state !== 'ours') found.push({ path: pathOf(unit), value })
      },
      location,
      depth,
    )
    if (ours) for (const edit of found) this.edits.push(edit)
    return !ours
  }

  /** The value of a user's field that injection changed; a later value by the user is kept. */
  private restored(was: Json, now: Json, location: UnitLocation): Json {
    // A null is nothing of the user's: what they have put beside the injection since, stays; and what only the record was in, is null again.
    if (was === null && typeof now === 'object' && now !== null) return this.withoutOurs(now, location) ?? null
    let edited = false
    visitUnits(
      now,
      (unit, value) => {
        if (this.digests.find(unit, value) !== 'ours') edited = true
      },
      location,
    )
    return edited ? now : was
  }

  private object(undo: UndoObject, now: JsonObject, location: UnitLocation): JsonObject {
    const kept: JsonObject = {}
    const add = (key: string, value: Json | undefined) => {
      if (value !== undefined) set(kept, key, value)
    }
    const childAfter = (key: string, child: Json): Json | undefined => {
      const undoChild = own(undo.k, key)
      return undoChild === undefined ? child : this.node(undoChild, child, fieldOf(location, key))
    }
    if (undo.o === undefined) {
      for (const [key, child] of Object.entries(now)) add(key, childAfter(key, child))
      return kept
    }
    for (const key of undo.o) {
      const child = own(now, key)
      const undoChild = own(undo.k, key)
      if (child !== undefined) add(key, childAfter(key, child))
      else if (undoChild !== undefined && undoChild !== null && '=' in undoChild) add(key, undoChild['='])
    }
    const old = new Set(undo.o)
    for (const [key, child] of Object.entries(now)) if (!old.has(key)) add(key, childAfter(key, child))
    return kept
  }

  private list(undo: UndoList, now: readonly Json[], location: UnitLocation): Json[] {
    const kept: { name: string | undefined; item: Json }[] = []
    const addedNames = new Set(undo.x)
    const renamed = this.renamed(undo, now, location)
    for (const item of now) {
      const name = renamed.get(item) ?? nameOf(item)
      const here = itemOf(location, name ?? '')
      if (name !== undefined && addedNames.has(name)) {
        if (this.isForeign(item, here, DEPTH)) kept.push({ name, item })
        continue
      }
      const change = name === undefined || undo.c === undefined ? undefined : own(undo.c, name)
      const after = change === undefined ? item : this.node(change, item, here)
      if (after !== undefined) kept.push({ name, item: after })
    }
    return undo.l === undefined ? kept.map(({ item }) => item) : inOldOrder(undo.l, kept)
  }

  /** Old names of list items that the user has renamed: no item has the old name, and one with a new name has all that injection changed in the old one. */
  private renamed({ x = [], c }: UndoList, now: readonly Json[], location: UnitLocation): ReadonlyMap<Json, string> {
    if (c === undefined) return NONE
    const names = new Set(now.map(nameOf))
    const missing = Object.keys(c).filter(name => !names.has(name))
    if (missing.length === 0 || missing.length > MAX_RENAMED) return NONE
    const old = new Map<Json, string>()
    const known = new Set([...x, ...Object.keys(c)])
    const candidates = now.filter(item => isObject(item) && !known.has(nameOf(item) ?? ''))
    if (candidates.length > MAX_RENAMED) return NONE
    for (const name of missing) {
      const item = candidates.find(candidate => !old.has(candidate) && this.holds(own(c, name) ?? null, candidate, itemOf(location, name)))
      if (item !== undefined) old.set(item, name)
    }
    return old
  }

  private holds(undo: Undo, item: Json, location: UnitLocation): boolean {
    const states = new Set<UnitState>()
    visitInjected(undo, item, (unit, value) => states.add(this.digests.find(unit, value)), location)
    return states.has('ours') && !states.has('edited')
  }
}

const NONE: ReadonlyMap<Json, string> = new Map()

/** Maximum number of elements, because a record is untrusted and each pair is compared. */
const MAX_RENAMED = 20

/** Sorts items into the old order; items added later stay behind their present predecessor. */
function inOldOrder(old: NonNullable<UndoList['l']>, kept: readonly { name: string | undefined; item: Json }[]): Json[] {
  const names = new Set(old.filter(entry => typeof entry === 'string'))
  const known = new Map<string, Json>()
  const behind = new Map<string | undefined, Json[]>()
  let last: string | undefined
  for (const { name, item } of kept) {
    if (name !== undefined && names.has(name)) {
      known.set(name, item)
      last = name
      continue
    }
    const followers = behind.get(last)
    if (followers === undefined) behind.set(last, [item])
    else followers.push(item)
  }
  const list = behind.get(undefined) ?? []
  for (const entry of old) {
    if (typeof entry !== 'string') list.push(entry['='])
    else if (known.has(entry)) list.push(known.get(entry) ?? null, ...(behind.get(entry) ?? []))
  }
  return list
}
