// The command line: manifests in files and folders, printed or written in place; help, version and usage errors.

import { chmodSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { printDiagnostic } from '../../src/cli/print.ts'
import { VERSION } from '../../src/cli/version.ts'
import { example, ROOT, run } from '../support/rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const shop = () => ({ 'store.yaml': example('store.yaml'), mesh: { 'istio.yml': MESH }, 'notes.txt': 'a: [' })
const BROKEN = example('store.yaml').replace('      labels:\n', '      annotations: {inject.istio.io/templates: nope}\n      labels:\n')

t.test('--help shows the commands and --version the version, with exit code 0', async t => {
  const help = run(['--help'])
  t.match(help, { code: 0, stderr: '', stdout: /inject \[options\] <paths\.\.\.>/ })
  t.match(run(['inject', '--help']), { code: 0, stdout: /--function-config <file>/ })
  t.same(run(['--version']), { code: 0, stdout: `${VERSION}\n`, stderr: '' })
  t.equal(VERSION, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version)
})

t.test('what cannot be understood is exit code 3, and nothing is on standard output', async t => {
  for (const args of [['injcet'], ['inject'], ['inject', '--wirte', 'x.yaml'], ['inject', '-f']]) {
    const { code, stdout, stderr } = run(args)
    t.same([code, stdout], [3, ''], args.join(' '))
    t.match(stderr, /error: /)
  }
  t.match(run(['injcet']).stderr, /Did you mean inject\?/)
})

t.test('a folder is read with everything below it, and printed as one stream', async t => {
  const cwd = t.testdir({ ...shop(), node_modules: { 'a.yaml': 'a: [' }, '.git': { 'b.yaml': 'b: [' }, 'c.json': '{"kind": "Nothing"}' })
  const { code, stdout, stderr } = run(['inject', '.'], { cwd })
  t.equal(code, 0, stderr)
  t.match(stdout, /sidecar\.istio\.io\/status:/)
  t.same(stdout.match(/^kind: \w+|^\{.*/gm), ['{"kind": "Nothing"}', 'kind: Namespace', 'kind: StatefulSet'])
  t.equal(stdout.match(/^---$/gm)?.length, 2)
})

t.test('one file that is not injected is printed as it is', async t => {
  const text = '# a: b\r\n  kind:   Nothing # here\r\n---\n\nx: y'
  t.same(run(['inject', 'a.yaml'], { cwd: t.testdir({ 'a.yaml': text }) }), { code: 0, stdout: text, stderr: '' })
  t.same(run(['inject', '-'], { input: text }), { code: 0, stdout: text, stderr: '' })
})

t.test('standard input goes with files', async t => {
  const { code, stdout } = run(['inject', '-', 'mesh'], { cwd: t.testdir(shop()), input: example('store.yaml') })
  t.equal(code, 0)
  t.match(stdout, /sidecar\.istio\.io\/status:/)
})

t.test('-w changes the files that are injected, keeps their permissions, and leaves the others and itself alone', async t => {
  const cwd = t.testdir(shop())
  const file = join(cwd, 'store.yaml')
  chmodSync(file, 0o640)
  const mesh = statSync(join(cwd, 'mesh/istio.yml'))
  const first = run(['inject', '-w', '.'], { cwd })
  t.same([first.code, first.stdout, first.stderr], [0, '', ''])
  t.match(readFileSync(file, 'utf8'), /sidecar\.istio\.io\/status:/)
  t.equal(statSync(file).mode & 0o777, 0o640)
  t.equal(statSync(join(cwd, 'mesh/istio.yml')).ino, mesh.ino)
  t.same(readdirSync(cwd).sort(), ['mesh', 'notes.txt', 'store.yaml'])

  const written = statSync(file)
  t.equal(run(['inject', '-w', '.'], { cwd }).code, 0)
  t.same([statSync(file).ino, statSync(file).mtimeMs], [written.ino, written.mtimeMs])
})

t.test('-w through a symbolic link changes the file and keeps the link', async t => {
  const cwd = t.testdir({ real: { 'store.yaml': example('store.yaml') }, 'link.yaml': t.fixture('symlink', 'real/store.yaml'), 'mesh.yaml': MESH })
  t.equal(run(['inject', '-w', 'link.yaml', 'mesh.yaml'], { cwd }).code, 0)
  t.equal(lstatSync(join(cwd, 'link.yaml')).isSymbolicLink(), true)
  t.match(readFileSync(join(cwd, 'real/store.yaml'), 'utf8'), /sidecar\.istio\.io\/status:/)
})

t.test('with an error nothing is printed or written', async t => {
  const cwd = t.testdir({ ...shop(), 'broken.yaml': BROKEN })
  for (const args of [
    ['inject', '.'],
    ['inject', '-w', '.'],
  ]) {
    const { code, stdout, stderr } = run(args, { cwd })
    t.same([code, stdout], [1, ''])
    t.match(stderr, /^broken\.yaml:13:48: error\[template-unknown\]: requested template "nope" not found; have gateway, sidecar\n/)
    t.equal(readFileSync(join(cwd, 'store.yaml'), 'utf8'), example('store.yaml'))
  }
})

t.test('a file that is not there, or not UTF-8, is named', async t => {
  const cwd = t.testdir({ 'bad.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xe4, 0x0a]) })
  t.match(run(['inject', 'nowhere.yaml'], { cwd }), { code: 1, stdout: '', stderr: 'error[file-unreadable]: nowhere.yaml: does not exist\n' })
  t.match(run(['inject', 'bad.yaml'], { cwd }), { code: 1, stdout: '', stderr: /^bad\.yaml:1:4: error\[yaml-syntax\]: line 1 is not valid UTF-8\n/ })
})

t.test('the function config is read from -f; a mistake in it is exit code 3, with its place', async t => {
  const config = (spec: string) => `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec:\n  ${spec}\n`
  const cwd = t.testdir({
    ...shop(),
    good: config('istio: {nativeSidecars: Disabled}'),
    bad: config('istio: {nativeSidecar: Auto}'),
    two: `${config('istio: {}')}---\n${config('istio: {}')}`,
  })
  t.match(run(['inject', '-f', 'good', '.'], { cwd }), { code: 0, stdout: / {6}containers:\n(?:.*\n)* {6}- name: istio-proxy\n/ })
  t.match(run(['inject', '-f', 'bad', '.'], { cwd }), { code: 3, stdout: '', stderr: /^bad:4:11: error\[config-invalid\]: .*nativeSidecar\b/ })
  t.match(run(['inject', '-f', 'two', '.'], { cwd }), { code: 3, stdout: '', stderr: /two must hold one function config/ })
  t.match(run(['inject', '-f', 'none', '.'], { cwd }), { code: 3, stdout: '', stderr: /none: does not exist/ })
})

t.test('`sources` stay below the working directory', async t => {
  const config = (path: string) => `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec:\n  istio: {}\n  sources: [${path}]\n`
  const root = t.testdir({
    outside: { 'istio.yaml': MESH },
    work: {
      app: { 'store.yaml': example('store.yaml') },
      mesh: { 'istio.yaml': MESH },
      away: t.fixture('symlink', '../outside'),
      inside: t.fixture('symlink', 'mesh'),
      ...Object.fromEntries(['mesh', 'mesh/istio.yaml', './mesh/', 'inside', 'away', '../outside', '/etc'].map((path, i) => [`${i}.config`, config(path)])),
    },
  })
  const cwd = join(root, 'work')
  for (const i of [0, 1, 2, 3]) t.match(run(['inject', '-f', `${i}.config`, 'app'], { cwd }), { code: 0, stdout: /sidecar\.istio\.io\/status:/ })
  for (const i of [4, 5, 6]) t.match(run(['inject', '-f', `${i}.config`, 'app'], { cwd }), { code: 3, stdout: '', stderr: /below the working directory/ })
})

t.test('a finding points at the text, says whose it is and what to do', async t => {
  const text = printDiagnostic({
    code: 'template-unknown',
    severity: 'error',
    message: 'template "grpc-agnet" is not in the injector config',
    hint: 'known templates: gateway, grpc-agent, sidecar',
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' },
    at: { file: 'apps/web.yaml', line: 14, column: 36, lineText: '        inject.istio.io/templates: grpc-agnet', length: 10 },
  })
  t.equal(
    text,
    `apps/web.yaml:14:36: error[template-unknown]: template "grpc-agnet" is not in the injector config
   14 |         inject.istio.io/templates: grpc-agnet
      |                                    ^^^^^^^^^^
      = Deployment shop/web, hint: known templates: gateway, grpc-agent, sidecar
`,
  )
})

t.test('of a long line the part around the pointer is shown, and what could steer the terminal is not', async t => {
  const text = printDiagnostic({
    code: 'yaml-syntax',
    severity: 'error',
    message: 'no \u001b[31mred',
    at: { file: 'a.yaml', line: 1, column: 501, lineText: `${'x'.repeat(500)}HERE${'y'.repeat(500)}`, length: 4 },
  })
  t.equal(text, `a.yaml:1:501: error[yaml-syntax]: no \\u001b[31mred\n    1 | ${'x'.repeat(50)}HERE${'y'.repeat(46)}\n      | ${' '.repeat(50)}^^^^\n`)
})
