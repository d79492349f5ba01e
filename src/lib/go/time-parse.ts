// Parses times by a Go layout, with Go's error texts (documentation of time.Parse).

import { dayOfDate, daysInMonth, isLeapYear, SECONDS_PER_DAY } from './time-civil.ts'
import { fixedZone, LOCAL, UTC, type Zone } from './time-format.ts'
import { type Element, layoutParts, MONTHS, nextPart, WEEKDAYS } from './time-layout.ts'
import { parseOffset, zoneNameLength } from './time-parse-zone.ts'
import { goTimeQuote } from './time-quote.ts'
import { GoError } from './value.ts'

/** A moment in the zone that its text names. */
export interface ParsedTime {
  readonly nanoseconds: bigint
  readonly zone: Zone
}

/**
 * Go's time.Parse. Text without a zone is in UTC.
 * @throws GoError `parsing time "…" as "…": …`
 * @example parseTime('2006-01-02', '2020-02-29')
 */
export function parseTime(layout: string, text: string): ParsedTime {
  const fields: Fields = { rest: text, year: 0, month: -1, day: -1, yearDay: -1, hour: 0, minute: 0, second: 0, nanosecond: 0 }
  const fail = (part: string, rest: string): GoError =>
    new GoError(`parsing time ${goTimeQuote(text)} as ${goTimeQuote(layout)}: cannot parse ${goTimeQuote(rest)} as ${goTimeQuote(part)}`)
  const refuse = (why: string): GoError => new GoError(`parsing time ${goTimeQuote(text)}: ${why}`)
  let restLayout = layout
  for (const { before, element, text: elementText } of layoutParts(layout)) {
    const skipped = skip(fields.rest, before)
    if (!skipped.ok) throw fail(before, skipped.rest)
    fields.rest = skipped.rest
    restLayout = restLayout.slice(before.length + elementText.length)
    if (element === undefined) break
    const hold = fields.rest
    const problem = readElement(fields, element, { text: elementText, restLayout })
    if (problem === BAD) throw fail(elementText, hold)
    if (problem !== undefined) throw refuse(`${problem} out of range`)
  }
  if (fields.rest !== '') throw refuse(`extra text: ${goTimeQuote(fields.rest)}`)
  return assemble(fields, refuse)
}

interface Fields {
  rest: string
  year: number
  month: number
  day: number
  yearDay: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  half?: 'AM' | 'PM'
  /** In seconds east of UTC. */
  offset?: number
  zoneName?: string
  isUtc?: boolean
}

/** Literal text of the layout; a space there stands for any number of spaces. */
function skip(value: string, prefix: string): { ok: boolean; rest: string } {
  let rest = value
  let wanted = prefix
  while (wanted !== '') {
    if (wanted.startsWith(' ')) {
      if (rest !== '' && !rest.startsWith(' ')) return { ok: false, rest }
      wanted = wanted.replace(/^ +/, '')
      rest = rest.replace(/^ +/, '')
      continue
    }
    if (rest[0] !== wanted[0]) return { ok: false, rest }
    wanted = wanted.slice(1)
    rest = rest.slice(1)
  }
  return { ok: true, rest }
}

/** The problem of a text that does not match the element at all. Other problems name the field that is out of range. */
const BAD = Symbol('bad value')
type Problem = typeof BAD | string | undefined

/** Takes what a pattern matches off the rest. */
function take(fields: Fields, pattern: RegExp): string | undefined {
  const found = pattern.exec(fields.rest)?.[0]
  if (found !== undefined) fields.rest = fields.rest.slice(found.length)
  return found
}

const ONE_OR_TWO = /^[0-9]{1,2}/
const TWO = /^[0-9]{2}/

function readNumber(fields: Fields, fixed: boolean): number | undefined {
  const found = take(fields, fixed ? TWO : ONE_OR_TWO)
  return found === undefined ? undefined : Number(found)
}

