// Parses and prints Kubernetes quantities as apimachinery's resource.Quantity does (istio-rules.md, 10.9), without expanding exponents.

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** The value `unscaled × 10^scale`. */
export interface Quantity {
  readonly unscaled: bigint
  readonly scale: number
  readonly format: QuantityFormat
  /** The text as it was given, where Kubernetes keeps it; '' where it prints the canonical form. */
  readonly text: string
}

/** A text that is not a quantity, with apimachinery's words. */
export class QuantityError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'QuantityError'
  }
}

export const ZERO_QUANTITY: Quantity = { unscaled: 0n, scale: 0, format: 'DecimalSI', text: '' }

/**
 * Reads a quantity, without trimming.
 * @throws QuantityError `quantities must match the regular expression …` or `unable to parse quantity's suffix`
 * @example parseQuantity('1.5Gi').unscaled // 1610612736n
 */
export function parseQuantity(text: string): Quantity {
  if (text === '0') return { ...ZERO_QUANTITY, text }
  // Arithmetic on millions of digits would take minutes; no amount has thousands.
  const match = text.length > MAX_LENGTH ? null : QUANTITY.exec(text)
  if (match === null || text === '') throw new QuantityError(WRONG_FORMAT)
  const [, sign = '', whole = '', decimals = '', suffixText = ''] = match
  const suffix = readSuffix(suffixText)
  if (suffix === undefined) throw new QuantityError("unable to parse quantity's suffix")
  const number = whole.replace(/^0+/, '') || '0'
  const digits = number + decimals
  const binary = suffix.format === 'BinarySI'
  const magnitude = BigInt(digits) * (binary ? 1n << BigInt(suffix.exponent) : 1n)
  const unscaled = sign === '-' ? -magnitude : magnitude
  const scale = (binary ? 0 : suffix.exponent) - decimals.length
  // Kubernetes keeps small exact numbers as an int64 with a scale, and with them the text, unless a glance says that it is not canonical.
  if (binary ? decimals === '' && number.length + Math.trunc((suffix.exponent * 3) / 10) <= 14 : digits.length <= 18 && scale >= NANO) {
    const keep = binary ? BigInt(number) % 8n !== 0n : scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0')
    return { unscaled, scale, format: suffix.format, text: keep ? text : '' }
  }
  return large(unscaled, scale, suffix.format)
}

/** The text of a quantity as Kubernetes prints it. */
export function formatQuantity(quantity: Quantity): string {
  const { unscaled, scale, format, text } = quantity
  if (text !== '') return text
  if (unscaled === 0n) return '0'
  if (format === 'BinarySI') {
    const value = integerOf(unscaled, scale)
    if (value !== undefined && (value >= 1024n || value <= -1024n)) return formatBinary(value)
  }
  const { digits, exponent } = inThousands(unscaled, scale)
  if (format === 'DecimalExponent') return exponent === 0 ? digits : `${digits}e${exponent}`
  // A power of ten that has no letter is lost in Kubernetes too.
  return digits + (DECIMAL[(exponent - NANO) / 3] ?? '')
}

/**
 * The form in which a quantity stands after a typed round trip.
 * @throws QuantityError as parseQuantity does
 * @example canonicalQuantity('1000m') // '1'
 */
export function canonicalQuantity(text: string): string {
  const known = CANONICAL.get(text)
  if (known !== undefined) return known
  const canonical = formatQuantity(parseQuantity(text))
  if (text.length <= 32) {
    if (CANONICAL.size >= 1000) CANONICAL.clear()
    CANONICAL.set(text, canonical)
  }
  return canonical
}

/** The value times 10^-scale, rounded away from zero, as Value (scale 0) and MilliValue (scale -3) give it; capped to int64. */
export function scaledValue(quantity: Quantity, scale: number): bigint {
  const shift = quantity.scale - scale
  if (quantity.unscaled === 0n) return 0n
  if (shift > 19) return quantity.unscaled > 0n ? MAX_INT64 : -MAX_INT64
  const value = shift >= 0 ? quantity.unscaled * 10n ** BigInt(shift) : roundAway(quantity.unscaled, -shift)
  return value > MAX_INT64 ? MAX_INT64 : value < -MAX_INT64 ? -MAX_INT64 : value
}

/**
 * The quantity rounded away from zero to a multiple of 10^scale, as RoundUp does; itself where it is one by its form.
 * @example formatQuantity(roundedUp(parseQuantity('100u'), -3)) // '1m'
 */
export function roundedUp(quantity: Quantity, scale: number): Quantity {
  if (quantity.scale >= scale) return quantity
  return { ...quantity, unscaled: roundAway(quantity.unscaled, scale - quantity.scale), scale, text: '' }
}

