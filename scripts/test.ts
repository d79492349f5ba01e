// `npm test`: builds, runs the test files under tap, then every conformance suite, and closes with one line that counts both.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { digest, tapCounts } from './tap-output.ts'

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
