// Lists the changes that removing an injection makes to a workload's value: parts that are removed, restored or changed.

import { equal, isObject, type Json } from '../lib/model/index.ts'
import { byName, own } from './undo.ts'
import type { UnitPath } from './units.ts'

/** The value of a part in each of the workload's versions; absent where there is none. */
export interface Versions {
  /** With the injection. */
  readonly now?: Json | undefined
  /** After the injection was removed by its record. */
  readonly was?: Json | undefined
  /** After the injection was removed by Istio's status instead. */
  readonly byStatus?: Json | undefined
  /** Injected again. */
  readonly again?: Json | undefined
}

/** One difference between a workload with its injection and without. */
export interface Restoration extends Versions {
  readonly path: UnitPath
}

/**
 * Every difference between `now` and `was`, element by element of lists with names and key by key of objects.
 * @example restorations({ now: { a: { b: 1 } }, was: { a: {} } }) // [{ path: ['a', 'b'], now: 1 }]
 */
export function restorations(versions: Versions, path: UnitPath = []): Restoration[] {
  const { now, was } = versions
  if (isSame(now, was) || (!(isObject(now) && isObject(was)) && isEmpty(now) && isEmpty(was))) return []
  const isWhole = Array.isArray(path.at(-1)) && (now === undefined || was === undefined)
  if (!isWhole && isMapOrEmpty(now) && isMapOrEmpty(was)) {
    const keys = new Set([now, was].flatMap(map => (isObject(map) ? Object.keys(map) : [])))
    const isKept = (key: string) => isObject(now) && isObject(was) && own(now, key) === own(was, key)
    return [...keys].flatMap(key =>
      isKept(key)
        ? []
        : restorations(
            each(versions, value => (isObject(value) ? own(value, key) : undefined)),
            [...path, key],
          ),
    )
  }
  const lists = { ...each(versions, namedItems), ...(now === undefined ? { now: NO_ITEMS } : {}), ...(was === undefined ? { was: NO_ITEMS } : {}) }
  if (!isWhole && lists.now !== undefined && lists.was !== undefined) {
    const names = new Set([...lists.now.keys(), ...lists.was.keys()])
    return [...names].flatMap(name =>
      restorations(
        each(lists, items => items.get(name)),
        [...path, [name]],
      ),
    )
  }
  // Of a list without names, elements only go.
  if (Array.isArray(now) && Array.isArray(was) && isPartOf(was, now)) return [{ ...versions, was: undefined, path }]
  return [{ ...versions, path }]
}

function isPartOf(part: readonly Json[], list: readonly Json[]): boolean {
  let next = 0
  return part.every(element => {
    if (element === null) return true
    const found = list.findIndex((other, i) => i >= next && equal(other, element))
    next = found + 1
    return found >= 0
  })
}

/** Whether both are absent, or equal. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equal(a, b)
}

function each<From, To>(versions: { readonly [Name in keyof Versions]?: From | undefined }, step: (value: From) => To | undefined) {
  const at = (value: From | undefined) => (value === undefined ? undefined : step(value))
  return { now: at(versions.now), was: at(versions.was), byStatus: at(versions.byStatus), again: at(versions.again) }
}

/** Whether a value is an empty map or list, which means the same as an absent one. */
function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

function isMapOrEmpty(value: Json | undefined): boolean {
  return isObject(value) || isEmpty(value)
}

const NO_ITEMS: ReadonlyMap<string, Json> = new Map()

function namedItems(value: Json): ReadonlyMap<string, Json> | undefined {
  if (isEmpty(value)) return NO_ITEMS
  return Array.isArray(value) ? byName(value) : undefined
}
