// `npm test`: builds, runs the test files under tap, then every conformance suite, and closes with one line that counts both.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'

const ROOT = join(import.meta.dirname, '..')

/**
 * Tests that start npm, a build or a container's build run by themselves: tap loads itself into every node below it, and npm's own variables would reach
 * the npm that is being tested.
 */
const ALONE = ['surfaces/image', 'project/package', 'surfaces/pre-commit', 'project/supply-chain']

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): { status: number; stdout: string } {
  const { status, stdout, error } = spawnSync(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  return { status: status ?? 1, stdout }
}

/** The counts that tap closes its output with, e.g. `# { total: 4, pass: 3, fail: 1 }`. */
function tapCounts(output: string): { pass: number; fail: number } {
  const summary = /^# \{ (total: .*) \}$/m.exec(output)?.[1] ?? ''
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(summary)?.[1] ?? 0)
  return { pass: count('pass'), fail: count('fail') }
}

/** What failed or was skipped, each with its details, and the line of every test file. */
function digest(output: string): string {
  const shown: string[] = []
  let detail: string | undefined
  for (const line of output.split('\n')) {
    const [, indent, verdict] = /^( *)(ok|not ok) /.exec(line) ?? []
    if (detail !== undefined && (verdict !== undefined || !line.startsWith(detail))) detail = undefined
    if (verdict === 'not ok') detail = `${indent} `
    if (verdict === 'not ok' || (verdict === 'ok' && (indent === '' || / # SKIP/i.test(line))) || detail !== undefined) shown.push(line)
  }
  return `${shown.join('\n')}\n`
}

function main(): void {
  const build = run('npm', ['run', '--silent', 'build'])
  process.stdout.write(build.stdout)
  if (build.status !== 0) throw new Error('the build failed')

  const tap = run('tap', ['--reporter=tap'])
  process.stdout.write(digest(tap.stdout))
  const counts = tapCounts(tap.stdout)
  let status = tap.status
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') && name !== 'NODE_OPTIONS'))
  for (const name of ALONE) {
    const alone = run(process.execPath, [join(ROOT, `test/${name}.test.ts`)], { ...env, TAP_TIMEOUT: '600' })
    process.stdout.write(`${alone.status === 0 ? 'ok' : 'not ok'} test/${name}.test.ts\n${alone.status === 0 ? '' : digest(alone.stdout)}`)
    const { pass, fail } = tapCounts(alone.stdout)
    counts.pass += pass
    counts.fail += fail
    status ||= alone.status
  }

  const conformance = run(process.execPath, [join(ROOT, 'test/conformance/run.ts')])
  process.stdout.write(conformance.stdout)
  let passed = counts.pass
  let failed = counts.fail
  for (const [, pass] of conformance.stdout.matchAll(/^\S+ (\d+)\/(\d+)(?: |$)/gm)) passed += Number(pass)
  for (const [, count] of conformance.stdout.matchAll(/^unexpected failures: (\d+)$/gm)) failed += Number(count)

  if (status !== 0 && failed === 0) failed = 1
  if (conformance.status !== 0 && failed === 0) failed = 1
  process.exitCode = failed === 0 ? 0 : 1
  console.log(`${passed} passed, ${failed} failed`)
}

main()
