// Prints one basic value with a verb, flags, width and precision as Go's fmt does (documentation of fmt).

import { canBackquote, quote, quoteRune, quoteRuneToAscii, quoteToAscii } from './strconv.ts'
import { type FloatForm, formatFloat } from './strconv-float.ts'
import { isPrint } from './unicode.ts'
import { countRunes, firstRunes, fromRune, toBytes } from './utf8.ts'

/** The flags of one verb; -1 is a width or precision that was not given. */
export interface Flags {
  plus: boolean
  minus: boolean
  sharp: boolean
  space: boolean
  zero: boolean
  /** `%+v`: structs with field names. */
  plusV: boolean
  /** `%#v`: Go syntax. */
  sharpV: boolean
  width: number
  precision: number
}

/** The state of a verb without flags, width and precision. */
export function noFlags(): Flags {
  return { plus: false, minus: false, sharp: false, space: false, zero: false, plusV: false, sharpV: false, width: -1, precision: -1 }
}

/** Pads to the width, which counts runes. */
export function pad(flags: Flags, text: string, zeros: boolean = flags.zero): string {
  if (flags.width < 0) return text
  const missing = flags.width - countRunes(text)
  if (missing <= 0) return text
  if (flags.minus) return text + ' '.repeat(missing)
  return (zeros ? '0' : ' ').repeat(missing) + text
}

/** A bool under a verb; undefined where the verb is wrong for it. So too below. */
export function formatBool(flags: Flags, value: boolean, verb: string): string | undefined {
  return verb === 't' || verb === 'v' ? pad(flags, String(value)) : undefined
}

/** An integer with one of the verbs b c d o O q U v x X. */
export function formatInteger(flags: Flags, value: bigint, { verb, unsigned }: { verb: string; unsigned: boolean }): string | undefined {
  switch (verb) {
    case 'v':
      return unsigned && flags.sharpV ? hexWithPrefix(flags, value, true) : digits(flags, value, { base: 10, verb })
    case 'd':
      return digits(flags, value, { base: 10, verb })
    case 'b':
      return digits(flags, value, { base: 2, verb })
    case 'o':
    case 'O':
      return digits(flags, value, { base: 8, verb })
    case 'x':
    case 'X':
      return digits(flags, value, { base: 16, verb })
    case 'c':
      return pad(flags, fromRune(rune(value)))
    case 'q':
      return pad(flags, flags.plus ? quoteRuneToAscii(rune(value)) : quoteRune(rune(value)))
    case 'U':
      return unicode(flags, value)
    default:
      return undefined
  }
}

/** A number in hexadecimal, with `0x` or without whatever the flags say. */
export function hexWithPrefix(flags: Flags, value: bigint, prefix: boolean): string {
  return digits({ ...flags, sharp: prefix }, value, { base: 16, verb: 'v' })
}

const MAX_RUNE = 0x10ffffn

function rune(value: bigint): number {
  return value < 0n || value > MAX_RUNE ? 0xfffd : Number(value)
}

function digits(flags: Flags, value: bigint, { base, verb }: { base: 2 | 8 | 10 | 16; verb: string }): string {
  const negative = value < 0n
  if (flags.precision === 0 && value === 0n) return pad(flags, '', false)
  let text = (negative ? -value : value).toString(base)
  if (verb === 'X') text = text.toUpperCase()
  let least = flags.precision
  if (least < 0 && flags.zero && !flags.minus && flags.width >= 0) least = flags.width - (negative || flags.plus || flags.space ? 1 : 0)
  text = text.padStart(least, '0')
  if (flags.sharp) {
    if (base === 2) text = `0b${text}`
    else if (base === 8 && !text.startsWith('0')) text = `0${text}`
    else if (base === 16) text = (verb === 'X' ? '0X' : '0x') + text
  }
  if (verb === 'O') text = `0o${text}`
  if (negative) text = `-${text}`
  else if (flags.plus) text = `+${text}`
  else if (flags.space) text = ` ${text}`
  return pad(flags, text, false)
}

/** `U+0041`, with `#` also the character. */
function unicode(flags: Flags, value: bigint): string {
  const unsigned = BigInt.asUintN(64, value)
  const text = `U+${unsigned.toString(16).toUpperCase().padStart(Math.max(flags.precision, 4), '0')}`
  const shown = flags.sharp && unsigned <= MAX_RUNE && isPrint(Number(unsigned)) ? `${text} '${fromRune(Number(unsigned))}'` : text
  return pad(flags, shown, false)
}

