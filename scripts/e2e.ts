// `npm run e2e`: installs a control plane, runs the tests of test/e2e on it, one file after another, and closes with one line that counts them.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { digest, tapCounts } from './tap-output.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'test/e2e')
/** The first CronJob runs after a minute. */
const TIMEOUT_S = 300

function run(command: string, args: readonly string[]): { status: number; stdout: string } {
  // Variables of npm would reach the programs that are tested.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') && name !== 'NODE_OPTIONS'))
  const { status, stdout, error } = spawnSync(command, args, {
    cwd: ROOT,
    env: { ...env, TAP_TIMEOUT: String(TIMEOUT_S) },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (error) throw error
  return { status: status ?? 1, stdout }
}

function main(): void {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.e2e.ts'))
  let passed = 0
  let failed = 0
  const installed = run(join(ROOT, 'scripts/install-control-plane.sh'), []).status === 0
  if (!installed) failed = 1
  for (const name of installed ? files : []) {
    const { status, stdout } = run(process.execPath, [join(FOLDER, name)])
    process.stdout.write(`${status === 0 ? 'ok' : 'not ok'} test/e2e/${name}\n${digest(stdout)}`)
    const { pass, fail } = tapCounts(stdout)
    passed += pass
    // A file that ends without a count has failed, too.
    failed += status !== 0 && fail === 0 ? 1 : fail
  }
  process.exitCode = failed === 0 ? 0 : 1
  console.log(`${passed} passed, ${failed} failed`)
}

main()
