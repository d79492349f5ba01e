// Divides the injected parts of a workload into units, the parts that a user may edit one by one.

import { formatPath, isObject, type Json } from '../lib/model/index.ts'
import { COMMA, FIRST, hashCode, hashString, LEFT_BRACKET, RIGHT_BRACKET } from './hash.ts'
import { byName, own, type Undo } from './undo.ts'

/** From the workload's root: keys, and the names of list items, each in an array of its own. */
export type UnitPath = readonly (string | readonly [string])[]

export type VisitUnit = (location: UnitLocation, value: Json) => void

/** Depth to which an injected node is divided: a container into its fields, those into their elements. */
export const DEPTH = 2

/** Path of a unit, with the hash of its JSON text without the last bracket. */
export interface UnitLocation {
  readonly above?: UnitLocation
  readonly step?: UnitPath[number]
  readonly hash: number
}

export const ROOT: UnitLocation = { hash: hashCode(FIRST, FIRST.start, LEFT_BRACKET) }

/** The location of a key's value. */
export function fieldOf(above: UnitLocation, key: string): UnitLocation {
  return { above, step: key, hash: hashString(FIRST, hashBefore(above), key) }
}

/** The location of the list element of a name. */
export function itemOf(above: UnitLocation, name: string): UnitLocation {
  return { above, step: [name], hash: hashCode(FIRST, hashString(FIRST, hashCode(FIRST, hashBefore(above), LEFT_BRACKET), name), RIGHT_BRACKET) }
}

function hashBefore({ above, hash }: UnitLocation): number {
  return above === undefined ? hash : hashCode(FIRST, hash, COMMA)
}

/** The path of a unit from the workload's root. */
export function pathOf({ above, step }: UnitLocation): UnitPath {
  return above === undefined || step === undefined ? [] : [...pathOf(above), step]
}

/**
 * Formats a path for messages.
 * @example formatUnit(['spec', 'containers', ['web'], 'image']) // 'spec.containers[web].image'
 */
export function formatUnit(path: UnitPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'string' ? `${text}${formatPath(text === '' ? [step] : ['_', step]).replace(/^_/, '')}` : `${text}[${step[0]}]`),
    '',
  )
}

/** Visits the units of what `undo` takes back from `value`. */
export function visitInjected(undo: Undo, value: Json, visit: VisitUnit, location: UnitLocation = ROOT): void {
  if (undo === null || '=' in undo) visitUnits(value, visit, location)
  else if ('k' in undo) {
    if (!isObject(value)) return
    for (const [key, child] of Object.entries(undo.k)) {
      const found = own(value, key)
      if (found !== undefined) visitInjected(child, found, visit, fieldOf(location, key))
    }
  } else {
    const items = Array.isArray(value) ? byName(value) : undefined
    const addedNames = new Set(undo.x)
    for (const [name, item] of items ?? []) {
      const child = undo.c === undefined ? undefined : own(undo.c, name)
      if (child !== undefined) visitInjected(child, item, visit, itemOf(location, name))
      else if (addedNames.has(name)) visitUnits(item, visit, itemOf(location, name))
    }
  }
}

/** Visits the units of one injected node. */
export function visitUnits(value: Json, visit: VisitUnit, location: UnitLocation, depth: number = DEPTH): void {
  const items = depth > 0 && Array.isArray(value) ? byName(value) : undefined
  if (items !== undefined && items.size > 0) {
    for (const [name, item] of items) visitUnits(item, visit, itemOf(location, name), depth - 1)
  } else if (depth > 0 && isObject(value) && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) visitUnits(child, visit, fieldOf(location, key), depth - 1)
  } else visit(location, value)
}
