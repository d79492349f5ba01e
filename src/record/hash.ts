// An FNV-1a hash of values by their JSON text, printed as characters of 6 bits each.

import { type Json, SharedMemo } from '../lib/model/index.ts'

/** `digits` characters, 6 bits each, of a hash of the text. */
export function digest(text: string, digits: number): string {
  return digestOf(hashText(START, text), digits)
}

// An FNV-1a hash of the JSON text, which is never made: a workload has hundreds of units.
export const START = 0x811c9dc5
const PRIME = 0x01000193

function hashText(start: number, text: string): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME)
  return hash
}

export function hashCode(hash: number, code: number): number {
  return Math.imul(hash ^ code, PRIME)
}

const hashes = new SharedMemo<number>()

/** Of the value's JSON text, keys sorted. */
export function valueHash(value: Json): number {
  return hashes.of(value, () => hashValue(START, value))
}

export function hashString(start: number, text: string): number {
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
export const COMMA = 44
const COLON = 58
export const LEFT_BRACKET = 91
const BACKSLASH = 92
export const RIGHT_BRACKET = 93
const LEFT_BRACE = 123
const RIGHT_BRACE = 125

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A hash, mixed once more, as `digits` characters. */
export function digestOf(fnv: number, digits: number): string {
  let hash = Math.imul(fnv ^ (fnv >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash ^= hash >>> 16
  let word = ''
  for (let i = 0; i < digits; i++) word += ALPHABET[(hash >>> (i * 6)) & 63] ?? ''
  return word
}
