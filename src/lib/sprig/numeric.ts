// Sprig's integer and float functions (documentation, "Math Functions", "Float Math Functions", "Integer Slice Functions").

import { formatValue } from '../go/fmt.ts'
import { checkItems } from '../go/limits.ts'
import { atoi, NumError, parseInt as parseGoInt } from '../go/strconv.ts'
import { FLOAT64, GoError, type GoFunc, type GoValue, INT, INT64, STRING, sliceOf } from '../go/value.ts'
import { toFloat64, toInt64 } from './cast.ts'
import { add, type Decimal, divide, fromNumber, multiply, subtract, toNumber } from './decimal.ts'
import { alias, any, type Entries, float, fn, int, text, typed, variadic, wholeInt } from './define.ts'

const INTS = sliceOf(INT)

/** The functions by name. */
export function numericFuncs(): Entries {
  return alias(
    [
      ['int', fn([any], INT, value => toInt64(value))],
      ['int64', fn([any], INT64, value => int64(toInt64(value)))],
      ['float64', fn([any], FLOAT64, toFloat64)],
      ['atoi', fn([text], INT, s => nearest(() => atoi(s)))],
      ['toDecimal', fn([any], INT64, value => int64(octal(formatValue(value))))],
      ['add', variadic([], any, { result: INT64, call: values => int64(values.reduce((sum: bigint, value) => sum + toInt64(value), 0n)) })],
      ['add1', fn([any], INT64, value => int64(toInt64(value) + 1n))],
      ['sub', fn([any, any], INT64, (a, b) => int64(toInt64(a) - toInt64(b)))],
      ['mul', variadic([any], any, { result: INT64, call: (rest, a) => int64(rest.reduce((product: bigint, value) => product * toInt64(value), toInt64(a))) })],
      ['div', fn([any, any], INT64, (a, b) => int64(toInt64(a) / divisor(b)))],
      ['mod', fn([any, any], INT64, (a, b) => int64(toInt64(a) % divisor(b)))],
      ['max', extreme((value, best) => value > best)],
      ['min', extreme((value, best) => value < best)],
      ['maxf', extremeFloat(Math.max)],
      ['minf', extremeFloat(Math.min)],
      ['add1f', fn([any], FLOAT64, value => toNumber(add(fromNumber(toFloat64(value)), fromNumber(1))))],
      ['addf', variadic([], any, { result: FLOAT64, call: values => accumulate(0, values, add) })],
      ['subf', decimals(subtract)],
      ['mulf', decimals(multiply)],
      ['divf', decimals(divide)],
      ['floor', fn([any], FLOAT64, value => Math.floor(toFloat64(value)))],
      ['ceil', fn([any], FLOAT64, value => Math.ceil(toFloat64(value)))],
      ['round', variadic([any, int], float, { result: FLOAT64, call: ([on = 0.5], value, places) => round(toFloat64(value), places, on) })],
      ['until', fn([wholeInt], INTS, count => typed(INTS, steps(0n, count, count < 0n ? -1n : 1n)))],
      ['untilStep', fn([wholeInt, wholeInt, wholeInt], INTS, (start, stop, step) => typed(INTS, steps(start, stop, step)))],
      ['seq', variadic([], wholeInt, { result: STRING, call: sequence })],
    ],
    { biggest: 'max' },
  )
}

/** An int64 result; sums and products wrap around as in Go. */
function int64(value: bigint): GoValue {
  return typed(INT64, BigInt.asIntN(64, value))
}

function nearest(parse: () => bigint): bigint {
  try {
    return parse()
  } catch (error) {
    if (error instanceof NumError) return BigInt(error.nearest)
    throw error
  }
}

function octal(text: string): bigint {
  try {
    return parseGoInt(text, 8)
  } catch (error) {
    if (error instanceof NumError) return 0n
    throw error
  }
}

function divisor(value: GoValue): bigint {
  const number = toInt64(value)
  if (number === 0n) throw new GoError('runtime error: integer divide by zero')
  return number
}

function extreme(isBetter: (value: bigint, best: bigint) => boolean): GoFunc {
  return variadic([any], any, {
    result: INT64,
    call: (rest, first) => int64(rest.map(toInt64).reduce((best, value) => (isBetter(value, best) ? value : best), toInt64(first))),
  })
}

function extremeFloat(better: (best: number, value: number) => number): GoFunc {
  return variadic([any], any, { result: FLOAT64, call: (rest, first) => rest.map(toFloat64).reduce((best, value) => better(best, value), toFloat64(first)) })
}

type Operation = (a: Decimal, b: Decimal) => Decimal

function decimals(operation: Operation): GoFunc {
  return variadic([any], any, { result: FLOAT64, call: (rest, first) => accumulate(toFloat64(first), rest, operation) })
}

function accumulate(first: number, rest: readonly GoValue[], operation: Operation): number {
  return toNumber(rest.reduce((result: Decimal, value) => operation(result, fromNumber(toFloat64(value))), fromNumber(first)))
}

function round(value: number, places: number, on: number): number {
  const power = powerOfTen(places)
  const digit = power * value
  const fraction = Number.isFinite(digit) ? digit % 1 : Number.NaN
  return (fraction >= on ? Math.ceil(digit) : Math.floor(digit)) / power
}

/** Go's math.Pow(10, n): repeated squaring of 10's mantissa, whose rounding beyond 10^22 differs from JavaScript's. */
function powerOfTen(exponent: number): number {
  let factor = 0.625
  let scale = 4
  let result = 1
  let power = 0
  for (let rest = Math.min(Math.abs(exponent), 2 ** 20); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      result *= factor
      power += scale
    }
    factor *= factor
    scale *= 2
    if (factor < 0.5) {
      factor *= 2
      scale -= 1
    }
  }
  if (exponent < 0) {
    result = 1 / result
    power = -power
  }
  // In two steps, so that neither power of two leaves the range before the product does.
  const half = Math.max(-1000, Math.min(1000, Math.trunc(power / 2)))
  return result * 2 ** half * 2 ** Math.max(-2000, Math.min(2000, power - half))
}

/** start, start+step, … before stop; nothing where the step leads away from it. */
function steps(start: bigint, stop: bigint, step: bigint): bigint[] {
  if (stop < start ? step >= 0n : step <= 0n) return []
  const count = (stop - start + step - (step > 0n ? 1n : -1n)) / step
  checkItems(count)
  return Array.from({ length: Number(count) }, (_, i) => start + BigInt(i) * step)
}

/** The numbers up to and including the last one, as the shell's seq prints them. */
function sequence(numbers: readonly bigint[]): string {
  const [a = 0n, b = 0n, c = 0n] = numbers
  switch (numbers.length) {
    case 1:
      return stepped(1n, a, a < 1n ? -1n : 1n)
    case 2:
      return stepped(a, b, b < a ? -1n : 1n)
    case 3:
      return c < a && b > 0n ? '' : stepped(a, c, b)
    default:
      return ''
  }
}

function stepped(start: bigint, end: bigint, step: bigint): string {
  return steps(start, end + (end < start ? -1n : 1n), step).join(' ')
}
