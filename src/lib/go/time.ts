// Go's time.Time as a value whose methods can be called by name (documentation of the time package).

import { DURATION, duration, SECOND } from './duration.ts'
import { quote } from './strconv.ts'
import { dayOfDate, SECONDS_PER_DAY } from './time-civil.ts'
import { type Clock, clockOf, formatTime, LOCAL, secondsOf, UTC, type Zone } from './time-format.ts'
import { MONTHS, WEEKDAYS } from './time-layout.ts'
import { BOOL, Box, GoError, type GoField, type GoFunc, type GoType, type GoValue, INT, INT64, pointerTo, STRING, UINT64 } from './value.ts'

/** The payload of a time.Time. */
export interface Moment {
  /** Since 1970. */
  readonly nanoseconds: bigint
  readonly zone: Zone
}

/** The type time.Time; the payload of its boxes is a Moment. */
export const TIME: GoType = {
  kind: 'struct',
  name: 'time.Time',
  fields: () => FIELDS,
  // No field is exported.
  field: () => undefined,
  method: name => METHODS.get(name),
  json: payload => `"${format(payload as Moment, '2006-01-02T15:04:05.999999999Z07:00')}"`,
}

const LOCATION: GoType = { kind: 'struct', name: 'time.Location', fields: () => LOCATION_FIELDS, field: () => undefined }
const LOCATION_POINTER = pointerTo(LOCATION)
const LOCATION_FIELDS: readonly GoField[] = [{ name: 'name', type: STRING, get: zone => (zone as Zone).name }]

/** The fields of a time for reflection: nanoseconds within the second, seconds since the year 1, the location (nil for UTC). */
const FIELDS: readonly GoField[] = [
  { name: 'wall', type: UINT64, get: moment => new Box(UINT64, modulo((moment as Moment).nanoseconds, SECOND)) },
  { name: 'ext', type: INT64, get: moment => new Box(INT64, BigInt(unixSeconds(moment as Moment) - unixSeconds(ZERO_TIME))) },
  { name: 'loc', type: LOCATION_POINTER, get: moment => locationOf((moment as Moment).zone) },
]

function locationOf(zone: Zone): Box {
  return new Box(LOCATION_POINTER, zone === UTC ? null : new Box(LOCATION, zone))
}

function modulo(value: bigint, divisor: bigint): bigint {
  return ((value % divisor) + divisor) % divisor
}

/** `time.Time{}`. */
export const ZERO_TIME: Moment = { nanoseconds: BigInt(dayOfDate({ year: 1, month: 1, day: 1 }) * SECONDS_PER_DAY) * 1_000_000_000n, zone: UTC }

/** A time.Time of a moment in a zone. */
export function timeOf(nanoseconds: bigint, zone: Zone = UTC): Box {
  return new Box(TIME, { nanoseconds, zone } satisfies Moment)
}

/** The moment of a time.Time; undefined for any other value. */
export function momentOf(value: GoValue | undefined): Moment | undefined {
  return value instanceof Box && value.type === TIME ? (value.value as Moment) : undefined
}

function format({ nanoseconds, zone }: Moment, layout: string): string {
  return formatTime(nanoseconds, zone, layout)
}

function named(name: string, names: readonly string[], first: number): GoType {
  const text: GoFunc = { params: [], result: STRING, call: value => (value instanceof Box ? (names[Number(value.value) - first] ?? '') : '') }
  return { kind: 'int', name, method: method => (method === 'String' ? text : undefined) }
}

const MONTH = named('time.Month', MONTHS, 1)
const WEEKDAY = named('time.Weekday', WEEKDAYS, 0)

type Method = readonly [name: string, func: GoFunc]

function method(name: string, result: GoType, call: (moment: Moment) => GoValue): Method {
  return [name, { params: [], result, call: receiver => call(momentOf(receiver) ?? ZERO_TIME) }]
}

function withOther(name: string, result: GoType, call: (moment: Moment, other: Moment) => GoValue): Method {
  return [name, { params: [TIME], result, call: (receiver, other) => call(momentOf(receiver) ?? ZERO_TIME, momentOf(other) ?? ZERO_TIME) }]
}

function ofClock(name: string, read: (clock: Clock) => number): Method {
  return method(name, INT, ({ nanoseconds, zone }) => BigInt(read(clockOf(nanoseconds, zone))))
}

function unix(name: string, divisor: bigint): Method {
  return method(name, INT64, ({ nanoseconds }) => {
    return new Box(INT64, BigInt.asIntN(64, (nanoseconds - modulo(nanoseconds, divisor)) / divisor))
  })
}

