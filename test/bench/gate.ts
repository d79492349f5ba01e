// `npm run bench -- --gate`: fails where the built program needs over a fifth more CPU or memory than the last release's, and first proves that it would see
// that it needs more CPU.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { type Cost, median, type Program, runInTurns } from './measure.ts'
import { anyDeployment, resourceList, writeManifests } from './resource-lists.ts'

const LIMIT = 1.2
/** What the proof adds; well above the limit, so that noise does not hide it. */
const SEEDED = 0.35

/** Its arguments are those behind the script. */
interface Scenario extends Program {
  readonly rounds: number
}

/** @param folder for manifests */
function scenarios(folder: string): Scenario[] {
  const injecting = (name: string, count: number, rounds: number): Scenario => ({ name, rounds, input: resourceList(count), args: [] })
  writeManifests(folder, 10_000)
  return [
    injecting('an empty list', 0, 9),
    injecting('1 Deployment', 1, 9),
    injecting('1,000 Deployments', 1000, 5),
    { name: '300 Deployments of many forms', rounds: 5, input: resourceList(300, anyDeployment), args: [] },
    { name: '10,000 files of which 100 are workloads', rounds: 5, input: '', args: ['check', folder], codes: [0, 1] },
  ]
}

/** Answers with the exit code. */
export function gate(bundle: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'))
  try {
    const release = lastRelease(folder)
    if (release === undefined) console.log('no release yet: there is no tag v*; the program is compared with itself\n')
    const before = release?.bundle ?? bundle
    let failed = false
    for (const { name, rounds, ...run } of scenarios(join(folder, 'manifests'))) {
      const running = (script: string): Program => ({ ...run, name: script, args: [script, ...run.args] })
      const proof = slowed(running(bundle), folder)
      const [old, now, slow] = runInTurns([before, bundle, proof].map(running), rounds)
      const [cpu, memory, seen] = [ratioOf('cpuMs', now, old), ratioOf('rssMb', now, old), ratioOf('cpuMs', slow, now)]
      const slowdown = `with a slowdown of ${SEEDED * 100} % seeded ${seen.toFixed(2)}`
      console.log(`${name}: ${cpu.toFixed(2)} of ${release?.tag ?? 'itself'}, memory ${memory.toFixed(2)}; ${slowdown}`)
      if (seen <= LIMIT) console.log('  the seeded slowdown was not seen: this measurement proves nothing')
      const regressed = cpu > LIMIT || memory > LIMIT
      if (regressed) console.log(`  a regression of more than ${Math.round((LIMIT - 1) * 100)} %`)
      failed ||= seen <= LIMIT || regressed
    }
    return failed ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The median of the rounds' ratios: what slows a round down, slows both. */
function ratioOf(field: 'cpuMs' | 'rssMb', costs: readonly Cost[] = [], others: readonly Cost[] = []): number {
  return median(costs.map((cost, i) => cost[field] / (others[i]?.[field] ?? Number.NaN)))
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

/** Builds the newest release that is not the commit at hand. */
function lastRelease(folder: string): { readonly tag: string; readonly bundle: string } | undefined {
  const root = join(import.meta.dirname, '../..')
  const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim()
  const head = git('rev-parse', 'HEAD')
  const tag = git('tag', '--list', 'v*', '--sort=-v:refname')
    .split('\n')
    .find(name => name !== '' && git('rev-list', '-n', '1', name) !== head)
  if (tag === undefined) return undefined
  const tree = join(folder, 'release')
  spawnSync('git', ['worktree', 'add', '--detach', tree, tag], { cwd: root })
  try {
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
    const { status, stderr } = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: tree, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${tag} cannot be built: ${stderr.slice(0, 2000)}`)
    const bundle = join(folder, `${tag}.cjs`)
    writeFileSync(bundle, readFileSync(join(tree, 'dist/inject-sidecars.cjs')))
    return { tag, bundle }
  } finally {
    spawnSync('git', ['worktree', 'remove', '--force', tree], { cwd: root })
  }
}
