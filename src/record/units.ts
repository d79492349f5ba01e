// The injected parts of a workload, cut into units that a user might edit one by one, each with a short digest by which our own is known again.

import { isObject, type Json, SharedMemo } from '../lib/model/index.ts'
import { byName, own, type Undo } from './undo.ts'

/** From the workload's root: keys, and the names of list items, each in an array of its own. */
export type UnitPath = readonly (string | readonly [string])[]

export type VisitUnit = (place: UnitPlace, value: Json) => void

/** How far an injected node is cut up: a container into its fields, those into their elements. */
export const DEPTH = 2

/** Where a unit is. Places come again in every workload: each is made once, and its digest with it. */
export class UnitPlace {
  private readonly above: UnitPlace | undefined
  private readonly step: UnitPath[number] | undefined
  private readonly fields = new Map<string, UnitPlace>()
  private readonly items = new Map<string, UnitPlace>()
  private known: string | undefined

  constructor(above?: UnitPlace, step?: UnitPath[number]) {
    this.above = above
    this.step = step
  }

  field(key: string): UnitPlace {
    return this.fields.get(key) ?? this.below(this.fields, key, key)
  }

  /** The list element of a name. */
  item(name: string): UnitPlace {
    return this.items.get(name) ?? this.below(this.items, name, [name])
  }

  private below(known: Map<string, UnitPlace>, name: string, step: UnitPath[number]): UnitPlace {
    const place = new UnitPlace(this, step)
    // Names that people make up are many: those behind the first ones are made again.
    if (places < MAX_PLACES) {
      known.set(name, place)
      places++
    }
    return place
  }

  get path(): UnitPath {
    return this.above === undefined || this.step === undefined ? [] : [...this.above.path, this.step]
  }

  get digest(): string {
    this.known ??= digestOf(hashCode(this.hash, RIGHT_BRACKET), PATH_DIGITS)
    return this.known
  }

  /** Of the path's JSON text without its last bracket. */
  private get hash(): number {
    const { above, step } = this
    if (above === undefined || step === undefined) return hashCode(START, LEFT_BRACKET)
    const before = above.above === undefined ? above.hash : hashCode(above.hash, COMMA)
    return typeof step === 'string' ? hashString(before, step) : hashCode(hashString(hashCode(before, LEFT_BRACKET), step[0]), RIGHT_BRACKET)
  }
}

const MAX_PLACES = 4096
let places = 0

export const ROOT = new UnitPlace()

/** Visits the units of what `undo` takes back from `value`. */
export function visitInjected(undo: Undo, value: Json, visit: VisitUnit, place: UnitPlace = ROOT): void {
  if (undo === null || '=' in undo) visitUnits(value, visit, place)
  else if ('k' in undo) {
    if (!isObject(value)) return
    for (const [key, child] of Object.entries(undo.k)) {
      const found = own(value, key)
      if (found !== undefined) visitInjected(child, found, visit, place.field(key))
    }
  } else {
    const items = Array.isArray(value) ? byName(value) : undefined
    const came = new Set(undo.x)
    for (const [name, item] of items ?? []) {
      const child = undo.c === undefined ? undefined : own(undo.c, name)
      if (child !== undefined) visitInjected(child, item, visit, place.item(name))
      else if (came.has(name)) visitUnits(item, visit, place.item(name))
    }
  }
}

/** Visits the units of one injected node. */
export function visitUnits(value: Json, visit: VisitUnit, place: UnitPlace, depth: number = DEPTH): void {
  const items = depth > 0 && Array.isArray(value) ? byName(value) : undefined
  if (items !== undefined && items.size > 0) {
    for (const [name, item] of items) visitUnits(item, visit, place.item(name), depth - 1)
  } else if (depth > 0 && isObject(value) && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) visitUnits(child, visit, place.field(key), depth - 1)
  } else visit(place, value)
}

const PATH_DIGITS = 5
const VALUE_DIGITS = 2
const UNIT_DIGITS = PATH_DIGITS + VALUE_DIGITS

/** Whether a unit was injected, and whether it still has the value that was. */
export type UnitState = 'foreign' | 'edited' | 'ours'

/** Digests of the units of an injection: 30 bits of the path, 12 bits of the value each. */
export class Digests {
  private readonly text: string
  private read: Map<string, string> | undefined
  private ambiguous = false

  private constructor(text: string) {
    this.text = text
  }

  /** @param text as `toString` gives it */
  static read(text: string): Digests | undefined {
    return text.length % UNIT_DIGITS !== 0 || /[^\w-]/.test(text) ? undefined : new Digests(text)
  }

