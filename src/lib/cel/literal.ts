// Values of literals: numbers, texts and bytes with their escapes (google/cel-spec, doc/langdef.md, "String and Bytes Values").

import { parseFloating } from '../go/strconv.ts'
import { GoError } from '../go/value.ts'
import type { Token } from './lexer.ts'
import { type CelValue, Uint } from './value.ts'

export const MAX_INT = 2n ** 63n - 1n
export const MIN_INT = -(2n ** 63n)
export const MAX_UINT = 2n ** 64n - 1n

type Literal = { readonly value: CelValue } | { readonly error: string }

/** The value of a token with its sign, or an error message; undefined for a token that is not a literal. */
export function literalOf(kind: Token['kind'], text: string, negative: boolean): Literal | undefined {
  const number = (value: CelValue | undefined): Literal => (value === undefined ? { error: `invalid ${kind} literal` } : { value })
  if (kind === 'int') return number(intLiteral(text, negative))
  if (kind === 'double') return number(doubleLiteral(text, negative))
  if (negative) return undefined
  if (kind === 'uint') return number(uintLiteral(text))
  if (kind === 'string') return stringLiteral(text)
  if (kind === 'bytes') return bytesLiteral(text)
  if (kind !== 'identifier') return undefined
  if (text === 'null') return { value: null }
  return text === 'true' || text === 'false' ? { value: text === 'true' } : undefined
}

/** The value of an integer literal with its sign, or undefined if it overflows. */
function intLiteral(text: string, negative: boolean): CelValue | undefined {
  const value = negative ? -BigInt(text) : BigInt(text)
  return value > MAX_INT || value < MIN_INT ? undefined : value
}

function uintLiteral(text: string): CelValue | undefined {
  const value = BigInt(text.slice(0, -1))
  return value > MAX_UINT ? undefined : new Uint(value)
}

function doubleLiteral(text: string, negative: boolean): CelValue | undefined {
  try {
    const value = parseFloating(text)
    return negative ? -value : value
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

/** The text of a string literal, or an error message. */
function stringLiteral(text: string): { readonly value: string } | { readonly error: string } {
  const { body, raw } = unwrapped(text)
  if (raw || !body.includes('\\')) return { value: body }
  let wrong = false
  const value = body.replace(ESCAPES, (...match: readonly (string | undefined)[]) => {
    const point = codeOf(match)
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) wrong = true
    return wrong ? '' : String.fromCodePoint(point)
  })
  return wrong ? { error: 'invalid unicode code point' } : { value }
}

/** The bytes of a bytes literal, or an error message. */
function bytesLiteral(text: string): { readonly value: Uint8Array } | { readonly error: string } {
  const { body, raw } = unwrapped(text.slice(1))
  if (raw) return { value: new TextEncoder().encode(body) }
  const parts: number[] = []
  let end = 0
  for (const match of body.matchAll(ESCAPES)) {
    if (match[4] !== undefined || match[5] !== undefined) return { error: 'unable to unescape string' }
    for (const byte of new TextEncoder().encode(body.slice(end, match.index))) parts.push(byte)
    parts.push(codeOf(match))
    end = match.index + match[0].length
  }
  for (const byte of new TextEncoder().encode(body.slice(end))) parts.push(byte)
  return { value: Uint8Array.from(parts) }
}

/** The code point or byte that an escape stands for. */
function codeOf([, simple, hex, octal, short, long]: readonly (string | undefined)[]): number {
  if (simple !== undefined) return (SIMPLE.get(simple) ?? simple).charCodeAt(0)
  return octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8)
}

function unwrapped(text: string): { readonly body: string; readonly raw: boolean } {
  const raw = text.startsWith('r') || text.startsWith('R')
  const quoted = raw ? text.slice(1) : text
  const width = /^("""|''')/.test(quoted) ? 3 : 1
  // Line ends are read as line feeds.
  return { body: quoted.slice(width, -width).replace(/\r\n?/g, '\n'), raw }
}

const ESCAPES = /\\(?:([abfnrtv"'\\?`])|[xX]([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g

const SIMPLE: ReadonlyMap<string, string> = new Map(Object.entries({ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }))
