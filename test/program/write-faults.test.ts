// Faults at every call to the system that writing makes: each file is the old one or the new one, whole, and the exit code and the message tell which.

import { spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { example, program } from '../support/rig.ts'

const FAULTS = join(import.meta.dirname, '../support/faults.cjs')
const STORE = example('store.yaml')
const CONFIG = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: own}
spec:
  injectors:
  - name: own
    webhooks: [{objectSelector: {}}]
    config: {defaultTemplates: [own], templates: {own: "spec: {containers: [{name: helper, image: helper}]}"}}
`
/** The second one has another name, which is given to the program, too. */
const NAMES = ['a.yaml', 'b.yaml', 'c.yaml']
/** A kill after a call is one before the next. */
const FAULTS_OF_ALL = ['EIO', 'EINTR', 'kill']
const MORE_FAULTS = ['ENOSPC', 'EACCES']
const CHANGING = new Set(['openSync', 'writeSync', 'fchmodSync', 'fsyncSync', 'renameSync', 'linkSync', 'unlinkSync'])

t.test('a fault at each call', async t => {
  const cwd = t.testdir({ apps: {}, 'inject-sidecars.yaml': CONFIG })
  const { CI: _, ...quiet } = process.env
  const reset = () => {
    rmSync(join(cwd, 'apps'), { recursive: true })
    mkdirSync(join(cwd, 'apps'))
    for (const name of ['a.yaml', 'b.yaml']) writeFileSync(join(cwd, 'apps', name), STORE)
    linkSync(join(cwd, 'apps/b.yaml'), join(cwd, 'apps/c.yaml'))
  }
  const run = (env: Record<string, string> = {}) =>
    spawnSync(process.execPath, ['-r', FAULTS, program(), 'inject', '-w', 'apps'], {
      cwd,
      env: { ...quiet, NODE_COMPILE_CACHE: join(cwd, 'cache'), ...env },
      encoding: 'utf8',
    })
  const texts = () => NAMES.map(name => readFileSync(join(cwd, 'apps', name), 'utf8'))

  reset()
  const log = join(cwd, 'calls')
  const whole = run({ FAULT_LOG: log })
  t.same([whole.status, whole.stderr], [0, ''])
  const [NEW = ''] = texts()
  t.same(texts(), [NEW, NEW, NEW])
  t.equal(statSync(join(cwd, 'apps/c.yaml')).ino, statSync(join(cwd, 'apps/b.yaml')).ino, 'links stay links')
  const calls = readFileSync(log, 'utf8').trimEnd().split('\n')
  for (const name of ['openSync', 'writeSync', 'fchmodSync', 'fsyncSync', 'closeSync', 'readFileSync', 'renameSync', 'linkSync', 'unlinkSync'])
    t.equal(calls.includes(name), true, name)

  for (const [i, call] of calls.entries()) {
    for (const what of CHANGING.has(call) ? [...FAULTS_OF_ALL, ...MORE_FAULTS] : FAULTS_OF_ALL) {
      const where = `${what} at ${call}, call ${i + 1} of ${calls.length}`
      reset()
      const { status, signal, stderr } = run({ FAULT: `${i + 1} ${what}` })
      const now = texts()
      const isNew = now.map(text => text === NEW)
      t.same(
        now.filter(text => text !== NEW && text !== STORE),
        [],
        `${where}: old or new`,
      )
      if (what === 'kill') t.equal(signal, 'SIGKILL', where)
      else if (isNew.includes(false)) t.same([status, /error\[file-unwritable\]: apps\/[ab]\.yaml: /.test(stderr)], [1, true], `${where}: ${status} ${stderr}`)
      else if (status !== 0) t.match(stderr, /error\[file-unwritable\]: \S*apps/, where)
      else t.equal(stderr, '', where)
      if (what === 'EINTR') t.same([status, isNew], [0, [true, true, true]], where)
      // The next run finishes the work, and leaves nothing.
      if (what !== 'kill' && (what !== 'EIO' || isNew[0])) continue
      const next = run()
      t.same([next.status, texts()], [0, [NEW, NEW, NEW]], `${where}: the next run: ${next.stderr}`)
      t.same(readdirSync(join(cwd, 'apps')).sort(), NAMES, `${where}: nothing is left`)
    }
  }
})
