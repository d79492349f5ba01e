// Go's strconv: quoting, and numbers from text with Go's error texts (the package's documentation and the Go language's literals).

import { isPrint } from './unicode.ts'
import { canonical, fromRune, RUNE_ERROR, runeOf } from './utf8.ts'
import { GoError } from './value.ts'

export { formatFloat } from './strconv-float.ts'
// Under Go's names for importers; here they would shadow JavaScript's own.
export { parseFloating as parseFloat, parseInteger as parseInt }

/** The size of an integer type. */
export type IntBits = 8 | 16 | 32 | 64

/** Go's *strconv.NumError: `strconv.ParseInt: parsing "x": invalid syntax`. */
export class NumError extends GoError {
  /** The value that Go returns beside the error: 0, or the nearest value when out of range. */
  readonly nearest: bigint | number

  constructor(func: string, text: string, problem: string, nearest: bigint | number = 0n) {
    super(`strconv.${func}: parsing ${quote(text)}: ${problem}`)
    this.nearest = nearest
  }
}

const SYNTAX = 'invalid syntax'
const RANGE = 'value out of range'

/** Go's strconv.Quote: `quote('a"\n')` is `"a\"\n"` with the escapes written out. */
export function quote(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : `"${escaped(text, '"', false)}"`
}

/** Go's strconv.QuoteToASCII. */
export function quoteToAscii(text: string): string {
  return `"${escaped(text, '"', true)}"`
}

/** Go's strconv.QuoteRune: `'x'`; U+FFFD for a number that is not a Unicode character. */
export function quoteRune(rune: number): string {
  return `'${escaped(fromRune(rune), "'", false)}'`
}

/** Go's strconv.QuoteRuneToASCII. */
export function quoteRuneToAscii(rune: number): string {
  return `'${escaped(fromRune(rune), "'", true)}'`
}

/** Whether the text can stand unchanged between backquotes. */
export function canBackquote(text: string): boolean {
  return !/[\x00-\x08\x0a-\x1f`\x7f\ufeff]|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)
}

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
])

function escaped(text: string, mark: string, ascii: boolean): string {
  return text.replace(/[^ !#-&(-[\]-~]/gu, char => {
    const code = char.codePointAt(0) ?? 0
    if (char === mark || char === '\\') return `\\${char}`
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code & 0xff, 2)}`
    if (code < 0x7f ? code >= 0x20 : !ascii && isPrint(code)) return char
    return NAMED_ESCAPES.get(char) ?? escapeRune(runeOf(char))
  })
}

function escapeRune(rune: number): string {
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`
  return rune > 0xffff ? `\\U${hex(rune, 8)}` : `\\u${hex(rune, 4)}`
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0')
}

/** Go's strconv.Unquote of a `"…"`, `` `…` `` or `'…'` literal. Throws GoError `invalid syntax`. */
export function unquote(literal: string): string {
  const mark = literal[0]
  if (literal.length < 2 || mark === undefined || !literal.endsWith(mark)) throw new GoError(SYNTAX)
  const body = literal.slice(1, -1)
  if (mark === '`') {
    if (body.includes('`')) throw new GoError(SYNTAX)
    return body.replaceAll('\r', '')
  }
  if ((mark !== '"' && mark !== "'") || body.includes('\n')) throw new GoError(SYNTAX)
  if (mark === '"' && !body.includes('\\') && !body.includes('"')) return body.toWellFormed()
  let out = ''
  let rest = body
  while (rest !== '') {
    const { text, tail } = unquoteChar(rest, mark)
    out += text
    rest = tail
    if (mark === "'") break
  }
  if (rest !== '') throw new GoError(SYNTAX)
  return canonical(out)
}

/** A character as Go's strconv.UnquoteChar takes it off the front of the inside of a literal. */
export interface UnquotedChar {
  readonly rune: number
  /** The text that the character stands for: the rune, or one byte for `\x` and octal escapes. */
  readonly text: string
  readonly tail: string
}

