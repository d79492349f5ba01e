// Texts of values as Go prints them: doubles, timestamps, durations.

import { formatFloat } from '../go/strconv.ts'
import { fixedZone, formatTime, UTC } from '../go/time-format.ts'
import type { Duration, Timestamp } from './value.ts'

/** A double as strconv's shortest form 'g' prints it: `2.5`, `1e+21`, `+Inf`. */
export function doubleText(value: number): string {
  return formatFloat(value, 'g')
}

/** RFC 3339 in UTC, with as many digits of a second as there are. */
export function timestampText({ nanos }: Timestamp): string {
  return formatTime(nanos, UTC, RFC3339)
}

/** RFC 3339 in the zone in which the timestamp was written, as `string(timestamp)` prints it. */
export function zonedText({ nanos, offset }: Timestamp): string {
  return formatTime(nanos, offset === 0 ? UTC : fixedZone('', offset), RFC3339)
}

const RFC3339 = '2006-01-02T15:04:05.999999999Z07:00'

/** Seconds with the precision of a double, as `string(duration)` prints them. */
export function secondsText({ nanos }: Duration): string {
  return `${formatFloat(Number(nanos / SECOND) + Number(nanos % SECOND) / 1e9, 'f')}s`
}

/** A duration in seconds: `90s`, `0.5s`. */
export function durationText({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos
  const fraction = (size % SECOND).toString().padStart(9, '0').replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${size / SECOND}${fraction === '' ? '' : `.${fraction}`}s`
}

const SECOND = 1_000_000_000n
