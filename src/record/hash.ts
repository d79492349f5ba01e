// Hashes values as if by their JSON text, and prints hashes as characters of 6 bits each. The JSON text itself is not built, because a workload has hundreds of
// units.

import type { Json } from '../lib/model/index.ts'

/** One of two hashes that are independent of each other: FNV-1a with its own prime and start, and with others. */
export interface Lane {
  readonly start: number
  readonly prime: number
}

export const FIRST: Lane = { start: 0x811c9dc5, prime: 0x01000193 }
export const SECOND: Lane = { start: 0x2b992ddf, prime: 0x5bd1e995 }

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
  const { prime } = lane
  let hash = hashCode(lane, start, QUOTE)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // JSON escapes these.
    if (code < 32 || code === QUOTE || code === BACKSLASH || (code >= 0xd800 && code < 0xe000)) return hashText(lane, start, JSON.stringify(text))
    hash = Math.imul(hash ^ code, prime)
  }
  return hashCode(lane, hash, QUOTE)
}

/** Adds the JSON text of a value to a hash, with sorted keys. */
export function hashValue(lane: Lane, start: number, value: Json): number {
  if (typeof value === 'string') return hashString(lane, start, value)
  if (typeof value !== 'object' || value === null) return hashText(lane, start, JSON.stringify(value))
  let hash = hashCode(lane, start, Array.isArray(value) ? LEFT_BRACKET : LEFT_BRACE)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (i > 0) hash = hashCode(lane, hash, COMMA)
      hash = hashValue(lane, hash, value[i] ?? null)
    }
    return hashCode(lane, hash, RIGHT_BRACKET)
  }
  const keys = Object.keys(value).sort()
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? ''
    if (i > 0) hash = hashCode(lane, hash, COMMA)
    hash = hashValue(lane, hashCode(lane, hashString(lane, hash, key), COLON), value[key] ?? null)
  }
  return hashCode(lane, hash, RIGHT_BRACE)
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
