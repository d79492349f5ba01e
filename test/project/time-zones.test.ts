// The table of time zones is the one that comes with Go, and not too old.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { goTimeFolder, zoneDataFrom } from '../../scripts/time-zones.ts'
import { ZONE_VERSION } from '../../src/lib/go/time-zone-data.ts'
import { loadZone } from '../../src/lib/go/time-zones.ts'
import { ROOT } from '../support/rig.ts'

/** Countries change their rules every year, but seldom more than one or two of them. */
const MOST_YEARS = 2

t.test('the table of time zones is at most two years old', async t => {
  t.match(ZONE_VERSION, /^20\d\d[a-z]$/)
  const years = new Date().getFullYear() - Number(ZONE_VERSION.slice(0, 4))
  t.ok(years <= MOST_YEARS, `the time zones are IANA's of ${ZONE_VERSION}, ${years} years old; write newer ones: node scripts/time-zones.ts`)
})

t.test('the table of time zones is what the script writes, where the same version comes with Go', async t => {
  const text = readFileSync(join(ROOT, 'src/lib/go/time-zone-data.ts'), 'utf8')
  t.match(text, `ZONE_VERSION = '${ZONE_VERSION}'`)
  const folder = goTimeFolder()
  const written = folder === undefined ? text : zoneDataFrom(folder)
  if (written.includes(`ZONE_VERSION = '${ZONE_VERSION}'`)) t.ok(written === text, 'run node scripts/time-zones.ts')
})

t.test('named zones have their offsets, also where a rule goes on for ever', async t => {
  const offsets: [zone: string, time: string, offset: number, abbreviation: string][] = [
    ['Europe/Berlin', '2026-01-15T12:00:00Z', 3600, 'CET'],
    ['Europe/Berlin', '2071-07-15T12:00:00Z', 7200, 'CEST'],
    ['America/New_York', '2007-03-11T07:00:00Z', -14_400, 'EDT'],
    ['America/New_York', '2007-03-11T06:59:59Z', -18_000, 'EST'],
    ['Asia/Kathmandu', '1985-06-01T00:00:00Z', 19_800, '+0530'],
    ['Asia/Kathmandu', '2026-06-01T00:00:00Z', 20_700, '+0545'],
  ]
  for (const [zone, time, offset, abbreviation] of offsets) t.same(loadZone(zone)?.at(Date.parse(time) / 1000), { abbreviation, offset }, `${zone} at ${time}`)
})
