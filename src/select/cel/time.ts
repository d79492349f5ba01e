// CEL's functions on timestamps (cel-spec, "Timestamp"). The library's own ask the machine's time zone; here only the arguments decide.

import type { Environment } from '@marcbachmann/cel-js'
import { loadZone } from '../../lib/go/time-zones.ts'

const TIMESTAMP = 'google.protobuf.Timestamp'
const DAY = 86_400_000

const PARTS: readonly (readonly [name: string, of: (clock: Date) => number])[] = [
  ['getDate', clock => clock.getUTCDate()],
  ['getDayOfMonth', clock => clock.getUTCDate() - 1],
  ['getDayOfWeek', clock => clock.getUTCDay()],
  ['getDayOfYear', clock => Math.floor((clock.getTime() - new Date(clock).setUTCMonth(0, 1)) / DAY)],
  ['getFullYear', clock => clock.getUTCFullYear()],
  ['getHours', clock => clock.getUTCHours()],
  ['getMilliseconds', clock => clock.getUTCMilliseconds()],
  ['getMinutes', clock => clock.getUTCMinutes()],
  ['getMonth', clock => clock.getUTCMonth()],
  ['getSeconds', clock => clock.getUTCSeconds()],
]
/** Of a duration, whole ones. */
const UNITS = ['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'] as const

/** What goes by a name of ours, see rewrite.ts. */
export const TIME_FUNCTIONS: readonly string[] = ['timestamp', ...PARTS.map(([name]) => name)]

export function registerTime(env: Environment): void {
  env.registerFunction(`__timestamp(string): ${TIMESTAMP}`, parsed)
  env.registerFunction(`__timestamp(int): ${TIMESTAMP}`, (seconds: bigint) => inRange(new Date(Number(seconds) * 1000)))
  env.registerFunction(`__timestamp(${TIMESTAMP}): ${TIMESTAMP}`, (time: Date) => time)
  for (const [name, of] of PARTS) {
    env.registerFunction(`${TIMESTAMP}.__${name}(): int`, (time: Date) => BigInt(of(time)))
    env.registerFunction(`${TIMESTAMP}.__${name}(string): int`, (time: Date, zone: string) => BigInt(of(clockIn(time, zone))))
  }
  for (const name of UNITS) {
    env.registerFunction(`google.protobuf.Duration.__${name}(): int`, (duration: Record<(typeof UNITS)[number], () => bigint>) => duration[name]())
  }
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)$/

function parsed(text: string): Date {
  const [, year = '', month = '', day = ''] = RFC3339.exec(text) ?? []
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  // What is no day of its month is one of the next.
  if (year === '' || date.getUTCDate() !== Number(day)) throw new Error(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00"`)
  return inRange(new Date(text.replace(',', '.')))
}

function inRange(time: Date): Date {
  if (time.getTime() >= -62_135_596_800_000 && time.getTime() <= 253_402_300_799_999) return time
  throw new Error('range error: timestamp overflow')
}

/** What the clocks show, as if it were UTC. A zone is a name, or hours and minutes. */
function clockIn(time: Date, zone: string): Date {
  return new Date(time.getTime() + offsetOf(time, zone) * 1000)
}

function offsetOf(time: Date, zone: string): number {
  const colon = zone.indexOf(':')
  if (colon < 0) {
    const found = loadZone(zone)
    if (found === undefined) throw new Error(`unknown time zone ${zone}`)
    return found.at(Math.floor(time.getTime() / 1000)).offset
  }
  const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)].map(part => {
    if (!/^[-+]?\d{1,9}$/.test(part)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`)
    return Number(part)
  })
  return ((hours ?? 0) * 60 + (zone.startsWith('-') ? -1 : 1) * (minutes ?? 0)) * 60
}