/** A float with one of the verbs b e E f F g G v x X. */
export function formatFloating(flags: Flags, value: number, { verb, bits }: { verb: string; bits: 32 | 64 }): string | undefined {
  switch (verb) {
    case 'v':
      return floating(flags, value, { form: 'g', precision: -1, bits, verb })
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      return floating(flags, value, { form: verb, precision: -1, bits, verb })
    case 'e':
    case 'E':
    case 'f':
    case 'F':
      return floating(flags, value, { form: verb, precision: 6, bits, verb })
    default:
      return undefined
  }
}

interface FloatVerb {
  readonly form: FloatForm
  readonly precision: number
  readonly bits: 32 | 64
  readonly verb: string
}

function floating(flags: Flags, value: number, { form, precision: standard, bits, verb }: FloatVerb): string {
  const precision = flags.precision >= 0 ? flags.precision : standard
  const text = formatFloat(value, form, precision, bits)
  const signed = text[0] === '-' || text[0] === '+' ? text : `+${text}`
  let sign = signed[0] === '-' ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  let number = signed.slice(1)
  if (number === 'Inf' || number === 'NaN') {
    // Zeros before a word would not make a number. An infinity keeps its sign, also a plus.
    if (number === 'Inf' && sign === '') sign = '+'
    return pad(flags, sign + number, false)
  }
  if (flags.sharp && form !== 'b') number = withPoint(number, verb, precision)
  if (sign !== '' && flags.zero && !flags.minus && flags.width > number.length + 1) return sign + number.padStart(flags.width - 1, '0')
  return pad(flags, sign + number)
}

/** The `#` flag: a decimal point always, and for %g trailing zeros up to the precision. */
function withPoint(number: string, verb: string, precision: number): string {
  const isHex = verb === 'x' || verb === 'X'
  const [, mantissa = '', exponent = ''] = (isHex ? /^(.*?)([pP].*)?$/ : /^(.*?)([eEpP].*)?$/).exec(number) ?? []
  let missing = 0
  if (verb === 'v' || verb === 'g' || verb === 'G' || verb === 'x') {
    missing = precision < 0 ? 6 : precision
    // Hexadecimal digits, and the x of the prefix, count as Go counts them: from the first that is not 0.
    const significant = mantissa.replace('.', '').replace(/^0+/, '')
    missing -= significant.length
    if (!mantissa.includes('.') && mantissa === '0') missing -= 1
  }
  const pointed = mantissa.includes('.') ? mantissa : `${mantissa}.`
  return pointed + '0'.repeat(Math.max(missing, 0)) + exponent
}

/** `(1+2i)`; each part under the same flags, the second always signed. */
export function formatComplex(flags: Flags, { re, im }: { re: number; im: number }, verb: string): string | undefined {
  const real = formatFloating(flags, re, { verb, bits: 64 })
  const imaginary = formatFloating({ ...flags, plus: true }, im, { verb, bits: 64 })
  return real === undefined || imaginary === undefined ? undefined : `(${real}${imaginary}i)`
}

/** A string or bytes with one of the verbs s q v x X. */
export function formatText(flags: Flags, text: string, verb: string): string | undefined {
  switch (verb) {
    case 'v':
      return flags.sharpV ? quoted(flags, text) : pad(flags, truncated(flags, text))
    case 's':
      return pad(flags, truncated(flags, text))
    case 'q':
      return quoted(flags, text)
    case 'x':
    case 'X':
      return hexBytes(flags, toBytes(text), verb)
    default:
      return undefined
  }
}

function quoted(flags: Flags, text: string): string {
  const shown = truncated(flags, text)
  if (flags.sharp && canBackquote(shown)) return pad(flags, `\`${shown}\``)
  return pad(flags, flags.plus ? quoteToAscii(shown) : quote(shown))
}

/** The precision of a string cuts it to that many runes. */
function truncated(flags: Flags, text: string): string {
  if (flags.precision < 0 || text.length <= flags.precision) return text
  return firstRunes(text, flags.precision)
}

/** The bytes of a string or byte slice in hexadecimal. */
export function hexBytes(flags: Flags, bytes: Uint8Array, verb: 'x' | 'X'): string {
  const shown = flags.precision >= 0 ? bytes.subarray(0, flags.precision) : bytes
  const prefix = flags.sharp ? `0${verb}` : ''
  const texts = Array.from(shown, byte => byte.toString(16).padStart(2, '0'))
  const joined = flags.space ? texts.join(` ${prefix}`) : texts.join('')
  const text = texts.length === 0 ? '' : prefix + joined
  if (verb === 'x') return pad(flags, text)
  return pad(flags, text.toUpperCase())
}
