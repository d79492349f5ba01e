// Every command that needs no cluster, over broken examples and small floods: each run ends in a finding or well, none in a bug report.

import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'

const SECONDS = Number(process.env.COMMANDS_SECONDS ?? 12)
const SEED = process.env.COMMANDS_SEED ?? '1'

t.test('no command ends in a bug report, whatever the input is', async t => {
  const folder = t.testdir({ errors: '' })
  const [errors, results] = [join(folder, 'errors'), join(folder, 'results')]
  const descriptor = openSync(errors, 'a+')
  const args = [join(import.meta.dirname, '../support/every-command.ts'), SEED, String(1000 * SECONDS), errors, results]
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', descriptor] })
  closeSync(descriptor)
  t.equal(status, 0, readFileSync(errors, 'utf8').slice(-1000))
  const { runs, found } = JSON.parse(readFileSync(results, 'utf8')) as { runs: number; found: string[] }
  t.same(found, [])
  t.equal(runs > 50, true, `${runs} runs`)
})
