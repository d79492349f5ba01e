// Writes src/lib/go/time-zone-data.ts from a folder of compiled time zones (`node scripts/zone-data.ts /usr/share/zoneinfo`; RFC 8536).

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { deflateRawSync } from 'node:zlib'

interface Change {
  readonly at: number
  /** Abbreviation and offset: `CET 3600`. */
  readonly kind: string
}

/** Names of all zone files below a folder. */
function zoneNames(folder: string, prefix: string = ''): string[] {
  return readdirSync(join(folder, prefix))
    .sort()
    .flatMap(entry => {
      const name = prefix === '' ? entry : `${prefix}/${entry}`
      if (statSync(join(folder, name)).isDirectory()) return /^(posix|right)$/.test(entry) ? [] : zoneNames(folder, name)
      return readFileSync(join(folder, name)).subarray(0, 4).toString() === 'TZif' ? [name] : []
    })
}

/** Since 1970: what holds then, and each change after it; and the rule that holds after the last one. */
function readZone(file: Buffer): { changes: Change[]; rule: string } {
  const [, , , , , isUtCount = 0, isStdCount = 0, leapCount = 0, timeCount = 0, typeCount = 0, charCount = 0] = header(file, 0)
  const second = 44 + timeCount * 5 + typeCount * 6 + charCount + leapCount * 8 + isStdCount + isUtCount
  const [, , , , , utcs = 0, stds = 0, leaps = 0, times = 0, types = 0, chars = 0] = header(file, second)
  const start = second + 44
  const typesAt = start + times * 9
  const charsAt = typesAt + types * 6
  const kindOf = (type: number): string => {
    const abbreviation = charsAt + file.readUInt8(typesAt + type * 6 + 5)
    return `${file.subarray(abbreviation, file.indexOf(0, abbreviation)).toString()} ${file.readInt32BE(typesAt + type * 6)}`
  }
  const all: Change[] = [{ at: Number.NEGATIVE_INFINITY, kind: kindOf(0) }]
  for (let i = 0; i < times; i++) all.push({ at: Number(file.readBigInt64BE(start + i * 8)), kind: kindOf(file.readUInt8(start + times * 8 + i)) })
  const rule = file
    .subarray(charsAt + chars + leaps * 12 + stds + utcs)
    .toString()
    .trim()
  return { changes: since1970(all), rule }
}

function header(file: Buffer, at: number): number[] {
  return [0, 0, 0, 0, 0, ...[20, 24, 28, 32, 36, 40].map(offset => file.readUInt32BE(at + offset))]
}

function since1970(all: readonly Change[]): Change[] {
  const before = all.findLast(change => change.at <= 0)
  const kept = [{ at: 0, kind: before?.kind ?? '' }, ...all.filter(change => change.at > 0)]
  // The last one also where it changes nothing: the rule holds only after it.
  return kept.filter((change, i) => i === 0 || i === kept.length - 1 || change.kind !== kept[i - 1]?.kind)
}

// Liberia's change of 1972 fell between two minutes.
const UNIT = 30

/** One line: names; rule; kinds; half minutes since the change before and number of the kind, in base 36. */
function encodeLine(names: readonly string[], { changes, rule }: { changes: Change[]; rule: string }): string {
  const kinds = [...new Set(changes.map(change => change.kind))]
  let last = 0
  const steps = changes.map(({ at, kind }) => {
    const step = [(at - last) / UNIT, kinds.indexOf(kind)].map(number => number.toString(36)).join(' ')
    last = at
    return step
  })
  return [names.join(','), rule, kinds.join(','), steps.join(' ')].join(';')
}

function main(folder: string): void {
  const alike = new Map<string, { names: string[]; zone: { changes: Change[]; rule: string } }>()
  for (const name of zoneNames(folder)) {
    const zone = readZone(readFileSync(join(folder, name)))
    const key = JSON.stringify(zone)
    const known = alike.get(key)
    if (known === undefined) alike.set(key, { names: [name], zone })
    else known.names.push(name)
  }
  const text = [...alike.values()].map(({ names, zone }) => encodeLine(names, zone)).join('\n')
  const base64 = deflateRawSync(text, { level: 9 }).toString('base64')
  const lines = base64.match(/.{1,150}/g) ?? []
  const head = '// Time zones since 1970 from the IANA database, deflated, in base64; made by scripts/zone-data.ts, read by time-zones.ts. Do not edit.'
  const body = lines.map((line, i) => `  '${line}'${i === lines.length - 1 ? '' : ' +'}`).join('\n')
  writeFileSync(join(import.meta.dirname, '../src/lib/go/time-zone-data.ts'), `${head}\n\nexport const ZONE_DATA =\n${body}\n`)
}

main(process.argv[2] ?? '/usr/share/zoneinfo')