/** Go's strconv.UnquoteChar; `mark` is the quote that must be escaped. Throws GoError `invalid syntax`. */
export function unquoteChar(text: string, mark: string): UnquotedChar {
  const first = text.codePointAt(0)
  if (first === undefined) throw new GoError(SYNTAX)
  const char = String.fromCodePoint(first)
  if (char === mark && (mark === '"' || mark === "'")) throw new GoError(SYNTAX)
  if (char !== '\\') return { rune: runeOf(char), text: fromRune(runeOf(char)), tail: text.slice(char.length) }
  const kind = text[1] ?? ''
  const simple = SIMPLE_ESCAPES.get(kind)
  if (simple !== undefined && (kind !== "'" || mark === "'") && (kind !== '"' || mark === '"')) {
    return { rune: simple.charCodeAt(0), text: simple, tail: text.slice(2) }
  }
  const match = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(text)
  if (match === null) throw new GoError(SYNTAX)
  const [whole, byte, short, long, octal] = match
  const rune = octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(byte ?? short ?? long ?? '', 16)
  const tail = text.slice(whole.length)
  if (byte !== undefined || octal !== undefined) {
    if (rune > 0xff) throw new GoError(SYNTAX)
    return { rune, text: rune < 0x80 ? String.fromCharCode(rune) : String.fromCharCode(0xdc00 + rune), tail }
  }
  if (fromRune(rune) === '\ufffd' && rune !== RUNE_ERROR) throw new GoError(SYNTAX)
  return { rune, text: fromRune(rune), tail }
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
])

/** Go's strconv.ParseBool. Throws NumError. */
export function parseBool(text: string): boolean {
  if (TRUE.has(text)) return true
  if (FALSE.has(text)) return false
  throw new NumError('ParseBool', text, SYNTAX)
}

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

/**
 * Go's strconv.ParseInt. Base 0 means by prefix (`0x`, `0o`, `0b`, `0`), and allows underscores. Throws NumError.
 *
 * `parseInt('0x1F', 0)` is `31n`.
 */
export function parseInteger(text: string, base: number = 10, bits: IntBits = 64): bigint {
  return signed(text, { base, bits, func: 'ParseInt' })
}

/** Go's strconv.Atoi: an int in decimal. Throws NumError. */
export function atoi(text: string): bigint {
  return signed(text, { base: 10, bits: 64, func: 'Atoi' })
}

/** Go's strconv.ParseUint. Throws NumError. */
export function parseUint(text: string, base: number = 10, bits: IntBits = 64): bigint {
  return magnitude(text, { base, bits, func: 'ParseUint', whole: text })
}

interface IntegerForm {
  readonly base: number
  readonly bits: IntBits
  readonly func: string
}

function signed(text: string, form: IntegerForm): bigint {
  const sign = text[0]
  const limit = 1n << BigInt(form.bits - 1)
  const nearest = sign === '-' ? -limit : limit - 1n
  const value = magnitude(sign === '-' || sign === '+' ? text.slice(1) : text, { ...form, whole: text, nearest })
  if (sign === '-' ? value > limit : value >= limit) throw new NumError(form.func, text, RANGE, nearest)
  return sign === '-' ? -value : value
}

/** The number that unsigned digits stand for. As in Go, digits that overflow are reported before wrong characters after them. */
function magnitude(text: string, { base, bits, func, whole, nearest }: IntegerForm & { whole: string; nearest?: bigint }): bigint {
  const max = (1n << BigInt(bits)) - 1n
  const prefix = base === 0 ? /^0(?:[xXoObB](?=.)|(?=.))/.exec(text)?.[0] : undefined
  const radix = base !== 0 ? base : prefix === undefined ? 10 : (RADIX.get(prefix.toLowerCase()) ?? 8)
  // Numbers below 2^53 need no big arithmetic, and nearly all are.
  let small = 0
  let value = 0n
  for (let i = prefix?.length ?? 0; i < text.length; i++) {
    if (base === 0 && text[i] === '_') continue
    const digit = digitOf(text.charCodeAt(i))
    if (digit >= radix) throw new NumError(func, whole, SYNTAX)
    if (value === 0n && small < SMALL) {
      small = small * radix + digit
      if (small >= SMALL) value = BigInt(small)
      if (bits < 64 && small > max) throw new NumError(func, whole, RANGE, nearest ?? max)
      continue
    }
    value = value * BigInt(radix) + BigInt(digit)
    if (value > max) throw new NumError(func, whole, RANGE, nearest ?? max)
  }
  if (text === '' || (base === 0 && text.includes('_') && !underscoresOk(text))) throw new NumError(func, whole, SYNTAX)
  return value === 0n ? BigInt(small) : value
}

