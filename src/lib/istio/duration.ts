// Durations: Go's texts, and those of protobuf JSON (istio-rules.md, 13.3; documentation of Go's time package).
import { goQuote } from './go-text.ts'

/** Nanoseconds; Go's time.Duration holds 64 bits. */
export type Nanoseconds = bigint

export class DurationError extends Error {}

const SECOND = 1_000_000_000n
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
])
const LIMIT = 1n << 63n

/** What Go's time.ParseDuration reads: `1h15m30.918s`. Throws a DurationError with Go's text. */
export function parseDuration(text: string): Nanoseconds {
  const invalid = () => new DurationError(`time: invalid duration ${goQuote(text)}`)
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  let rest = text.slice(sign.length)
  if (rest === '0') return 0n
  if (rest === '') throw invalid()
  let total = 0n
  while (rest !== '') {
    const [number = '', whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? []
    if (whole === '' && fraction === '') throw invalid()
    rest = rest.slice(number.length)
    const unitText = /^[^.0-9]*/.exec(rest)?.[0] ?? ''
    if (unitText === '') throw new DurationError(`time: missing unit in duration ${goQuote(text)}`)
    const unit = UNITS.get(unitText)
    if (unit === undefined) throw new DurationError(`time: unknown unit ${goQuote(unitText)} in duration ${goQuote(text)}`)
    rest = rest.slice(unitText.length)
    if (whole.length > 20) throw invalid()
    // Beyond 18 digits a fraction adds less than a nanosecond of any unit.
    const shown = fraction.slice(0, 18)
    total += BigInt(whole === '' ? '0' : whole) * unit + (BigInt(shown === '' ? '0' : shown) * unit) / 10n ** BigInt(shown.length)
    if (total > LIMIT) throw invalid()
  }
  if (sign === '-') return -total
  if (total === LIMIT) throw invalid()
  return total
}

/** Go's text of a duration: `1m30s`, `1.5s`, `0s`. */
export function durationText(duration: Nanoseconds): string {
  if (duration === 0n) return '0s'
  const sign = duration < 0n ? '-' : ''
  const size = duration < 0n ? -duration : duration
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${decimal(size, 1_000n)}\u00b5s`
  if (size < SECOND) return `${sign}${decimal(size, 1_000_000n)}ms`
  const hours = size / (3600n * SECOND)
  const minutes = (size / (60n * SECOND)) % 60n
  const seconds = `${decimal(size % (60n * SECOND), SECOND)}s`
  return hours > 0n ? `${sign}${hours}h${minutes}m${seconds}` : minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`
}

/** The form in protobuf JSON: seconds with 0, 3, 6 or 9 decimals: `90s`, `1.500s`. */
export function durationJson(duration: Nanoseconds): string {
  const size = duration < 0n ? -duration : duration
  let fraction = String(size % SECOND).padStart(9, '0')
  while (fraction.endsWith('000')) fraction = fraction.slice(0, -3)
  return `${duration < 0n ? '-' : ''}${size / SECOND}${fraction === '' ? '' : `.${fraction}`}s`
}

/** Back from `durationJson`'s form; absent is zero. */
export function fromDurationJson(json: unknown): Nanoseconds {
  if (typeof json !== 'string') return 0n
  const [, sign = '', seconds = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?s$/.exec(json) ?? []
  const size = BigInt(seconds) * SECOND + BigInt(fraction.padEnd(9, '0'))
  return sign === '-' ? -size : size
}

/** `value / unit` with as many decimals as it takes. */
function decimal(value: bigint, unit: bigint): string {
  const fraction = String(value % unit)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '')
  return `${value / unit}${fraction === '' ? '' : `.${fraction}`}`
}
