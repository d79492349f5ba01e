// The program from a start-up snapshot, as the image and the executable start it: it answers as the bundle does, and keeps nothing of the machine, the folder and the
// environment in which the snapshot was made.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { bundleSnapshot } from '../../scripts/bundle.ts'
import { V8_FLAGS } from '../../scripts/v8-flags.ts'
import { example, program, ROOT, resourceList } from '../support/rig.ts'
import { shop } from '../support/tools.ts'

const folder = t.testdir({ 'only-here.txt': '' })
const BLOB = join(folder, 'program.blob')
/** As the image's entry point: Node takes no option behind the path of a script. */
const SNAPSHOT = [...V8_FLAGS, '--snapshot-blob', BLOB, 'program']
const BUILDER_HOME = 'HOME-OF-THE-BUILDER'
const SHOP = ['istio/config.yaml', 'namespace.yaml', 'web.yaml', 'store.yaml'].map(example)

function call(args: readonly string[], { input = '', cwd = ROOT, env = {} }: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv }) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  return { status, stdout, stderr }
}

t.test("the image's entry point has the same flags of V8 as the executable", async t => {
  const [, entryPoint = ''] = /^ENTRYPOINT (\[[^\]]*\])/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', '')) ?? []
  t.same(JSON.parse(entryPoint), ['/nodejs/bin/node', ...V8_FLAGS, '--snapshot-blob', '/inject-sidecars.blob', '/inject-sidecars.cjs'])
})

t.test('the snapshot is made in surroundings of its own', async t => {
  bundleSnapshot(join(folder, 'program.cjs'))
  const env = {
    HOME: `/${BUILDER_HOME}`,
    HELM_NAMESPACE: 'builder',
    ARGOCD_APP_NAMESPACE: 'builder',
    NO_COLOR: '1',
    TERM: 'dumb',
    TZ: 'Asia/Tokyo',
    LANG: 'tr_TR',
  }
  const args = ['--snapshot-blob', BLOB, '--build-snapshot', 'program.cjs', 'inject', '--builders-argument']
  t.same(call(args, { cwd: folder, env }), { status: 0, stdout: '', stderr: '' })
  const blob = readFileSync(BLOB, 'latin1')
  t.equal(blob.includes(BUILDER_HOME), false)
})

const inputs: readonly (readonly [name: string, input: string])[] = [
  ['nothing to inject', resourceList([])],
  ['the example', resourceList(SHOP)],
  ['the example with its function config', resourceList(SHOP, example('sidecars.yaml').replace(/ {2}annotations:\n(?: {4}.*\n)+/, ''))],
  ['the list of the snapshot with another image', resourceList(SHOP).replaceAll(/image: (\S+)/g, 'image: other/$1')],
  ['no YAML', 'a: ['],
]

for (const [name, input] of inputs) {
  t.test(`as KRM function it answers as the bundle does: ${name}`, async t => {
    const wanted = call([program()], { input })
    t.equal(wanted.stdout === '', name === 'no YAML')
    t.same(call(SNAPSHOT, { input }), wanted)
  })
}

t.test('arguments, folder, environment and time zone are those of the start', async t => {
  const cwd = t.testdir({ files: shop(), ours: shop() })
  const commands = [['--version'], ['--help'], ['injcet'], ['inject', '.'], ['check', '.'], ['explain', 'web.yaml'], ['schema'], ['help', 'yaml-syntax']]
  for (const env of [{}, { HELM_NAMESPACE: 'shop' }, { NO_COLOR: '1', TZ: 'Europe/Berlin', HOME: cwd }]) {
    for (const args of commands) {
      t.same(call([...SNAPSHOT, ...args], { cwd: join(cwd, 'ours'), env }), call([program(), ...args], { cwd: join(cwd, 'ours'), env }), args.join(' '))
    }
  }
  mkdirSync(join(cwd, 'empty'))
  t.same(call([...SNAPSHOT, 'inject', 'only-here.txt'], { cwd: join(cwd, 'empty') }), call([program(), 'inject', 'only-here.txt'], { cwd: join(cwd, 'empty') }))
  t.equal(call([...SNAPSHOT, 'inject', '-w', '.'], { cwd: join(cwd, 'ours') }).status, 0)
  t.equal(call([program(), 'inject', '-w', '.'], { cwd: join(cwd, 'files') }).status, 0)
  t.equal(readFileSync(join(cwd, 'ours/web.yaml'), 'utf8'), readFileSync(join(cwd, 'files/web.yaml'), 'utf8'))
  t.match(readFileSync(join(cwd, 'ours/web.yaml'), 'utf8'), /sidecar\.istio\.io\/status/)
})
