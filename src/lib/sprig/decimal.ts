// Exact decimal arithmetic, as Sprig's addf, subf, mulf and divf get it from shopspring/decimal (its documentation).

import { formatFloat } from '../go/strconv-float.ts'
import { GoError } from '../go/value.ts'

/** digits × 10^exponent. */
export interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/**
 * The shortest decimal that reads back as the number.
 * @throws GoError for infinities and NaN
 */
export function fromNumber(value: number): Decimal {
  if (!Number.isFinite(value)) throw new GoError(`Cannot create a Decimal from ${formatFloat(value, 'g')}`)
  if (value === 0) return { digits: 0n, exponent: 0 }
  const [mantissa = '', power = '0'] = value.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** The float64 nearest to a decimal. */
export function toNumber({ digits, exponent }: Decimal): number {
  return Number(`${digits}e${exponent}`)
}

/** The exact sum. */
export function add(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  return { digits: rescaled(a, exponent) + rescaled(b, exponent), exponent }
}

/** The exact difference. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { digits: -b.digits, exponent: b.exponent })
}

/** The exact product. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent }
}

const DIVISION_PLACES = 16

/**
 * The quotient, rounded to 16 places, halves away from zero.
 * @throws GoError for division by zero
 */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw new GoError('decimal division by 0')
  const shift = a.exponent - b.exponent + DIVISION_PLACES
  const numerator = shift >= 0 ? a.digits * 10n ** BigInt(shift) : a.digits
  const denominator = shift >= 0 ? b.digits : b.digits * 10n ** BigInt(-shift)
  const quotient = numerator / denominator
  const twice = 2n * size(numerator % denominator)
  const isNegative = numerator < 0n !== denominator < 0n
  const rounded = twice >= size(denominator) ? quotient + (isNegative ? -1n : 1n) : quotient
  return { digits: rounded, exponent: -DIVISION_PLACES }
}

function rescaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to)
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value
}
