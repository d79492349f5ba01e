// Hashes values as if by their JSON text, and prints hashes as characters of 6 bits each. The JSON text itself is not built, because a workload has hundreds of
// units.

import type { Json, JsonObject } from '../lib/model/index.ts'

/** One of two hashes that are independent of each other: FNV-1a with its own prime and start, and with others. */
export interface Lane {
  readonly start: number
  readonly prime: number
}

const FIRST_PRIME = 0x01000193
const SECOND_PRIME = 0x5bd1e995
export const FIRST: Lane = { start: 0x811c9dc5, prime: FIRST_PRIME }
export const SECOND: Lane = { start: 0x2b992ddf, prime: SECOND_PRIME }

/** `digits` characters of a hash of the text, five from each lane: 5 are 30 bits, 10 are 60. */
export function digest(text: string, digits: 5 | 10): string {
  const first = digestOf(hashText(FIRST, FIRST.start, text), 5)
  return digits === 5 ? first : first + digestOf(hashText(SECOND, SECOND.start, text), 5)
}

function hashText({ prime }: Lane, start: number, text: string): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
  return hash
}

/** One step of a hash. */
export function hashCode({ prime }: Lane, hash: number, code: number): number {
  return Math.imul(hash ^ code, prime)
}

/** Adds the JSON text of a string to a hash. */
export function hashString(lane: Lane, start: number, text: string): number {
  if (isEscaped(text)) return hashText(lane, start, JSON.stringify(text))
  return hashCode(lane, hashText(lane, hashCode(lane, start, QUOTE), text), QUOTE)
}

/** Hashes values by their JSON text with sorted keys. It computes three hashes in one walk through the value, because the walk is most of the work. */
export class ValueHashes {
  /** Of the value alone. */
  alone = 0
  /** Of the value after its path, in the first lane. */
  first = 0
  /** The same in the second lane. */
  second = 0

  /**
   * Hashes another value.
   * @param path the hash of the value's path
   */
  of(value: Json, path: number): this {
    this.alone = FIRST.start
    this.first = path
    this.second = path
    this.add(value)
    return this
  }

  private add(value: Json): void {
    if (typeof value === 'string') this.addString(value)
    else if (typeof value !== 'object' || value === null) this.addText(JSON.stringify(value))
    else if (Array.isArray(value)) this.addList(value)
    else this.addObject(value)
  }

  private addList(list: readonly Json[]): void {
    this.addCode(LEFT_BRACKET)
    for (let i = 0; i < list.length; i++) {
      if (i > 0) this.addCode(COMMA)
      this.add(list[i] ?? null)
    }
    this.addCode(RIGHT_BRACKET)
  }

  private addObject(object: JsonObject): void {
    this.addCode(LEFT_BRACE)
    const keys = Object.keys(object)
    if (keys.length > 1) keys.sort()
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? ''
      if (i > 0) this.addCode(COMMA)
      this.addString(key)
      this.addCode(COLON)
      this.add(object[key] ?? null)
    }
    this.addCode(RIGHT_BRACE)
  }

  private addString(text: string): void {
    if (isEscaped(text)) this.addText(JSON.stringify(text))
    else {
      this.addCode(QUOTE)
      this.addText(text)
      this.addCode(QUOTE)
    }
  }

  private addText(text: string): void {
    let { alone, first, second } = this
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      alone = Math.imul(alone ^ code, FIRST_PRIME)
      first = Math.imul(first ^ code, FIRST_PRIME)
      second = Math.imul(second ^ code, SECOND_PRIME)
    }
    this.alone = alone
    this.first = first
    this.second = second
  }

  private addCode(code: number): void {
    this.alone = Math.imul(this.alone ^ code, FIRST_PRIME)
    this.first = Math.imul(this.first ^ code, FIRST_PRIME)
    this.second = Math.imul(this.second ^ code, SECOND_PRIME)
  }
}

/** Whether JSON escapes a character of the text. */
function isEscaped(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || code === QUOTE || code === BACKSLASH || (code >= 0xd800 && code < 0xe000)) return true
  }
  return false
}

const QUOTE = 34
export const COMMA = 44
const COLON = 58
export const LEFT_BRACKET = 91
const BACKSLASH = 92
export const RIGHT_BRACKET = 93
const LEFT_BRACE = 123
const RIGHT_BRACE = 125

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The final mix of a hash, as `digits` characters: at most five. */
export function digestOf(hash: number, digits: number): string {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  mixed ^= mixed >>> 16
  let word = ''
  for (let i = 0; i < digits; i++) word += ALPHABET[(mixed >>> (i * 6)) & 63] ?? ''
  return word
}
