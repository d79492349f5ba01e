// The injected parts of a workload, cut into units that a user might edit one by one, each with a short digest by which our own is known again.

import { isObject, type Json } from '../lib/model/index.ts'
import { byName, own, type Undo } from './undo.ts'

/** From the workload's root: keys, and the names of list items, each in an array of its own. */
export type UnitPath = readonly (string | readonly [string])[]

export type VisitUnit = (path: UnitPath, value: Json) => void

/** How far an injected node is cut up: a container into its fields, those into their elements. */
export const DEPTH = 2

/** Visits the units of what `undo` takes back from `value`. */
export function visitInjected(undo: Undo, value: Json, visit: VisitUnit, path: UnitPath = []): void {
  if (undo === null || '=' in undo) visitUnits(value, visit, path)
  else if ('k' in undo) {
    if (!isObject(value)) return
    for (const [key, child] of Object.entries(undo.k)) {
      const found = own(value, key)
      if (found !== undefined) visitInjected(child, found, visit, [...path, key])
    }
  } else {
    const items = Array.isArray(value) ? byName(value) : undefined
    for (const [name, item] of items ?? []) {
      const child = undo.c === undefined ? undefined : own(undo.c, name)
      if (child !== undefined) visitInjected(child, item, visit, [...path, [name]])
      else if (undo.x?.includes(name)) visitUnits(item, visit, [...path, [name]])
    }
  }
}

/** Visits the units of one injected node. */
export function visitUnits(value: Json, visit: VisitUnit, path: UnitPath, depth: number = DEPTH): void {
  const items = depth > 0 && Array.isArray(value) ? byName(value) : undefined
  if (items !== undefined && items.size > 0) {
    for (const [name, item] of items) visitUnits(item, visit, [...path, [name]], depth - 1)
  } else if (depth > 0 && isObject(value) && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) visitUnits(child, visit, [...path, key], depth - 1)
  } else visit(path, value)
}

const PATH_DIGITS = 5
const VALUE_DIGITS = 2
const UNIT_DIGITS = PATH_DIGITS + VALUE_DIGITS

/** Digests of the units of an injection: 30 bits of the path, 12 bits of the value each. */
export class Digests {
  private readonly values = new Map<string, string>()

  /** @param text as `toString` gives it */
  static read(text: string): Digests | undefined {
    if (text.length % UNIT_DIGITS !== 0 || /[^\w-]/.test(text)) return undefined
    const digests = new Digests()
    for (let i = 0; i < text.length; i += UNIT_DIGITS) digests.values.set(text.slice(i, i + PATH_DIGITS), text.slice(i + PATH_DIGITS, i + UNIT_DIGITS))
    return digests
  }

  add(path: UnitPath, value: Json): void {
    this.values.set(digest(JSON.stringify(path), PATH_DIGITS), digest(canonical(value), VALUE_DIGITS))
  }

  /** Whether a unit at `path` was injected; and whether it still has the value that was. */
  find(path: UnitPath, value: Json): 'foreign' | 'edited' | 'ours' {
    const known = this.values.get(digest(JSON.stringify(path), PATH_DIGITS))
    if (known === undefined) return 'foreign'
    return known === digest(canonical(value), VALUE_DIGITS) ? 'ours' : 'edited'
  }

  toString(): string {
    return [...this.values].map(([path, value]) => path + value).join('')
  }
}

/** The order of keys is not the value. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** `digits` characters, 6 bits each, of an FNV-1a hash of the text that is mixed once more. */
export function digest(text: string, digits: number): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash ^= hash >>> 16
  let word = ''
  for (let i = 0; i < digits; i++) word += ALPHABET[(hash >>> (i * 6)) & 63] ?? ''
  return word
}
