// Formats a moment in a time zone by a Go layout (documentation of time.Time.Format).

import { dateOfDay, dayOfDate, SECONDS_PER_DAY } from './time-civil.ts'
import { type Element, layoutParts, MONTHS, WEEKDAYS } from './time-layout.ts'

/** Time zone: offset and abbreviation at each moment. */
export interface Zone {
  /** As time.LoadLocation names it. */
  readonly name: string
  readonly at: (unixSeconds: number) => { readonly abbreviation: string; readonly offset: number }
}

/** The zone UTC. */
export const UTC: Zone = fixedZone('UTC', 0)
/** The machine's zone, which counts as UTC: output must not depend on the machine. */
export const LOCAL: Zone = { ...UTC, name: 'Local' }

/** A zone with one offset, in seconds east of UTC. */
export function fixedZone(abbreviation: string, offset: number): Zone {
  const found = { abbreviation, offset }
  return { name: abbreviation, at: () => found }
}

/** A moment as clocks and calendars in its zone show it. */
export interface Clock {
  readonly year: number
  readonly month: number
  readonly day: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** From 1. */
  readonly yearDay: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nanosecond: number
  readonly abbreviation: string
  readonly offset: number
}

const NANOSECONDS = 1_000_000_000n

/** Whole seconds since 1970, rounded down. */
export function secondsOf(nanoseconds: bigint): number {
  return Number((nanoseconds - (((nanoseconds % NANOSECONDS) + NANOSECONDS) % NANOSECONDS)) / NANOSECONDS)
}

/** Date and time of day in a zone at a moment. */
export function clockOf(nanoseconds: bigint, zone: Zone): Clock {
  const unix = secondsOf(nanoseconds)
  const { abbreviation, offset } = zone.at(unix)
  const local = unix + offset
  const dayNumber = Math.floor(local / SECONDS_PER_DAY)
  const secondOfDay = local - dayNumber * SECONDS_PER_DAY
  const date = dateOfDay(dayNumber)
  return {
    ...date,
    weekday: (((dayNumber + 4) % 7) + 7) % 7,
    yearDay: dayNumber - dayOfDate({ year: date.year, month: 1, day: 1 }) + 1,
    hour: Math.floor(secondOfDay / 3600),
    minute: Math.floor((secondOfDay % 3600) / 60),
    second: secondOfDay % 60,
    nanosecond: Number(((nanoseconds % NANOSECONDS) + NANOSECONDS) % NANOSECONDS),
    abbreviation,
    offset,
  }
}

/** `formatTime(0n, UTC, 'Jan 2 2006')` is `Jan 1 1970`. */
export function formatTime(nanoseconds: bigint, zone: Zone, layout: string): string {
  const clock = clockOf(nanoseconds, zone)
  return layoutParts(layout)
    .map(({ before, element, text }) => before + (element === undefined ? '' : formatElement(clock, element, text)))
    .join('')
}

function padded(value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0')
}

function formatElement(clock: Clock, element: Element, text: string): string {
  const hour12 = clock.hour % 12 === 0 ? 12 : clock.hour % 12
  switch (element) {
    case '2006':
      return padded(clock.year, 4)
    case '06':
      return padded(Math.max(clock.year, 0) % 100, 2)
    case 'January':
      return MONTHS[clock.month - 1] ?? ''
    case 'Jan':
      return (MONTHS[clock.month - 1] ?? '').slice(0, 3)
    case '01':
      return padded(clock.month, 2)
    case '1':
      return String(clock.month)
    case 'Monday':
      return WEEKDAYS[clock.weekday] ?? ''
    case 'Mon':
      return (WEEKDAYS[clock.weekday] ?? '').slice(0, 3)
    case '02':
      return padded(clock.day, 2)
    case '_2':
      return String(clock.day).padStart(2, ' ')
    case '2':
      return String(clock.day)
    case '002':
      return padded(clock.yearDay, 3)
    case '__2':
      return String(clock.yearDay).padStart(3, ' ')
    case '15':
      return padded(clock.hour, 2)
    case '03':
      return padded(hour12, 2)
    case '3':
      return String(hour12)
    case '04':
      return padded(clock.minute, 2)
    case '4':
      return String(clock.minute)
    case '05':
      return padded(clock.second, 2)
    case '5':
      return String(clock.second)
    case 'PM':
      return clock.hour >= 12 ? 'PM' : 'AM'
    case 'pm':
      return clock.hour >= 12 ? 'pm' : 'am'
    case 'MST':
      return clock.abbreviation === '' ? formatOffset(clock.offset, '-0700') : clock.abbreviation
    case 'fraction0':
    case 'fraction9':
      return formatFraction(clock.nanosecond, text)
    default:
      return formatOffset(clock.offset, element)
  }
}

function formatFraction(nanosecond: number, text: string): string {
  const digits = padded(nanosecond, 9).slice(0, text.length - 1)
  if (text[1] === '0') return (text[0] ?? '') + digits
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '' : (text[0] ?? '') + significant
}

function formatOffset(offset: number, element: string): string {
  if (element[0] === 'Z' && offset === 0) return 'Z'
  const size = Math.abs(offset)
  const hours = padded(Math.trunc(size / 3600), 2)
  const minutes = padded(Math.trunc(size / 60) % 60, 2)
  const seconds = padded(size % 60, 2)
  const parts = element.length > 7 || /^.070000$/.test(element) ? [hours, minutes, seconds] : element.length > 3 ? [hours, minutes] : [hours]
  return (Math.trunc(offset / 60) < 0 ? '-' : '+') + parts.join(element.includes(':') ? ':' : '')
}
