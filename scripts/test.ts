// `npm test`: builds, runs the test files under tap, then every conformance suite, and closes with one line that counts both.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const ROOT = join(import.meta.dirname, '..')
const TAP_OUTPUT = join(ROOT, '.tap', 'results.tap')

function run(command: string, args: readonly string[]): { status: number; stdout: string } {
  const { status, stdout, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  return { status: status ?? 1, stdout }
}

/** The counts that tap closes its output with, e.g. `# { total: 4, pass: 3, fail: 1 }`. */
function tapCounts(output: string): { pass: number; fail: number } {
  const summary = /^# \{ (total: .*) \}$/m.exec(output)?.[1] ?? ''
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(summary)?.[1] ?? 0)
  return { pass: count('pass'), fail: count('fail') }
}

function main(): void {
  const build = run('npm', ['run', '--silent', 'build'])
  process.stdout.write(build.stdout)
  if (build.status !== 0) throw new Error('the build failed')

  mkdirSync(join(ROOT, '.tap'), { recursive: true })
  rmSync(TAP_OUTPUT, { force: true })
  const tap = run('tap', ['--reporter=terse', `--output-file=${TAP_OUTPUT}`])
  process.stdout.write(tap.stdout)
  const counts = tapCounts(readFileSync(TAP_OUTPUT, 'utf8'))

  const conformance = run(process.execPath, [join(ROOT, 'test/conformance/run.ts')])
  process.stdout.write(conformance.stdout)
  let passed = counts.pass
  let failed = counts.fail
  for (const [, pass, total] of conformance.stdout.matchAll(/^\S+ (\d+)\/(\d+)(?: |$)/gm)) passed += Number(pass)
  for (const [, count] of conformance.stdout.matchAll(/^unexpected failures: (\d+)$/gm)) failed += Number(count)

  if (tap.status !== 0 && failed === 0) failed = 1
  if (conformance.status !== 0 && failed === 0) failed = 1
  process.exitCode = failed === 0 ? 0 : 1
  console.log(`${passed} passed, ${failed} failed`)
}

main()
