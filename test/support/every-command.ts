// Runs the commands that need no cluster, one after another in this process, over inputs that are wrong somewhere, and writes what a user must never see to a file.
// Started by test/hostile/every-command.test.ts: its standard error is the file that it reads.

import { ftruncateSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import fc from 'fast-check'
import { runCommand } from '../../src/cli/commands.ts'
import { InjectError, tooLargeOr } from '../../src/lib/model/index.ts'
import { FLOODS } from './floods.ts'
import { mutatedText } from './mutate.ts'
import { random } from './random.ts'
import { ROOT } from './rig.ts'

const [seed = '1', milliseconds = '1000', errors = '', results = ''] = process.argv.slice(2)
const until = Date.now() + Number(milliseconds)
const below = random(Number(seed))

type Files = ReadonlyMap<string, string | Buffer>

/** `FILE` stands for one of the files. */
const COMMANDS: readonly (readonly string[])[] = [
  ['check', '-o', 'sarif', '.'],
  ['check', '--sources', '--strict', '.'],
  ['explain', '--trace', '.'],
  ['explain', '--pod', '.'],
  ['explain', '--html', 'page.html', '.'],
  ['report', '-o', 'json', '.'],
  ['report', '--html', 'fleet.html', '.'],
  ['report', '--merge', '.'],
  ['report', '--pods', 'FILE', '.'],
  ['images', '-o', 'cyclonedx', '.'],
  ['images', '--lock', 'FILE', '.'],
  ['patch', '.'],
  ['patch', '-o', 'json6902', '.'],
  ['policy', 'FILE'],
  ['upgrade', '--from', '.', '--to', 'FILE', '.'],
  ['init', '.'],
  ['inject', '-w', '-o', 'html', '.'],
  ['uninject', '--from-status', '-w', '.'],
]

const EXAMPLES = readdirSync(join(ROOT, 'examples'))

function exampleFiles(name: string): Map<string, string | Buffer> {
  const root = join(ROOT, 'examples', name)
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(path => statSync(join(root, path)).isFile() && !path.endsWith('.md'))
  return new Map(paths.sort().map(path => [path, readFileSync(join(root, path), 'utf8')]))
}

/** An example, one file of which is cut off, has a flipped bit, or is changed at random. */
function brokenExample(n: number): Files {
  const files = exampleFiles(EXAMPLES[n % EXAMPLES.length] ?? '')
  const [path = '', text = ''] = [...files][below(files.size)] ?? []
  const bytes = Buffer.from(text)
  const kind = below(6)
  if (kind === 0) files.set(path, bytes.subarray(0, below(bytes.length + 1)))
  else if (kind === 1 && bytes.length > 0) {
    const at = below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
    files.set(path, bytes)
  } else files.set(path, fc.sample(mutatedText([bytes.toString()]), { numRuns: 1, seed: Number(seed) * 1_000_000 + n })[0] ?? '')
  return files
}

/** What is wrong with a run; undefined if it ended in a finding, or well. */
async function badEnd(args: readonly string[]): Promise<string | undefined> {
  ftruncateSync(2, 0)
  try {
    const code = await runCommand(args)
    const said = /error\[internal\].*/.exec(readFileSync(errors, 'utf8'))
    return said?.[0] ?? (code === 2 ? 'exit code 2' : undefined)
  } catch (error) {
    const known = tooLargeOr(error)
    if (known instanceof InjectError) return known.diagnostic.code === 'internal' ? known.diagnostic.message : undefined
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

const found: string[] = []
let runs = 0

async function runAll(label: string, files: Files, commands: readonly (readonly string[])[]): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), 'commands-'))
  process.chdir(cwd)
  for (const command of commands) {
    for (const [path, text] of files) {
      mkdirSync(join(cwd, dirname(path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
    const args = command.map(arg => (arg === 'FILE' ? ([...files.keys()][below(files.size)] ?? '') : arg))
    const bad = await badEnd(args)
    runs++
    if (bad !== undefined) found.push(`${label}: ${args.join(' ')}: ${bad}`)
  }
  process.chdir(tmpdir())
  rmSync(cwd, { recursive: true })
}

const SMALL = 30
for (let n = 0; Date.now() < until; n++) {
  const some = [n, 5 * n + 1, 7 * n + 3].map(i => COMMANDS[i % COMMANDS.length] ?? [])
  await runAll(`seed ${seed}, example ${n}`, brokenExample(n), some)
  const flood = FLOODS[(n + Number(seed)) % FLOODS.length]
  if (flood !== undefined) await runAll(flood.name, new Map(Object.entries(flood.make(Math.min(flood.count, SMALL)).files)), some)
}
writeFileSync(results, JSON.stringify({ runs, found }))
