// `npm run bench -- --gate`: fails where the built program needs over a fifth more CPU than the last release's, and first proves that it would see that.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { type Cost, median, type Program, runInTurns } from './measure.ts'
import { resourceList } from './resource-lists.ts'

const LIMIT = 1.2
/** What the proof adds; well above the limit, so that noise does not hide it. */
const SEEDED = 0.35

const SCENARIOS = [
  { name: 'an empty list', count: 0, rounds: 9 },
  { name: '1 Deployment', count: 1, rounds: 9 },
  { name: '1,000 Deployments', count: 1000, rounds: 5 },
] as const

/** Answers with the exit code. */
export function gate(bundle: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'))
  try {
    const release = lastRelease(folder)
    if (release === undefined) console.log('no release yet: there is no tag v*; the program is compared with itself\n')
    const before = release?.bundle ?? bundle
    let failed = false
    for (const { name, count, rounds } of SCENARIOS) {
      const input = resourceList(count)
      const proof = slowed({ bundle, input, folder })
      const [old, now, slow] = runInTurns(
        [before, bundle, proof].map(script => ({ name: script, args: [script], input })),
        rounds,
      )
      const ratio = ratioOf(now, old)
      const seen = ratioOf(slow, now)
      console.log(`${name}: ${ratio.toFixed(2)} of ${release?.tag ?? 'itself'}; with a slowdown of ${SEEDED * 100} % seeded ${seen.toFixed(2)}`)
      if (seen <= LIMIT) console.log('  the seeded slowdown was not seen: this measurement proves nothing')
      if (ratio > LIMIT) console.log(`  a regression of more than ${Math.round((LIMIT - 1) * 100)} %`)
      failed ||= seen <= LIMIT || ratio > LIMIT
    }
    return failed ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The median of the rounds' ratios: what slows a round down, slows both. */
function ratioOf(costs: readonly Cost[] = [], others: readonly Cost[] = []): number {
  return median(costs.map((cost, i) => cost.cpuMs / (others[i]?.cpuMs ?? Number.NaN)))
}

/** The program with idle work at its start. */
function slowed({ bundle, input, folder }: { bundle: string; input: string; folder: string }): string {
  const program: Program = { name: 'program', args: [bundle], input }
  const [costs = []] = runInTurns([program], 3)
  const microseconds = Math.round(median(costs.map(({ cpuMs }) => cpuMs)) * SEEDED * 1000)
  const idle = `{ const start = process.cpuUsage(); let now = start; while (now.user + now.system - start.user - start.system < ${microseconds}) now = process.cpuUsage() }`
  const file = join(folder, 'slowed.cjs')
  writeFileSync(file, readFileSync(bundle, 'utf8').replace(/^#!.*\n/, `${idle}\n`))
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