/** Sets a field to a number between bounds, or returns the problem. */
function readBetween(
  fields: Fields,
  { fixed, from, to, what }: { fixed: boolean; from: number; to: number; what: string },
  set: (value: number) => void,
): Problem {
  const value = readNumber(fields, fixed)
  if (value === undefined) return BAD
  set(value)
  return value < from || value > to ? what : undefined
}

function readName(fields: Fields, names: readonly string[], length?: number): number {
  const index = names.findIndex(name => {
    const wanted = name.slice(0, length)
    return fields.rest.slice(0, wanted.length).toLowerCase() === wanted.toLowerCase()
  })
  if (index >= 0) fields.rest = fields.rest.slice((names[index] ?? '').slice(0, length).length)
  return index
}

function readElement(fields: Fields, element: Element, { text, restLayout }: { text: string; restLayout: string }): Problem {
  switch (element) {
    case '06':
      return readShortYear(fields)
    case '2006': {
      const found = take(fields, /^[0-9]{4}/)
      if (found === undefined) return BAD
      fields.year = Number(found)
      return undefined
    }
    case 'Jan':
    case 'January': {
      const index = readName(fields, MONTHS, element === 'Jan' ? 3 : undefined)
      fields.month = index + 1
      return index < 0 ? BAD : undefined
    }
    case 'Mon':
    case 'Monday':
      return readName(fields, WEEKDAYS, element === 'Mon' ? 3 : undefined) < 0 ? BAD : undefined
    case '1':
    case '01':
      return readBetween(fields, { fixed: element === '01', from: 1, to: 12, what: 'month' }, value => {
        fields.month = value
      })
    case '2':
    case '_2':
    case '02':
      if (element === '_2') take(fields, /^ /)
      return readBetween(fields, { fixed: element === '02', from: 0, to: 99, what: 'day' }, value => {
        fields.day = value
      })
    case '002':
    case '__2':
      return readYearDay(fields, element === '002')
    case '15':
      return readBetween(fields, { fixed: false, from: 0, to: 23, what: 'hour' }, value => {
        fields.hour = value
      })
    case '3':
    case '03':
      return readBetween(fields, { fixed: element === '03', from: 0, to: 12, what: 'hour' }, value => {
        fields.hour = value
      })
    case '4':
    case '04':
      return readBetween(fields, { fixed: element === '04', from: 0, to: 59, what: 'minute' }, value => {
        fields.minute = value
      })
    case '5':
    case '05':
      return readSecond(fields, element === '05', restLayout)
    case 'PM':
    case 'pm': {
      const found = take(fields, element === 'PM' ? /^[AP]M/ : /^[ap]m/)
      if (found === undefined) return BAD
      fields.half = found.toLowerCase() === 'pm' ? 'PM' : 'AM'
      return undefined
    }
    case 'MST':
      return readZoneName(fields)
    case 'fraction0':
      return readFraction(fields, text.length)
    case 'fraction9': {
      const found = take(fields, /^[.,][0-9]+/)
      return found === undefined ? undefined : setFraction(fields, found)
    }
    default:
      return readOffset(fields, element)
  }
}

function readShortYear(fields: Fields): Problem {
  const found = take(fields, /^(?:[0-9]{2}|[-+][0-9])/)
  if (found === undefined) return BAD
  const year = Number(found)
  fields.year = year + (year >= 69 ? 1900 : 2000)
  return undefined
}

function readYearDay(fields: Fields, fixed: boolean): Problem {
  if (!fixed) take(fields, /^ {1,2}/)
  const found = take(fields, fixed ? /^[0-9]{3}/ : /^[0-9]{1,3}/)
  if (found === undefined) return BAD
  fields.yearDay = Number(found)
  return undefined
}

