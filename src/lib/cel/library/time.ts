// Parts of timestamps and durations (google/cel-spec, doc/langdef.md, "Timestamps and Durations"); time zones are Go's.

import { atoi } from '../../go/strconv.ts'
import { type Clock, clockOf, fixedZone, UTC, type Zone } from '../../go/time-format.ts'
import { loadZone } from '../../go/time-zones.ts'
import { GoError } from '../../go/value.ts'
import { declare, type FunctionDeclaration, type Implementation } from '../function.ts'
import { CelError, type CelValue, type Duration, type Timestamp } from '../value.ts'

const MILLISECOND = 1_000_000n
const SECOND = 1_000n * MILLISECOND
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE

function zoneOf(name: string): Zone | CelError {
  if (name === '' || name === 'UTC') return UTC
  const colon = name.indexOf(':')
  if (colon < 0) return loadZone(name) ?? new CelError(`unknown time zone ${name}`)
  try {
    const hours = Number(atoi(name.slice(0, colon)))
    const minutes = Number(atoi(name.slice(colon + 1)))
    const offset = name.startsWith('-') ? hours * 60 - minutes : hours * 60 + minutes
    return fixedZone('', offset * 60)
  } catch (error) {
    if (error instanceof GoError) return new CelError(error.message)
    throw error
  }
}

function part(get: (clock: Clock) => number): Implementation {
  return (time, zoneName) => {
    const zone = typeof zoneName === 'string' ? zoneOf(zoneName) : UTC
    return zone instanceof CelError ? zone : BigInt(get(clockOf((time as Timestamp).nanos, zone)))
  }
}

function ofDuration(unit: bigint): Implementation {
  return (value: CelValue = null) => (value as Duration).nanos / unit
}

function getter(name: string, get: (clock: Clock) => number, duration?: Implementation): FunctionDeclaration {
  const run = part(get)
  return declare(name, [
    ...(duration === undefined ? [] : [['google.protobuf.Duration.() -> int', duration] as const]),
    ['google.protobuf.Timestamp.(string?) -> int', run],
  ])
}

export const TIME: readonly FunctionDeclaration[] = [
  getter('getFullYear', ({ year }) => year),
  getter('getMonth', ({ month }) => month - 1),
  getter('getDate', ({ day }) => day),
  getter('getDayOfMonth', ({ day }) => day - 1),
  getter('getDayOfWeek', ({ weekday }) => weekday),
  getter('getDayOfYear', ({ yearDay }) => yearDay - 1),
  getter('getHours', ({ hour }) => hour, ofDuration(HOUR)),
  getter('getMinutes', ({ minute }) => minute, ofDuration(MINUTE)),
  getter('getSeconds', ({ second }) => second, ofDuration(SECOND)),
  getter('getMilliseconds', ({ nanosecond }) => Math.floor(nanosecond / 1e6), ofDuration(MILLISECOND)),
]
