// `npm run bench -- --gate`: fails where the built program needs over a tenth more CPU or memory than that of the previous commit, and proves that it would see 15 %.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { type Case, casesOf, proveInjected } from './cases.ts'
import { type Cost, median, type Program, runInTurns } from './measure.ts'
import { judge, SEEDED } from './verdict.ts'

/** How often a case is measured before its answer counts: more rounds are added as long as the noise hides the proof or a ratio is above the limit. */
const TRIES = 4
const ROOT = join(import.meta.dirname, '../..')

/** Answers with the exit code. */
export function gate(bundle: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'))
  try {
    const before = previousBundle(folder)
    if (before === undefined) {
      console.log('the previous commit is not here, so that there is nothing to compare with: git fetch --deepen=1')
      return 1
    }
    const verdicts = casesOf(['diverse', 'real', 'one', 'empty'], 150).map(one => passes(one, { before, bundle, folder }))
    return verdicts.every(Boolean) ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Compared {
  readonly before: string
  readonly bundle: string
  readonly folder: string
}

function passes(one: Case, { before, bundle, folder }: Compared): boolean {
  const rounds = one.count > 1 ? 3 : 7
  const running = (script: string): Program => ({ name: script, args: [script], input: one.input, prove: output => proveInjected(one, output) })
  const programs = [before, bundle, seeded(running(bundle), folder)].map(running)
  const costs: Cost[][] = programs.map(() => [])
  for (let tried = 1; ; tried++) {
    for (const [i, more] of runInTurns(programs, rounds).entries()) costs[i]?.push(...more)
    const [previous = [], now = [], slowed = []] = costs
    const { cpu, memory, seededCpu, seededMemory, problems } = judge({ before: previous, now, seeded: slowed })
    if (problems.length > 0 && tried < TRIES) continue
    const [ofCpu, ofMemory] = [`${cpu.toFixed(2)} (${seededCpu.toFixed(2)} seeded)`, `${memory.toFixed(2)} (${seededMemory.toFixed(2)} seeded)`]
    console.log(`${one.name}, ${one.injected} injected: CPU ${ofCpu}, memory ${ofMemory} of the previous commit; ${tried * rounds} rounds`)
    for (const problem of problems) console.log(`  ${problem}`)
    return problems.length === 0
  }
}

/** The program with idle work at its start, and with memory that it holds to its end. */
function seeded(program: Program, folder: string): string {
  const [costs = []] = runInTurns([program], 3)
  const of = (field: 'cpuMs' | 'rssMb') => median(costs.map(cost => cost[field])) * SEEDED
  const memory = `globalThis.seeded = Buffer.alloc(${Math.round(of('rssMb') * 2 ** 20)}, 1)`
  const end = Math.round(of('cpuMs') * 1000)
  const idle = `const start = process.cpuUsage(); let now = start; ${memory}; while (now.user + now.system - start.user - start.system < ${end}) now = process.cpuUsage()`
  const file = join(folder, 'seeded.cjs')
  writeFileSync(file, readFileSync(program.name, 'utf8').replace(/^#!.*\n/, `{ ${idle} }\n`))
  return file
}

/** The bundle of the commit before this one, on a branch of where it left main, built with the packages of today; undefined where that commit is not here. */
function previousBundle(folder: string): string | undefined {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout.trim()
  const base = git('merge-base', 'HEAD', 'main')
  const commit = base === '' || base === git('rev-parse', 'HEAD') ? git('rev-parse', '--verify', '--quiet', 'HEAD~1') : base
  if (commit === '') return undefined
  const tree = join(folder, 'previous')
  spawnSync('git', ['worktree', 'add', '--detach', tree, commit], { cwd: ROOT })
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
    const bundle = join(folder, 'previous.cjs')
    const build = `import('./scripts/bundle.ts').then(({ bundleProgram }) => bundleProgram(${JSON.stringify(bundle)}))`
    const { status, stderr } = spawnSync(process.execPath, ['-e', build], { cwd: tree, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${commit} cannot be built: ${stderr.slice(0, 2000)}`)
    return bundle
  } finally {
    spawnSync('git', ['worktree', 'remove', '--force', tree], { cwd: ROOT })
  }
}
