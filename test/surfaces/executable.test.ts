// The self-contained executable, for machines without Node: as KRM function, as command, as kustomize's plugin, without Node anywhere in PATH.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { buildExecutable } from '../../scripts/build-executable.ts'
import { VERSION } from '../../src/cli/version.ts'
import { KUBECONFIG } from '../support/kubeconfig.ts'
import { example, program, resourceList, run } from '../support/rig.ts'
import { kubectls, shop, sidecars } from '../support/tools.ts'

const skip = missing()

function missing(): string | false {
  if (process.platform !== 'linux') return 'executables are built for Linux'
  if (spawnSync('strip', ['--version']).status === 0 || process.env.CI !== undefined) return false
  return 'strip is not installed (binutils)'
}

const folder = mkdtempSync(join(tmpdir(), 'inject-sidecars-executable-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const EXECUTABLE = join(folder, 'bin/inject-sidecars')
const FUNCTION_CONFIG = example('sidecars.yaml').replace(/ {2}annotations:\n(?: {4}.*\n)+/, '')
const INPUT = resourceList([example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')], FUNCTION_CONFIG)

/** Nothing is in the environment but what is given. */
function call(args: readonly string[], { input = '', cwd = folder, env = {} }: { input?: string; cwd?: string; env?: Record<string, string> } = {}) {
  const { status, stdout, stderr } = spawnSync(EXECUTABLE, args, { input, cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  return { code: status, stdout, stderr }
}

t.test('it is built, in one file of a stated size', { skip }, async t => {
  buildExecutable(EXECUTABLE)
  const { size, mode } = statSync(EXECUTABLE)
  t.equal(mode & 0o777, 0o755)
  // docs/executable.md says 121 MB.
  t.equal(size > 90e6 && size < 130e6, true, `${size} bytes`)
})

t.test('as KRM function it answers as the program does, to the byte', { skip }, async t => {
  const wanted = run([], { input: INPUT })
  t.equal(wanted.code, 0, wanted.stderr)
  t.equal(sidecars(wanted.stdout), 2)
  t.same(call([], { input: INPUT }), wanted)
  const broken = `${INPUT}results: [`
  t.same(call([], { input: broken }), run([], { input: broken }))
})

t.test('as command it has the version, the help, the codes', { skip }, async t => {
  t.same(call(['--version']), { code: 0, stdout: `${VERSION}\n`, stderr: '' })
  t.same(call(['--help']), run(['--help']))
  t.same(call(['injcet']), run(['injcet']))
  const cwd = t.testdir(shop())
  t.equal(call(['inject', '-w', '.'], { cwd }).code, 0)
  t.equal(sidecars(readFileSync(join(cwd, 'web.yaml'), 'utf8')), 1)
})

t.test('as the plugin of a kubectl, with no Node in PATH', { skip: skip || (kubectls().length === 0 && 'kubectl is not installed') }, async t => {
  const home = join(folder, 'plugins')
  const installed = call(['install-kustomize-plugin', '--plugin-home', home])
  t.equal(installed.code, 0, installed.stderr)
  const cwd = t.testdir(shop({ 'sidecars.yaml': FUNCTION_CONFIG }))
  const [, kubectl = ''] = kubectls().at(-1) ?? []
  const built = spawnSync(kubectl, ['kustomize', '--enable-alpha-plugins', cwd], { env: { KUSTOMIZE_PLUGIN_HOME: home, PATH: '/nowhere' }, encoding: 'utf8' })
  t.equal(built.status, 0, built.stderr)
  t.equal(sidecars(built.stdout), 2)
})

t.test("the user's Node options, and files in the working directory, do not reach into it", { skip }, async t => {
  const cwd = t.testdir({ 'kubernetes-client.cjs': 'console.log("taken over")', 'preload.cjs': 'console.log("taken over")' })
  const env = { NODE_OPTIONS: `--require ${join(cwd, 'preload.cjs')}`, HOME: cwd }
  t.same(call(['--version'], { cwd, env }), { code: 0, stdout: `${VERSION}\n`, stderr: '' })
  t.same(call([], { cwd, env, input: INPUT }), run([], { input: INPUT }))
})

t.test('the Kubernetes client is inside, and no file beside it is loaded', { skip }, async t => {
  const cwd = join(folder, 'elsewhere')
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'kubernetes-client.cjs'), 'console.log("taken over")')
  writeFileSync(join(cwd, 'kubeconfig'), KUBECONFIG)
  const { code, stdout, stderr } = call(['capture', '--kubeconfig', 'kubeconfig'], { cwd })
  t.same([code, stdout], [1, ''])
  t.match(stderr, /error\[cluster-unreachable\]: https:\/\/127\.0\.0\.1:9/)
})

t.test('it starts no slower than the program under Node', { skip }, async t => {
  const [executable, underNode] = [startTime(EXECUTABLE, []), startTime(process.execPath, [program()])]
  t.equal(executable < 1.2 * underNode, true, `${executable.toFixed(0)} ms, under Node ${underNode.toFixed(0)} ms`)
})

/** The shortest of some starts with an empty ResourceList, in milliseconds: other work on the machine only ever makes them longer. */
function startTime(command: string, args: readonly string[]): number {
  const input = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n'
  const starts = Array.from({ length: 9 }, () => {
    const since = performance.now()
    spawnSync(command, args, { input, env: {} })
    return performance.now() - since
  })
  return Math.min(...starts)
}