  /** Of the units that `visit` visits. */
  static of(visitAll: (visit: VisitUnit) => void): Digests {
    const values = new Map<string, string>()
    let ambiguous = false
    visitAll(({ digest: path }, value) => {
      const sum = digestOf(valueHash(value), VALUE_DIGITS)
      if ((values.get(path) ?? sum) !== sum) ambiguous = true
      values.set(path, sum)
    })
    let text = ''
    for (const [path, sum] of values) text += path + sum
    const digests = new Digests(text)
    digests.ambiguous = ambiguous
    return digests
  }

  /** Whether two units have the same digest of their paths: then one of them is not known again. */
  get isAmbiguous(): boolean {
    return this.ambiguous
  }

  /** How many units there are. */
  get size(): number {
    return this.text.length / UNIT_DIGITS
  }

  /** The same, where some units, by their index, have other values. */
  withValues(values: ReadonlyMap<number, Json>): Digests {
    let text = ''
    let done = 0
    for (const [index, value] of [...values].sort(([a], [b]) => a - b)) {
      const end = index * UNIT_DIGITS + PATH_DIGITS
      text += this.text.slice(done, end) + digestOf(valueHash(value), VALUE_DIGITS)
      done = end + VALUE_DIGITS
    }
    return new Digests(text + this.text.slice(done))
  }

  find(place: UnitPlace, value: Json): UnitState {
    const known = this.values.get(place.digest)
    if (known === undefined) return 'foreign'
    return known === digestOf(valueHash(value), VALUE_DIGITS) ? 'ours' : 'edited'
  }

  toString(): string {
    return this.text
  }

  private get values(): ReadonlyMap<string, string> {
    if (this.read !== undefined) return this.read
    const { text } = this
    this.read = new Map()
    for (let i = 0; i < text.length; i += UNIT_DIGITS) this.read.set(text.slice(i, i + PATH_DIGITS), text.slice(i + PATH_DIGITS, i + UNIT_DIGITS))
    return this.read
  }
}

/** `digits` characters, 6 bits each, of a hash of the text. */
export function digest(text: string, digits: number): string {
  return digestOf(hashText(START, text), digits)
}

// An FNV-1a hash of the JSON text, which is never made: a workload has hundreds of units.
const START = 0x811c9dc5
const PRIME = 0x01000193

function hashText(start: number, text: string): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME)
  return hash
}

function hashCode(hash: number, code: number): number {
  return Math.imul(hash ^ code, PRIME)
}

const hashes = new SharedMemo<number>()

function valueHash(value: Json): number {
  return hashes.of(value, () => hashValue(START, value))
}

function hashString(start: number, text: string): number {
  let hash = hashCode(start, QUOTE)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // What JSON escapes.
    if (code < 32 || code === QUOTE || code === BACKSLASH || (code >= 0xd800 && code < 0xe000)) return hashText(start, JSON.stringify(text))
    hash = Math.imul(hash ^ code, PRIME)
  }
  return hashCode(hash, QUOTE)
}

/** The order of keys is not the value. */
function hashValue(start: number, value: Json): number {
  if (typeof value === 'string') return hashString(start, value)
  if (typeof value !== 'object' || value === null) return hashText(start, JSON.stringify(value))
  let hash = hashCode(start, Array.isArray(value) ? LEFT_BRACKET : LEFT_BRACE)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (i > 0) hash = hashCode(hash, COMMA)
      hash = hashValue(hash, value[i] ?? null)
    }
    return hashCode(hash, RIGHT_BRACKET)
  }
  const keys = Object.keys(value).sort()
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? ''
    if (i > 0) hash = hashCode(hash, COMMA)
    hash = hashValue(hashCode(hashString(hash, key), COLON), value[key] ?? null)
  }
  return hashCode(hash, RIGHT_BRACE)
}

const QUOTE = 34
const COMMA = 44
const COLON = 58
const LEFT_BRACKET = 91
const BACKSLASH = 92
const RIGHT_BRACKET = 93
const LEFT_BRACE = 123
const RIGHT_BRACE = 125

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A hash, mixed once more, as `digits` characters. */
function digestOf(fnv: number, digits: number): string {
  let hash = Math.imul(fnv ^ (fnv >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash ^= hash >>> 16
  let word = ''
  for (let i = 0; i < digits; i++) word += ALPHABET[(hash >>> (i * 6)) & 63] ?? ''
  return word
}