/** The sum, in the form of the first, or of the second where the first is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const scale = Math.min(a.scale, b.scale)
  return { unscaled: unscaledAt(a, scale) + unscaledAt(b, scale), scale, format: a.unscaled === 0n ? b.format : a.format, text: '' }
}

/** Negative, zero or positive, as a is smaller than, equal to or greater than b. Exact, whatever the exponents are. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const signs = signOf(a) - signOf(b)
  if (signs !== 0 || a.unscaled === 0n) return Math.sign(signs)
  const magnitudes = digitsBeforePoint(a) - digitsBeforePoint(b)
  if (magnitudes !== 0) return Math.sign(magnitudes) * signOf(a)
  // Of one magnitude, the scales differ by no more than the digits that were written.
  const shift = (quantity: Quantity) => quantity.unscaled * 10n ** BigInt(quantity.scale - Math.min(a.scale, b.scale))
  const [left, right] = [shift(a), shift(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** -1, 0 or 1. */
export function signOf({ unscaled }: Quantity): number {
  return unscaled > 0n ? 1 : unscaled < 0n ? -1 : 0
}

function digitsBeforePoint({ unscaled, scale }: Quantity): number {
  return unscaled.toString().replace('-', '').length + scale
}

/** No amount that anything can have needs a longer shift; a text of an exponent with many digits must not cost that many. */
const MAX_SHIFT = 1000

function unscaledAt({ unscaled, scale }: Quantity, target: number): bigint {
  return unscaled * 10n ** BigInt(Math.min(scale - target, MAX_SHIFT))
}

// Pods of one repository ask for the same few amounts.
const CANONICAL = new Map<string, string>()

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
// Syntax that the parser accepts, which is more than its message says.
const QUANTITY = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/
const MAX_LENGTH = 4096
const NANO = -9
const MAX_INT64 = 2n ** 63n - 1n

interface Suffix {
  readonly exponent: number
  readonly format: QuantityFormat
}

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

const SUFFIXES = new Map<string, Suffix>()
for (const [i, letters] of BINARY.entries()) SUFFIXES.set(letters, { exponent: 10 * i, format: 'BinarySI' })
for (const [i, letter] of DECIMAL.entries()) SUFFIXES.set(letter, { exponent: 3 * i + NANO, format: 'DecimalSI' })

function readSuffix(text: string): Suffix | undefined {
  const known = SUFFIXES.get(text)
  if (known !== undefined) return known
  const exponent = /^[eE]([-+]?[0-9]{1,18})$/.exec(text)?.[1]
  // Go keeps the exponent in 32 bits.
  return exponent === undefined ? undefined : { exponent: Number(BigInt.asIntN(32, BigInt(exponent))), format: 'DecimalExponent' }
}

/** Numbers that do not fit an int64 with a scale: digits below a billionth are dropped, and binary numbers end at 2^63-1. */
function large(unscaled: bigint, scale: number, format: QuantityFormat): Quantity {
  const rounded = scale < NANO ? { unscaled: roundAway(unscaled, NANO - scale), scale: NANO, format, text: '' } : { unscaled, scale, format, text: '' }
  if (format !== 'BinarySI') return rounded
  const size = roundAway(rounded.unscaled < 0n ? -rounded.unscaled : rounded.unscaled, -rounded.scale)
  if (size > MAX_INT64) return { ...rounded, unscaled: unscaled < 0n ? -MAX_INT64 : MAX_INT64, scale: 0 }
  return size === 1n && rounded.scale < 0 ? { ...rounded, format: 'DecimalSI' } : rounded
}

/** `value / 10^places`, away from zero. */
function roundAway(value: bigint, places: number): bigint {
  if (value === 0n) return 0n
  const sign = value < 0n ? -1n : 1n
  // More places than digits leave the smallest value that is not zero.
  if (places > value.toString().length) return sign
  const unit = 10n ** BigInt(places)
  return sign * ((sign * value + unit - 1n) / unit)
}

function integerOf(unscaled: bigint, scale: number): bigint | undefined {
  if (scale >= 0) return unscaled * 10n ** BigInt(scale)
  const unit = 10n ** BigInt(-scale)
  return unscaled % unit === 0n ? unscaled / unit : undefined
}

function formatBinary(value: bigint): string {
  let rest = value
  let power = 0
  while (rest % 1024n === 0n) {
    rest /= 1024n
    power++
  }
  return `${rest}${BINARY[power] ?? ''}`
}

/** The digits with no factor of ten but those that make the exponent a multiple of three. */
function inThousands(unscaled: bigint, scale: number): { digits: string; exponent: number } {
  const all = unscaled.toString()
  let end = all.length
  while (all[end - 1] === '0') end--
  const digits = all.slice(0, end)
  const exponent = scale + all.length - digits.length
  const zeros = ((exponent % 3) + 3) % 3
  return { digits: digits + '0'.repeat(zeros), exponent: exponent - zeros }
}
