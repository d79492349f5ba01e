// What a terminal shows and a pipe does not: progress, the summary, colours.

import { spawnSync } from 'node:child_process'
import process from 'node:process'
import t from 'tap'
import { example, program, run } from '../support/rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const STORE = example('store.yaml')
const needsScript = spawnSync('script', ['--version']).status === 0 ? false : 'no `script` of util-linux, which gives a terminal'

/** Runs a shell command with standard output and error on a terminal unless it redirects them. `$program` is ours. */
function onTerminal(command: string, cwd: string, more: Record<string, string> = {}) {
  const { NO_COLOR: _, NODE_EXTRA_CA_CERTS: __, CI: ___, ...env } = process.env
  const text = `program="'${process.execPath}' '${program()}'"; ${command.replaceAll('$program', `'${process.execPath}' '${program()}'`)}`
  const { status, stdout } = spawnSync('script', ['-qec', text, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm', SHELL: '/bin/bash', ...more },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { code: status, shown: stdout.replaceAll('\r\n', '\n') }
}

const shop = () => ({ 'mesh.yaml': MESH, 'store.yaml': STORE, 'other.yaml': STORE.replaceAll('shop', 'elsewhere'), 'config.yaml': CONFIG })
const CONFIG = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {}, unknownNamespace: NoLabels}\n'

t.test('every command ends with one line on a terminal, also when its output goes into a file', { skip: needsScript }, async t => {
  const cwd = t.testdir(shop())
  const last = (command: string) => onTerminal(`${command} > out`, cwd)
  t.same(last('$program inject -f config.yaml .'), { code: 0, shown: 'inject: 4 files: 1 injected, 1 skipped, 1 file to change\n' })
  t.same(last('$program inject --check -f config.yaml .'), { code: 1, shown: 'inject: 4 files: 1 injected, 1 skipped, 1 file to change\n' })
  t.same(last('$program inject -w -f config.yaml .'), { code: 0, shown: 'inject: 4 files: 1 injected, 1 skipped, 1 file changed\n' })
  t.same(last('$program check -f config.yaml .'), { code: 0, shown: 'check: 4 files, 2 workloads, 1 injected, 0 errors, 0 warnings\n' })
  t.same(last('$program explain -f config.yaml .'), { code: 0, shown: 'explain: 4 files, 2 workloads, 1 injected\n' })
  t.same(last('$program uninject -w .'), { code: 0, shown: 'uninject: 4 files: 1 injection removed, 1 file changed\n' })
})

t.test('an error is said before the last line', { skip: needsScript }, async t => {
  const { code, shown } = onTerminal('$program inject nowhere.yaml', t.testdir({}))
  t.same(
    [code, shown],
    [
      1,
      '\x1b[1;31merror[file-unreadable]\x1b[0m: nowhere.yaml: does not exist\n' +
        'file-unreadable: https://github.com/inject-sidecars/inject-sidecars/blob/main/docs/diagnostics.md#file-unreadable\n' +
        'inject: 0 files, 1 error, 0 files to change\n',
    ],
  )
})

t.test('work of more than a second shows its progress, which goes before anything else is printed', { skip: needsScript }, async t => {
  const cwd = t.testdir(shop())
  // The clock starts with the program, and the program waits for its standard input.
  const { code, shown } = onTerminal('(sleep 1.5; cat store.yaml) | $program inject -f config.yaml - other.yaml mesh.yaml > out', cwd)
  t.equal(code, 0)
  t.equal(shown, '\r\x1b[K0/3 files, 1 injected, 0 skipped\r\x1b[Kinject: 3 files: 1 injected, 1 skipped, 1 file to change\n')
})

t.test('taking off shows its progress, too', { skip: needsScript }, async t => {
  const cwd = t.testdir(shop())
  t.equal(run(['inject', '-w', '-f', 'config.yaml', '.'], { cwd }).code, 0)
  const { shown } = onTerminal('(sleep 1.5; cat store.yaml) | $program uninject -f config.yaml - > out', cwd)
  t.match(shown, /^\r\x1b\[K0\/1 files, 1 injection removed\r\x1b\[Kuninject: 1 file: 1 injection removed, 1 file to change\n$/)
})

t.test('a diff is coloured on a terminal, and not with NO_COLOR or in a pipe', { skip: needsScript }, async t => {
  const cwd = t.testdir(shop())
  const { shown } = onTerminal('$program inject --diff store.yaml mesh.yaml 2> /dev/null', cwd)
  t.match(shown, /^\x1b\[1m--- a\/store\.yaml\x1b\[0m\n\x1b\[1m\+\+\+ b\/store\.yaml\x1b\[0m\n\x1b\[36m@@ /)
  t.match(shown, /\n\x1b\[32m\+ {6}- name: istio-proxy\x1b\[0m\n/)
  const plain = run(['inject', '--diff', 'store.yaml', 'mesh.yaml'], { cwd })
  t.equal(onTerminal('$program inject --diff store.yaml mesh.yaml 2> /dev/null', cwd, { NO_COLOR: '1' }).shown, plain.stdout)
  t.equal(plain.stderr, '')
})

t.test('in function mode a terminal makes no difference', { skip: needsScript }, async t => {
  const cwd = t.testdir({ 'list.yaml': 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n' })
  t.same(onTerminal('$program < list.yaml > out', cwd), { code: 0, shown: '' })
})

t.test('a diff is one that patch applies', async t => {
  const cwd = t.testdir({ ...shop(), 'crlf.yaml': STORE.replaceAll('\n', '\r\n').trimEnd() })
  const { code, stdout } = run(['inject', '--diff', '-f', 'config.yaml', '.'], { cwd })
  t.equal(code, 0)
  t.same(stdout.match(/^--- .*/gm), ['--- a/crlf.yaml', '--- a/store.yaml'])
  const applied = spawnSync('patch', ['-p1', '--binary'], { cwd, input: stdout, encoding: 'utf8' })
  t.equal(applied.status, 0, applied.stdout)
  t.same(run(['inject', '--check', '-f', 'config.yaml', '.'], { cwd }), { code: 0, stdout: '', stderr: '' })
})