const METHODS: ReadonlyMap<string, GoFunc> = new Map([
  method('String', STRING, moment => format(moment, '2006-01-02 15:04:05.999999999 -0700 MST')),
  method('GoString', STRING, goString),
  ['Format', { params: [STRING], result: STRING, call: (receiver, layout) => format(momentOf(receiver) ?? ZERO_TIME, String(layout)) }],
  ofClock('Year', clock => clock.year),
  ofClock('Day', clock => clock.day),
  ofClock('YearDay', clock => clock.yearDay),
  ofClock('Hour', clock => clock.hour),
  ofClock('Minute', clock => clock.minute),
  ofClock('Second', clock => clock.second),
  ofClock('Nanosecond', clock => clock.nanosecond),
  method('Month', MONTH, ({ nanoseconds, zone }) => new Box(MONTH, BigInt(clockOf(nanoseconds, zone).month))),
  method('Weekday', WEEKDAY, ({ nanoseconds, zone }) => new Box(WEEKDAY, BigInt(clockOf(nanoseconds, zone).weekday))),
  unix('Unix', 1_000_000_000n),
  unix('UnixMilli', 1_000_000n),
  unix('UnixMicro', 1_000n),
  unix('UnixNano', 1n),
  method('UTC', TIME, ({ nanoseconds }) => timeOf(nanoseconds)),
  method('Local', TIME, ({ nanoseconds }) => timeOf(nanoseconds, LOCAL)),
  method('IsZero', BOOL, ({ nanoseconds }) => nanoseconds === ZERO_TIME.nanoseconds),
  withOther('Before', BOOL, (moment, other) => moment.nanoseconds < other.nanoseconds),
  withOther('After', BOOL, (moment, other) => moment.nanoseconds > other.nanoseconds),
  withOther('Equal', BOOL, (moment, other) => moment.nanoseconds === other.nanoseconds),
  withOther('Compare', INT, (moment, other) => (moment.nanoseconds < other.nanoseconds ? -1n : moment.nanoseconds > other.nanoseconds ? 1n : 0n)),
  withOther('Sub', DURATION, (moment, other) => duration(saturated(moment.nanoseconds - other.nanoseconds))),
  ['Add', { params: [DURATION], result: TIME, call: (receiver, span) => addSpan(momentOf(receiver) ?? ZERO_TIME, span) }],
  ['AddDate', { params: [INT, INT, INT], result: TIME, call: (receiver, ...parts) => addDate(momentOf(receiver) ?? ZERO_TIME, parts) }],
] satisfies Method[])

function saturated(span: bigint): bigint {
  const limit = 1n << 63n
  return span >= limit ? limit - 1n : span < -limit ? -limit : span
}

function addSpan({ nanoseconds, zone }: Moment, span: GoValue | undefined): GoValue {
  return timeOf(nanoseconds + (span instanceof Box && typeof span.value === 'bigint' ? span.value : 0n), zone)
}

function addDate({ nanoseconds, zone }: Moment, [years = 0n, months = 0n, days = 0n]: readonly GoValue[]): GoValue {
  const clock = clockOf(nanoseconds, zone)
  const date = { year: clock.year + Number(years), month: clock.month + Number(months), day: clock.day + Number(days) }
  const day = dayOfDate(date)
  if (!Number.isSafeInteger(day * SECONDS_PER_DAY)) throw new GoError('time: date out of range')
  const secondOfDay = clock.hour * 3600 + clock.minute * 60 + clock.second
  return timeOf(unixOf(day * SECONDS_PER_DAY + secondOfDay, zone) * 1_000_000_000n + BigInt(clock.nanosecond), zone)
}

/** The moment when clocks in the zone show these seconds. Where two moments or none do, Go tries the offset before, then the one after. */
function unixOf(local: number, zone: Zone): bigint {
  const first = local - zone.at(local).offset
  const second = local - zone.at(first).offset
  return BigInt(second)
}

function goString({ nanoseconds, zone }: Moment): string {
  const { year, month, day, hour, minute, second, nanosecond } = clockOf(nanoseconds, zone)
  const place = zone === UTC ? 'time.UTC' : zone === LOCAL ? 'time.Local' : `time.Location(${quote(zone.name)})`
  return `time.Date(${year}, time.${MONTHS[month - 1]}, ${day}, ${hour}, ${minute}, ${second}, ${nanosecond}, ${place})`
}

/** Whole seconds since 1970. */
export function unixSeconds({ nanoseconds }: Moment): number {
  return secondsOf(nanoseconds)
}
