// Memory: what cannot hold a workload takes none, however much there is of it. The program runs with a heap that would not hold it.

import { spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { example, program } from '../support/rig.ts'

/** Of MiB. What the program needs for itself is less than half of it. */
const HEAP = 96
const MIB = 1 << 20
const CONFIGURATION = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const STORE = example('store.yaml')

const data = (bytes: number) =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: data\nstringData:\n${'  key: some value that takes room\n'.repeat(bytes / 33)}`

function runInSmallHeap(args: readonly string[], cwd: string, input = '') {
  // In CI the program sums up on standard error.
  const { NODE_OPTIONS: _, CI: __, ...env } = process.env
  const done = spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, program(), ...args], { cwd, env, input, encoding: 'utf8', maxBuffer: 1 << 29 })
  return { code: done.status, stdout: done.stdout, stderr: done.stderr.slice(0, 1000) }
}

t.test('files that cannot matter are let go: 200 MiB of them', async t => {
  const cwd = t.testdir({ 'mesh.yaml': CONFIGURATION, 'data.yaml': data(MIB / 4), 'z.yaml': STORE, more: {} })
  for (let i = 0; i < 800; i++) symlinkSync('../data.yaml', join(cwd, `more/${i}.yaml`))
  t.match(runInSmallHeap(['check', '.'], cwd), { code: 1, stdout: /^z\.yaml:\d+:\d+: error\[injection-missing\]/, stderr: '' })
  t.match(runInSmallHeap(['inject', '--check', '.'], cwd), { code: 1, stdout: 'z.yaml\n', stderr: '' })
  t.match(runInSmallHeap(['inject', '-w', '.'], cwd), { code: 0, stdout: '', stderr: '' })
  t.match(runInSmallHeap(['check', '.'], cwd), { code: 0, stdout: '', stderr: '' })
  t.match(runInSmallHeap(['uninject', '--check', '.'], cwd), { code: 1, stdout: 'z.yaml\n', stderr: '' })
})

t.test('documents that cannot matter are not parsed: a stream of 20 MiB', async t => {
  const others = `${data(1 << 14)}---\n`.repeat(1280)
  const input = `${CONFIGURATION}---\n${others}${STORE}`
  const { code, stdout, stderr } = runInSmallHeap(['inject', '--with-config', '-'], t.testdir({}), input)
  t.same([code, stderr], [0, ''])
  t.ok(stdout.startsWith(`${CONFIGURATION}---\n${others}`))
  t.match(stdout.slice(input.length - STORE.length), /sidecar\.istio\.io\/status:/)
})

t.test('what is remembered of short strings keeps no long text alive that they were cut from: 200 MiB of them', async t => {
  const emit = join(import.meta.dirname, '../../src/write/emit.ts')
  const code = `
    import { inlineText } from ${JSON.stringify(emit)}
    const texts = Array.from({ length: 2000 }, (_, i) => {
      const long = \`a value: \${i} in a long text. \`.repeat(${(MIB / 10 / 32).toFixed(0)})
      return inlineText(long.slice(0, 20), { style: { quote: 'double', quoteAll: false } }).length
    })
    console.log(texts.length, texts[0])`
  const { status, stdout } = spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, '--input-type=module', '-e', code], { encoding: 'utf8' })
  t.same([status, stdout], [0, '2000 22\n'])
})
