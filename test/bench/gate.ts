// `npm run bench -- --gate`: fails where the built program needs over a tenth more CPU than that of the previous commit, and proves that it would see less than a sixth.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { largeCases, SMALL } from './cases.ts'
import { type Cost, median, type Program, runInTurns } from './measure.ts'
import { anyDeployment, resourceList } from './resource-lists.ts'

const LIMIT = 1.1
/** What the proof adds. */
const SEEDED = 0.15
/** How often a case is measured before its answer counts: more rounds are added as long as the noise hides the proof or a ratio is above the limit. */
const TRIES = 4
const ROOT = join(import.meta.dirname, '../..')

interface Scenario {
  readonly name: string
  readonly input: string
  readonly rounds: number
}

/** Of how many forms, real ones, one, none; where the data is not there, Deployments of many forms made here. */
function scenarios(): readonly Scenario[] {
  const large = largeCases(150).filter(({ name }) => name !== 'similar')
  if (large.length < 2) console.log('the data for diverse and real is not there: they are skipped for Deployments of many forms made here')
  const made = { name: '150 made here', input: resourceList(150, anyDeployment) }
  return [
    ...SMALL.map(({ name, input }) => ({ name, input, rounds: 9 })),
    ...(large.length < 2 ? [made] : large).map(({ name, input }) => ({ name, input, rounds: 5 })),
  ]
}

/** Answers with the exit code. */
export function gate(bundle: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'))
  try {
    const previous = previousBundle(folder)
    if (previous === undefined) console.log('there is no previous commit: the program is compared with itself')
    const verdicts = scenarios().map(scenario => passes(scenario, { before: previous ?? bundle, bundle, folder }))
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

function passes({ name, input, rounds }: Scenario, { before, bundle, folder }: Compared): boolean {
  const running = (script: string): Program => ({ name: script, args: [script], input, codes: [0, 1] })
  const programs = [before, bundle, slowed(running(bundle), folder)].map(running)
  const costs: Cost[][] = programs.map(() => [])
  for (let tried = 1; ; tried++) {
    for (const [i, more] of runInTurns(programs, rounds).entries()) costs[i]?.push(...more)
    const [cpu, seen] = [ratioOf(costs[1], costs[0]), ratioOf(costs[2], costs[1])]
    const ends = cpu <= LIMIT && seen > LIMIT
    if (!ends && tried < TRIES) continue
    console.log(`${name}: ${cpu.toFixed(2)} of the previous commit; with ${SEEDED * 100} % seeded ${seen.toFixed(2)}; ${tried * rounds} rounds`)
    if (cpu > LIMIT) console.log(`  slower by more than ${Math.round((LIMIT - 1) * 100)} %`)
    if (seen <= LIMIT) console.log('  the seeded slowdown was not seen: this measurement proves nothing')
    return ends
  }
}

/** The median of the rounds' ratios: what slows a round down, slows both. */
function ratioOf(costs: readonly Cost[] = [], others: readonly Cost[] = []): number {
  return median(costs.map(({ cpuMs }, i) => cpuMs / (others[i]?.cpuMs ?? Number.NaN)))
}

/** The program with idle work at its start. */
function slowed(program: Program, folder: string): string {
  const [costs = []] = runInTurns([program], 3)
  const microseconds = Math.round(median(costs.map(({ cpuMs }) => cpuMs)) * SEEDED * 1000)
  const idle = `{ const start = process.cpuUsage(); let now = start; while (now.user + now.system - start.user - start.system < ${microseconds}) now = process.cpuUsage() }`
  const file = join(folder, 'slowed.cjs')
  writeFileSync(file, readFileSync(program.name, 'utf8').replace(/^#!.*\n/, `${idle}\n`))
  return file
}

/** The bundle of the commit before this one, on a branch of where it left main; built with the packages of today. */
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
