// Sprig's date functions on given times (documentation, "Date Functions"). The machine's own zone counts as UTC.

import { formatDuration, HOUR, MINUTE, parseDuration, SECOND } from '../go/duration.ts'
import { NumError, parseInteger } from '../go/strconv.ts'
import { type Moment, momentOf, TIME, timeOf, unixSeconds, ZERO_TIME } from '../go/time.ts'
import { formatTime } from '../go/time-format.ts'
import { parseTime } from '../go/time-parse.ts'
import { loadZone } from '../go/time-zones.ts'
import { Box, GoError, type GoValue, kindOf, STRING, typeOf } from '../go/value.ts'
import { alias, any, type Entries, fn, type Param, text } from './define.ts'

const time: Param<Moment> = { type: TIME, read: value => momentOf(value) ?? ZERO_TIME }

/** The functions by name. */
export function dateFuncs(): Entries {
  return alias(
    [
      ['date', fn([text, any], STRING, (layout, date) => format('date', { layout, date, zone: 'Local' }))],
      ['dateInZone', fn([text, any, text], STRING, (layout, date, zone) => format('dateInZone', { layout, date, zone }))],
      ['htmlDate', fn([any], STRING, date => format('htmlDate', { layout: '2006-01-02', date, zone: 'Local' }))],
      ['htmlDateInZone', fn([any, text], STRING, (date, zone) => format('htmlDateInZone', { layout: '2006-01-02', date, zone }))],
      ['dateModify', fn([text, time], TIME, (span, moment) => orElse(() => modify(span, moment), timeOf(moment.nanoseconds, moment.zone)))],
      ['mustDateModify', fn([text, time], TIME, modify)],
      ['toDate', fn([text, text], TIME, (layout, s) => orElse(() => toDate(layout, s), timeOf(ZERO_TIME.nanoseconds)))],
      ['mustToDate', fn([text, text], TIME, toDate)],
      ['unixEpoch', fn([time], STRING, moment => String(unixSeconds(moment)))],
      ['duration', fn([any], STRING, value => formatDuration(BigInt.asIntN(64, secondsIn(value) * SECOND)))],
      ['durationRound', fn([any], STRING, roundDuration)],
    ],
    { date_in_zone: 'dateInZone', date_modify: 'dateModify', must_date_modify: 'mustDateModify' },
  )
}

function orElse(make: () => GoValue, otherwise: GoValue): GoValue {
  try {
    return make()
  } catch (error) {
    if (error instanceof GoError) return otherwise
    throw error
  }
}

function format(name: string, { layout, date, zone }: { layout: string; date: GoValue; zone: string }): string {
  const where = loadZone(zone) ?? loadZone('UTC')
  if (where === undefined) throw new GoError(`unknown time zone ${zone}`)
  return formatTime(momentFrom(name, date), where, layout)
}

const SECONDS_KINDS: ReadonlySet<string> = new Set(['int', 'int32', 'int64'])

/** Nanoseconds of a time, or of seconds since 1970. Sprig takes the current time for all else, which no output may depend on. */
function momentFrom(name: string, date: GoValue): bigint {
  const pointed = date instanceof Box && date.type.kind === 'pointer' ? (date.value as GoValue) : date
  const moment = momentOf(pointed)
  if (moment !== undefined) return moment.nanoseconds
  const type = typeOf(date)
  if (type !== undefined && SECONDS_KINDS.has(type.name)) return integer(date) * SECOND
  throw new GoError(`a date of type ${type?.name ?? '<nil>'} means the current time, which is not available: give ${name} a time, an int or an int64`)
}

function integer(value: GoValue): bigint {
  const number = value instanceof Box ? value.value : value
  return typeof number === 'bigint' ? number : 0n
}

function modify(span: string, { nanoseconds, zone }: Moment): GoValue {
  return timeOf(nanoseconds + parseDuration(span), zone)
}

function toDate(layout: string, s: string): GoValue {
  const { nanoseconds, zone } = parseTime(layout, s)
  return timeOf(nanoseconds, zone)
}

/** The seconds in a text or int64, as in Sprig; 0 for anything else. */
function secondsIn(value: GoValue): bigint {
  if (typeof value === 'string') {
    try {
      return parseInteger(value)
    } catch (error) {
      if (error instanceof NumError) return BigInt(error.nearest)
      throw error
    }
  }
  return value instanceof Box && value.type.name === 'int64' ? integer(value) : 0n
}

const DAY = 24n * HOUR
const ROUNDING: readonly (readonly [bigint, string])[] = [
  [365n * DAY, 'y'],
  [30n * DAY, 'mo'],
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'm'],
  [SECOND, 's'],
]

/** A duration in its largest unit. */
function roundDuration(value: GoValue): string {
  const span = spanOf(value)
  const size = span < 0n ? -span : span
  const [unit, name] = ROUNDING.find(([candidate]) => size > candidate) ?? [1n, '']
  return name === '' ? '0s' : `${size / unit}${name}`
}

function spanOf(value: GoValue): bigint {
  if (momentOf(value) !== undefined) throw new GoError('the time since then depends on the current time, which is not available')
  if (typeof value !== 'string') return kindOf(value) === 'int64' && typeOf(value)?.name === 'int64' ? integer(value) : 0n
  try {
    return parseDuration(value)
  } catch (error) {
    if (error instanceof GoError) return 0n
    throw error
  }
}