function readSecond(fields: Fields, fixed: boolean, restLayout: string): Problem {
  const problem = readBetween(fields, { fixed, from: 0, to: 59, what: 'second' }, value => {
    fields.second = value
  })
  if (problem !== undefined) return problem
  // A fraction may follow even where the layout has none.
  const next = nextPart(restLayout).element
  if (next === 'fraction0' || next === 'fraction9') return undefined
  const found = take(fields, /^[.,][0-9]+/)
  return found === undefined ? undefined : setFraction(fields, found)
}

/** Reads a fraction with as many characters as the layout; only nine digits count. */
function readFraction(fields: Fields, length: number): Problem {
  const found = fields.rest.slice(0, length)
  if (found.length < length || !/^[.,][0-9]+$/.test(found.slice(0, 10))) return BAD
  fields.rest = fields.rest.slice(length)
  return setFraction(fields, found)
}

function setFraction(fields: Fields, found: string): undefined {
  fields.nanosecond = Number(found.slice(1, 10).padEnd(9, '0'))
  return undefined
}

function readZoneName(fields: Fields): Problem {
  const { rest } = fields
  if (rest.startsWith('UTC')) {
    fields.isUtc = true
    fields.rest = rest.slice(3)
    return undefined
  }
  const length = zoneNameLength(rest)
  if (length === 0) return BAD
  fields.zoneName = rest.slice(0, length)
  fields.rest = rest.slice(length)
  return undefined
}

function readOffset(fields: Fields, element: string): Problem {
  if (element[0] === 'Z' && fields.rest[0] === 'Z') {
    fields.isUtc = true
    fields.rest = fields.rest.slice(1)
    return undefined
  }
  const found = parseOffset(element, fields.rest)
  if (found === undefined) return BAD
  if (typeof found === 'string') return found
  fields.offset = found.offset
  fields.rest = fields.rest.slice(found.length)
  return undefined
}

function assemble(fields: Fields, refuse: (why: string) => GoError): ParsedTime {
  const { year, second, minute } = fields
  let { hour } = fields
  if (fields.half === 'PM' && hour < 12) hour += 12
  else if (fields.half === 'AM' && hour === 12) hour = 0
  const { month, day } = dateIn(fields, refuse)
  if (day < 1 || day > daysInMonth(year, month)) throw refuse('day out of range')
  const local = dayOfDate({ year, month, day }) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second
  const at = (offset: number): bigint => BigInt(local - offset) * 1_000_000_000n + BigInt(fields.nanosecond)
  if (fields.isUtc === true) return { nanoseconds: at(0), zone: UTC }
  const { offset, zoneName } = fields
  if (offset !== undefined) {
    if (offset === 0 && (zoneName === undefined || zoneName === 'UTC')) return { nanoseconds: at(0), zone: LOCAL }
    return { nanoseconds: at(offset), zone: fixedZone(zoneName ?? '', offset) }
  }
  if (zoneName === undefined || zoneName === 'UTC') return { nanoseconds: at(0), zone: LOCAL }
  // An abbreviation does not tell the offset, but for GMT+3.
  const known = zoneName.startsWith('GMT') && zoneName.length > 3 ? Number(zoneName.slice(3)) * 3600 : 0
  return { nanoseconds: at(known), zone: fixedZone(zoneName, known) }
}

function dateIn({ year, month, day, yearDay }: Fields, refuse: (why: string) => GoError): { month: number; day: number } {
  if (yearDay < 0) return { month: month < 0 ? 1 : month, day: day < 0 ? 1 : day }
  const last = isLeapYear(year) ? 366 : 365
  if (yearDay < 1 || yearDay > last) throw refuse('day-of-year out of range')
  let counted = yearDay
  let found = 1
  while (counted > daysInMonth(year, found)) counted -= daysInMonth(year, found++)
  if (month >= 0 && month !== found) throw refuse('day-of-year does not match month')
  if (day >= 0 && day !== counted) throw refuse('day-of-year does not match day')
  return { month: found, day: counted }
}
