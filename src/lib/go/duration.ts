// Go's time.Duration: its text, and durations from text (documentation of time.ParseDuration and Duration.String).

import { goTimeQuote } from './time-quote.ts'
import { Box, FLOAT64, GoError, type GoFunc, type GoType, type GoValue, INT64, STRING } from './value.ts'

const MICROSECOND = 1_000n
const MILLISECOND = 1_000_000n
/** A second in nanoseconds. */
export const SECOND = 1_000_000_000n
export const MINUTE = 60n * SECOND
export const HOUR = 60n * MINUTE

/** A span of time in nanoseconds: an int64 with a text of its own. */
export const DURATION: GoType = { kind: 'int64', name: 'time.Duration', method: name => METHODS.get(name) }

/** A time.Duration of so many nanoseconds, as a value with its methods: `duration(5_000_000_000n)` prints as `5s`. */
export function duration(nanoseconds: bigint): Box {
  return new Box(DURATION, BigInt.asIntN(64, nanoseconds))
}

function nanosecondsOf(value: GoValue | undefined): bigint {
  return value instanceof Box && typeof value.value === 'bigint' ? value.value : 0n
}

function method(result: GoType, call: (nanoseconds: bigint) => GoValue): GoFunc {
  return { params: [], result, call: receiver => call(nanosecondsOf(receiver)) }
}

const METHODS: ReadonlyMap<string, GoFunc> = new Map([
  ['String', method(STRING, formatDuration)],
  ['Nanoseconds', method(INT64, ns => new Box(INT64, ns))],
  ['Microseconds', method(INT64, ns => new Box(INT64, ns / MICROSECOND))],
  ['Milliseconds', method(INT64, ns => new Box(INT64, ns / MILLISECOND))],
  ['Seconds', method(FLOAT64, ns => Number(ns / SECOND) + Number(ns % SECOND) / 1e9)],
  ['Minutes', method(FLOAT64, ns => Number(ns / MINUTE) + Number(ns % MINUTE) / 60e9)],
  ['Hours', method(FLOAT64, ns => Number(ns / HOUR) + Number(ns % HOUR) / 3600e9)],
])

/** `formatDuration(5_400_000_000_000n)` is `1h30m0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s'
  const sign = nanoseconds < 0n ? '-' : ''
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (size < MICROSECOND) return `${sign}${size}ns`
  if (size < MILLISECOND) return `${sign}${withFraction(size, 3)}µs`
  if (size < SECOND) return `${sign}${withFraction(size, 6)}ms`
  const seconds = `${withFraction(size % MINUTE, 9)}s`
  const minutes = size / MINUTE
  if (minutes === 0n) return sign + seconds
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

function withFraction(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`)
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', MICROSECOND],
  ['µs', MICROSECOND],
  ['μs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
])

const LIMIT = 1n << 63n
const PART = /^([0-9]*)(?:(\.)([0-9]*))?([^0-9.]*)/

/**
 * Go's time.ParseDuration, in nanoseconds.
 * @throws GoError
 * @example parseDuration('1h30m') // 5400000000000n
 */
export function parseDuration(text: string): bigint {
  const invalid = (): GoError => new GoError(`time: invalid duration ${goTimeQuote(text)}`)
  let rest = text.replace(/^[-+]/, '')
  if (rest === '0') return 0n
  if (rest === '') throw invalid()
  let total = 0n
  while (rest !== '') {
    const [whole, digits = '', point = '', fraction = '', unit = ''] = PART.exec(rest) ?? ['']
    if (digits === '' && (point === '' || fraction === '')) throw invalid()
    const value = BigInt(digits.length > 40 ? digits.replace(/^0+/, '').slice(0, 40) : `0${digits}`)
    if (value > LIMIT) throw invalid()
    if (unit === '') throw new GoError(`time: missing unit in duration ${goTimeQuote(text)}`)
    const size = UNITS.get(unit)
    if (size === undefined) throw new GoError(`time: unknown unit ${goTimeQuote(unit)} in duration ${goTimeQuote(text)}`)
    total += value * size + partOf(size, fraction)
    if (value * size > LIMIT || total > LIMIT) throw invalid()
    rest = rest.slice(whole.length)
  }
  if (text.startsWith('-')) return -total
  if (total >= LIMIT) throw invalid()
  return total
}

/** The fraction of a unit, in floating point as Go computes it. */
function partOf(unit: bigint, fraction: string): bigint {
  let digits = 0n
  let scale = 1
  for (const char of fraction) {
    const next = digits * 10n + BigInt(char)
    if (digits > (LIMIT - 1n) / 10n || next > LIMIT) break
    digits = next
    scale *= 10
  }
  return digits === 0n ? 0n : BigInt(Math.trunc(Number(digits) * (Number(unit) / scale)))
}