const SMALL = 2 ** 47
const RADIX: ReadonlyMap<string, number> = new Map([
  ['0x', 16],
  ['0o', 8],
  ['0b', 2],
])

/** The value of a digit, 0 to 35; Infinity for a character that is not a digit in any base. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a && code < 0x80 ? lower - 0x61 + 10 : Number.POSITIVE_INFINITY
}

const DECIMAL = /^[+-]?(?:[0-9_]+\.?[0-9_]*|\.[0-9_]+)(?:[eE][+-]?[0-9_]+)?$/
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([+-]?[0-9_]+)$/
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i

/** Go's strconv.ParseFloat: decimal, hexadecimal, infinities and NaN. Throws NumError (out of range: `nearest` is an infinity). */
export function parseFloating(text: string, bits: 32 | 64 = 64): number {
  const special = SPECIAL.exec(text)
  if (special !== null) return specialFloat(special[1] ?? '', special[2] ?? '', text)
  const value = DECIMAL.test(text) ? decimal(text) : hexadecimal(text)
  if (value === undefined) throw new NumError('ParseFloat', text, SYNTAX, 0)
  const rounded = bits === 32 ? Math.fround(value) : value
  if (!Number.isFinite(rounded)) throw new NumError('ParseFloat', text, RANGE, rounded)
  return rounded
}

function specialFloat(sign: string, word: string, text: string): number {
  if (word.toLowerCase() !== 'nan') return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (sign !== '') throw new NumError('ParseFloat', text, SYNTAX, 0)
  return Number.NaN
}

function decimal(text: string): number | undefined {
  if (!text.includes('_')) return /[0-9]/.test(text) ? Number(text) : undefined
  return underscoresOk(text) ? Number(text.replaceAll('_', '')) : undefined
}

/** Underscores must have a digit on both sides, or the base prefix before them. */
function underscoresOk(text: string): boolean {
  const number = text.replace(/^[+-]/, '').replace(/^0[xXoObB]/, '0')
  const digit = /^[+-]?0[xX]/.test(text) ? '[0-9a-fA-F]' : '[0-9]'
  return !new RegExp(`_(?!${digit})|(?<!${digit})_`).test(number)
}

function hexadecimal(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text)
  if (match === null || !underscoresOk(text)) return undefined
  const [, sign, whole = '', fraction = '', power = '0'] = match
  const digits = whole.replaceAll('_', '') + fraction.replaceAll('_', '')
  if (digits === '') return undefined
  const mantissa = BigInt(`0x${digits}`)
  const exponent = Math.max(-100_000, Math.min(100_000, Number(power.replaceAll('_', '')))) - 4 * fraction.replaceAll('_', '').length
  const value = scale(mantissa, exponent)
  return sign === '-' ? -value : value
}

/** mantissa × 2^exponent rounded to the nearest float64, ties to even. */
function scale(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0
  const length = mantissa.toString(2).length
  // The last place that a float64 of this size holds; subnormals end at 2^-1074.
  const last = Math.max(length + exponent - 53, -1074)
  const drop = last - exponent
  if (length + exponent > 1100) return Number.POSITIVE_INFINITY
  if (drop > length + 1) return 0
  let kept = mantissa
  if (drop > 0) {
    const unit = 1n << BigInt(drop)
    const rest = mantissa % unit
    kept = mantissa / unit
    if (rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n)) kept += 1n
  } else kept = mantissa << BigInt(-drop)
  // 2^last may be below the smallest normal number, so scale in two exact steps.
  const half = Math.trunc(last / 2)
  return Number(kept) * 2 ** half * 2 ** (last - half)
}
