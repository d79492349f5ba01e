// Named time zones since 1970 (IANA database; rules after the last known change as POSIX writes them in TZ, RFC 8536).

import { inflateRawSync } from 'node:zlib'
import { onceValue } from './sync.ts'
import { dateOfDay, dayOfDate, daysInMonth, SECONDS_PER_DAY } from './time-civil.ts'
import { LOCAL, UTC, type Zone } from './time-format.ts'
import { ZONE_DATA } from './time-zone-data.ts'

interface Kind {
  readonly abbreviation: string
  readonly offset: number
}

/**
 * Go's time.LoadLocation, but "Local" is UTC: output must not depend on the machine. Undefined for unknown names.
 *
 * Before 1970 a zone has the offset it had on 1970-01-01.
 */
export function loadZone(name: string): Zone | undefined {
  if (name === 'Local') return LOCAL
  if (name === '' || name === 'UTC') return UTC
  const known = loaded.get(name)
  if (known !== undefined) return known
  const line = zoneLines().get(name)
  if (line === undefined) return undefined
  const zone = { name, at: compile(line) }
  loaded.set(name, zone)
  return zone
}

const loaded = new Map<string, Zone>()

const zoneLines = onceValue((): ReadonlyMap<string, string> => {
  const text = inflateRawSync(Uint8Array.from(atob(ZONE_DATA), char => char.charCodeAt(0))).toString()
  return new Map(
    text.split('\n').flatMap(line =>
      line
        .slice(0, line.indexOf(';'))
        .split(',')
        .map(name => [name, line]),
    ),
  )
})

const UNIT = 30

function compile(line: string): Zone['at'] {
  const [, rule = '', kindTexts = '', stepText = ''] = line.split(';')
  const kinds = kindTexts.split(',').map(text => {
    const [abbreviation = '', offset = '0'] = text.split(' ')
    return { abbreviation, offset: Number(offset) }
  })
  const numbers = stepText.split(' ').map(text => Number.parseInt(text, 36))
  const times: number[] = []
  const found: Kind[] = []
  for (let i = 0; i < numbers.length; i += 2) {
    times.push((times.at(-1) ?? 0) + (numbers[i] ?? 0) * UNIT)
    found.push(kinds[numbers[i + 1] ?? 0] ?? { abbreviation: 'UTC', offset: 0 })
  }
  const later = compileRule(rule)
  return seconds => {
    if (seconds >= (times.at(-1) ?? 0)) return later(seconds)
    const next = times.findIndex(time => time > seconds)
    return found[Math.max(next - 1, 0)] ?? later(seconds)
  }
}

const RULE = /^(<[^>]+>|[A-Za-z]+)([-+]?[0-9:]+)(?:(<[^>]+>|[A-Za-z]+)([-+]?[0-9:]+)?,([^,]+),([^,]+))?$/

/** `CET-1CEST,M3.5.0,M10.5.0/3`: standard time, summer time, and when the one begins and ends. */
function compileRule(rule: string): Zone['at'] {
  const [, name = 'UTC', offset = '0', summerName, summerOffset, start = '', end = ''] = RULE.exec(rule) ?? []
  const standard = { abbreviation: unquoted(name), offset: -seconds(offset) }
  if (summerName === undefined) return () => standard
  const summer = { abbreviation: unquoted(summerName), offset: summerOffset === undefined ? standard.offset + 3600 : -seconds(summerOffset) }
  const starts = dateRule(start)
  const ends = dateRule(end)
  return unix => {
    const { year } = dateOfDay(Math.floor((unix + standard.offset) / SECONDS_PER_DAY))
    const from = starts(year) - standard.offset
    const to = ends(year) - summer.offset
    const isSummer = from < to ? unix >= from && unix < to : unix >= from || unix < to
    return isSummer ? summer : standard
  }
}

function unquoted(name: string): string {
  return name.replace(/[<>]/g, '')
}

function seconds(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[-+]/, '').split(':').map(Number)
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + rest)
}

/** `M10.5.0/3`: the last (5th) Sunday (0) of October, at three o'clock by the clocks until then. */
function dateRule(text: string): (year: number) => number {
  const [date = '', time = '2'] = text.split('/')
  const [month = 1, week = 1, weekday = 0] = date.slice(1).split('.').map(Number)
  const second = seconds(time)
  return year => {
    const first = dayOfDate({ year, month, day: 1 })
    const firstWeekday = (((first + 4) % 7) + 7) % 7
    let day = ((weekday - firstWeekday + 7) % 7) + (week - 1) * 7
    while (day >= daysInMonth(year, month)) day -= 7
    return (first + day) * SECONDS_PER_DAY + second
  }
}
