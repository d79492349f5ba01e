// Timestamps of Kubernetes objects (metav1.Time): read as Go's time.Parse reads RFC 3339, printed in UTC with whole seconds.

const LAYOUT = '2006-01-02T15:04:05Z07:00'
const ZERO_SECONDS = -62135596800

/** Seconds since 1970 of a timestamp. Throws Error with the words of time.Parse. */
export function parseTimestamp(text: string): number {
  let rest = text
  const fail = (element: string): never => {
    throw new Error(`parsing time ${JSON.stringify(text)} as "${LAYOUT}": cannot parse ${JSON.stringify(rest)} as "${element}"`)
  }
  const take = (pattern: RegExp, element: string): string => {
    const found = pattern.exec(rest)?.[0] ?? fail(element)
    rest = rest.slice(found.length)
    return found
  }
  const inRange = (value: number, [low, high]: readonly [number, number], what: string): number => {
    if (value < low || value > high) throw new Error(`parsing time ${JSON.stringify(text)}: ${what} out of range`)
    return value
  }
  const year = Number(take(/^\d{4}/, '2006'))
  take(/^-/, '-')
  const month = inRange(Number(take(/^\d\d/, '01')), [1, 12], 'month')
  take(/^-/, '-')
  const day = Number(take(/^\d\d/, '02'))
  take(/^T/, 'T')
  const hour = inRange(Number(take(/^\d\d?/, '15')), [0, 23], 'hour')
  take(/^:/, ':')
  const minute = inRange(Number(take(/^\d\d/, '04')), [0, 59], 'minute')
  take(/^:/, ':')
  const second = inRange(Number(take(/^\d\d/, '05')), [0, 59], 'second')
  rest = rest.replace(/^[.,]\d+/, '')
  const zone = take(/^(?:Z|[+-]\d\d:\d\d)/, 'Z07:00')
  if (rest !== '') throw new Error(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`)
  inRange(day, [1, daysIn(year, month)], 'day')
  return secondsOf([year, month, day, hour, minute, second]) - offsetOf(zone, inRange)
}

/** `2024-02-29T12:00:00Z`; null for Go's zero time, the start of the year 1. */
export function formatTimestamp(seconds: number): string | null {
  return seconds === ZERO_SECONDS ? null : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}

function offsetOf(zone: string, inRange: (value: number, range: readonly [number, number], what: string) => number): number {
  if (zone === 'Z') return 0
  const hours = inRange(Number(zone.slice(1, 3)), [0, 24], 'time zone offset hour')
  const minutes = inRange(Number(zone.slice(4)), [0, 60], 'time zone offset minute')
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function secondsOf([year, month, day, hour, minute, second]: readonly [number, number, number, number, number, number]): number {
  const date = new Date(0)
  // Not Date.UTC, which takes the years 0 to 99 for those of the last century.
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second
}
