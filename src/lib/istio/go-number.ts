// What Go's strconv answers to texts that are no numbers or booleans (documentation of strconv).
import { goQuote } from './go-text.ts'

/** Why ParseUint(text, 10, bits) fails: `strconv.ParseUint: parsing "x": invalid syntax`; undefined when it does not. */
export function parseUintError(text: string, bits: 16 | 32): string | undefined {
  const fail = (why: string) => `strconv.ParseUint: parsing ${goQuote(text)}: ${why}`
  if (text === '') return fail('invalid syntax')
  const limit = 2 ** bits
  let value = 0
  for (const digit of text) {
    if (digit < '0' || digit > '9') return fail('invalid syntax')
    value = value * 10 + Number(digit)
    // Go stops at the digit that is too much, whatever follows.
    if (value >= limit) return fail('value out of range')
  }
  return undefined
}

/** Atoi: the number, or Go's error text. */
export function atoi(text: string): number | string {
  const fail = (why: string) => `strconv.Atoi: parsing ${goQuote(text)}: ${why}`
  if (!/^[+-]?[0-9]+$/.test(text)) return fail('invalid syntax')
  const value = BigInt(text.replace(/^\+/, ''))
  return BigInt.asIntN(64, value) === value ? Number(value) : fail('value out of range')
}

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** ParseBool: the value, or undefined for what it refuses. */
export function parseBool(text: string): boolean | undefined {
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined
}

/** Go's strings.TrimSpace: Unicode white space, which is not quite JavaScript's (no U+FEFF, but U+0085). */
export function trimSpace(text: string): string {
  return text.replace(
    /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g,
    '',
  )
}
