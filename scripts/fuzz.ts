// `npm run fuzz [-- [--minutes N] NAME…]`: every property of test/fuzz/NAME.test.ts for N minutes (1), from a seed that is new each time, in little memory.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'

const FOLDER = join(import.meta.dirname, '../test/fuzz')
const FILE = /^(.+)\.test\.ts$/
/** JavaScript's heap in megabytes; a run that needs more of it fails. */
const HEAP = 512

const all = readdirSync(FOLDER).flatMap(file => FILE.exec(file)?.[1] ?? [])
const { values, positionals: asked } = parseArgs({ options: { minutes: { type: 'string' } }, allowPositionals: true })
const minutes = Number(values.minutes ?? 1)
if (!(minutes > 0)) throw new Error(`--minutes wants a number: ${values.minutes}`)
const unknown = asked.filter(name => !all.includes(name))
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}: it is one of ${all.join(', ')}`)

for (const name of asked.length > 0 ? asked : all) {
  console.log(`# ${name}`)
  // Properties that are tried for as long as wanted take longer than a test may.
  const env = { FUZZ_SECONDS: String(minutes * 60), ...process.env, TAP_TIMEOUT: '0' }
  const { status, signal } = spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, join(FOLDER, `${name}.test.ts`)], { env, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
  if (signal !== null) console.log(`# ${name}: ended by ${signal}`)
}
