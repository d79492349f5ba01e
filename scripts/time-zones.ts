// Writes src/lib/go/time-zone-data.ts from the time zones that come with Go: `node scripts/time-zones.ts` (RFC 8536; the version is that of IANA's database).

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'

const TARGET = join(import.meta.dirname, '../src/lib/go/time-zone-data.ts')

interface Change {
  readonly at: number
  /** Abbreviation and offset: `CET 3600`. */
  readonly kind: string
}

/** The folder with Go's time zones; undefined where there is no Go. */
export function goTimeFolder(): string | undefined {
  const root = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).stdout?.trim() ?? ''
  return root === '' ? undefined : join(root, 'lib/time')
}

/** The text of time-zone-data.ts for the time zones in a folder of Go's. */
export function zoneDataFrom(folder: string): string {
  const version = /^DATA=(\S+)$/m.exec(readFileSync(join(folder, 'update.bash'), 'utf8'))?.[1]
  if (version === undefined) throw new Error(`${folder}/update.bash names no version`)
  return zoneData(version, filesInZip(readFileSync(join(folder, 'zoneinfo.zip'))))
}

/** The files in a ZIP archive that holds them as they are. */
function filesInZip(zip: Buffer): [name: string, file: Buffer][] {
  const files: [string, Buffer][] = []
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [size, nameLength, more, comment] = [zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)]
    if (zip.readUInt16LE(at + 10) !== 0) throw new Error('the archive is compressed')
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    if (!name.endsWith('/')) files.push([name, zip.subarray(start, start + size)])
    at += 46 + nameLength + more + comment
  }
  return files.sort(([a], [b]) => (a < b ? -1 : 1))
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

function zoneData(version: string, files: readonly (readonly [name: string, file: Buffer])[]): string {
  const alike = new Map<string, { names: string[]; zone: { changes: Change[]; rule: string } }>()
  for (const [name, file] of files) {
    const zone = readZone(file)
    const key = JSON.stringify(zone)
    const known = alike.get(key)
    if (known === undefined) alike.set(key, { names: [name], zone })
    else known.names.push(name)
  }
  const text = [...alike.values()].map(({ names, zone }) => encodeLine(names, zone)).join('\n')
  const lines =
    deflateRawSync(text, { level: 9 })
      .toString('base64')
      .match(/.{1,150}/g) ?? []
  const head = '// Time zones since 1970 from the IANA database, deflated, in base64. Generated by `node scripts/time-zones.ts`; do not edit.'
  const body = lines.map((line, i) => `  '${line}'${i === lines.length - 1 ? '' : ' +'}`).join('\n')
  return `${head}\n\n/** Version of IANA's time zone database. */\nexport const ZONE_VERSION = '${version}'\n\nexport const ZONE_DATA =\n${body}\n`
}

if (import.meta.main) {
  const folder = goTimeFolder()
  if (folder === undefined) throw new Error('no Go is installed, whose time zones these are')
  writeFileSync(TARGET, zoneDataFrom(folder))
}
