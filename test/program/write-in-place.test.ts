// Writing in place: every file is the old one or the new one, whatever happens; a file that cannot be written keeps no other from it.

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { replaceFile } from '../../src/cli/replace-file.ts'
import { inject } from '../../src/index.ts'
import { InjectError } from '../../src/lib/model/index.ts'
import { example, program, run } from '../support/rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const STORE = example('store.yaml')
const INJECTED =
  inject({
    files: [
      { path: 'mesh.yaml', text: MESH },
      { path: 'store.yaml', text: STORE },
    ],
  }).files[1]?.text ?? ''
const STATUS = /sidecar\.istio\.io\/status:/

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')
const isRoot = process.getuid?.() === 0
const nobody = { uid: 65534, gid: 65534, env: {} }
/** In CI the program sums up on standard error. */
const { CI: _, ...QUIET } = process.env
const canBeNobody = isRoot && spawnSync(process.execPath, ['-e', ''], { cwd: import.meta.dirname, ...nobody }).status === 0

const skippedAsRoot = !isRoot || canBeNobody ? false : 'root may write any file, and nobody else can run the tests here'

t.test('a read-only file is left as it is, with an error; the others are written', { skip: skippedAsRoot }, async t => {
  const cwd = t.testdir({ 'a.yaml': STORE, 'b.yaml': STORE, 'c.yaml': STORE, 'mesh.yaml': MESH })
  chmodSync(join(cwd, 'b.yaml'), 0o444)
  const { status, stdout, stderr } = asSomebody(['inject', '-w', '.'], cwd)
  t.same([status, stdout, stderr], [1, '', 'error[file-unwritable]: b.yaml: permission denied\n'])
  t.same(
    ['a.yaml', 'b.yaml', 'c.yaml'].map(name => read(cwd, name)),
    [INJECTED, STORE, INJECTED],
  )
  const names = readdirSync(cwd).filter(name => name !== 'program.cjs')
  t.same(names.sort(), ['a.yaml', 'b.yaml', 'c.yaml', 'mesh.yaml'])
})

/** Runs the program as a user whose files they are, and who is not root. */
function asSomebody(args: readonly string[], cwd: string) {
  if (!isRoot) return spawnSync(process.execPath, [program(), ...args], { cwd, env: QUIET, encoding: 'utf8' })
  chmodSync(cwd, 0o777)
  for (const name of readdirSync(cwd)) chownSync(join(cwd, name), nobody.uid, nobody.gid)
  return asNobody(args, cwd)
}

t.test('the superuser may write a read-only file, which stays read-only', { skip: isRoot ? false : 'only the superuser can' }, async t => {
  const cwd = t.testdir({ 'a.yaml': STORE, 'mesh.yaml': MESH })
  chmodSync(join(cwd, 'a.yaml'), 0o444)
  t.equal(run(['inject', '-w', '.'], { cwd }).code, 0)
  t.same([statSync(join(cwd, 'a.yaml')).mode & 0o777, read(cwd, 'a.yaml')], [0o444, INJECTED])
})

t.test('a folder without permission to write is an error for its files', { skip: canBeNobody ? false : 'nobody else can run the tests here' }, async t => {
  const cwd = t.testdir({ 'a.yaml': STORE, open: { 'b.yaml': STORE }, 'mesh.yaml': MESH })
  chmodSync(cwd, 0o755)
  chmodSync(join(cwd, 'open'), 0o777)
  for (const name of ['a.yaml', 'open/b.yaml']) chownSync(join(cwd, name), 65534, 65534)
  const { status, stderr } = asNobody(['inject', '-w', '.'], cwd)
  t.same([status, stderr], [1, 'error[file-unwritable]: a.yaml: permission denied\n'])
  t.same([read(cwd, 'a.yaml'), read(cwd, 'open/b.yaml')], [STORE, INJECTED])
})

function asNobody(args: readonly string[], cwd: string) {
  // The folder of the program belongs to the tests' user.
  const copy = join(cwd, 'program.cjs')
  writeFileSync(copy, readFileSync(program()))
  return spawnSync(process.execPath, [copy, ...args], { cwd, ...nobody, encoding: 'utf8' })
}

t.test('the superuser does not take a file from its owner', { skip: isRoot ? false : 'only the superuser can' }, async t => {
  const cwd = t.testdir({ 'a.yaml': STORE, 'mesh.yaml': MESH })
  chownSync(join(cwd, 'a.yaml'), 65534, 65533)
  t.equal(run(['inject', '-w', '.'], { cwd }).code, 0)
  const { uid, gid } = statSync(join(cwd, 'a.yaml'))
  t.same([uid, gid, read(cwd, 'a.yaml')], [65534, 65533, INJECTED])
})

t.test('where there is no room for a file, it stays as it was', async t => {
  // The limit on the size of a file stands for a full disk: the same call fails in the same way.
  const long = `${STORE}${'# a long file\n'.repeat(10_000)}`
  const cwd = t.testdir({ 'a.yaml': STORE, 'b.yaml': long, 'c.yaml': STORE, 'mesh.yaml': MESH })
  const { status, stderr } = spawnSync('bash', ['-c', `ulimit -f 64; '${process.execPath}' '${program()}' inject -w .`], { cwd, env: QUIET, encoding: 'utf8' })
  t.same([status, stderr], [1, 'error[file-unwritable]: b.yaml: the file would be larger than the limit of this process\n'])
  t.same(
    ['a.yaml', 'b.yaml', 'c.yaml'].map(name => read(cwd, name)),
    [INJECTED, long, INJECTED],
  )
  t.same(readdirSync(cwd).sort(), ['a.yaml', 'b.yaml', 'c.yaml', 'mesh.yaml'])
})

t.test('a full disk: the files that fit are written, the others stay', async t => {
  const script = `mount -t tmpfs -o size=96k none "$1" 2>/dev/null || exit 77
    cp a.yaml mesh.yaml "$1"; cd "$1"; { cat a.yaml; head -c 50000 /dev/zero | tr '\\0' '#'; echo; } > b.yaml; cp a.yaml c.yaml
    '${process.execPath}' '${program()}' inject -w . ; echo "exit $?"; grep -c '^ *sidecar.istio.io/status:' a.yaml b.yaml c.yaml; ls -A`
  const cwd = t.testdir({ 'a.yaml': STORE, 'mesh.yaml': MESH, disk: {} })
  const { status, stdout, stderr } = spawnSync('unshare', ['-rm', 'bash', '-c', script, 'bash', join(cwd, 'disk')], { cwd, env: QUIET, encoding: 'utf8' })
  if (status === 77 || status === null || /unshare/.test(stderr)) return t.equal(stdout, '', 'this machine lets nobody mount')
  t.equal(stderr, 'error[file-unwritable]: b.yaml: no space left on the disk\n')
  t.equal(stdout, 'exit 1\na.yaml:1\nb.yaml:0\nc.yaml:1\na.yaml\nb.yaml\nc.yaml\nmesh.yaml\n')
})

t.test('a file that was changed after it was read is left as it is', async t => {
  const mine = `${STORE}# and more\n`
  const cwd = t.testdir({ 'a.yaml': mine })
  try {
    replaceFile(join(cwd, 'a.yaml'), INJECTED, { expected: STORE })
    t.equal('no error', 'an error')
  } catch (error) {
    t.match(error instanceof InjectError ? error.diagnostic : error, {
      code: 'file-changed',
      message: /the file was changed by another program after it was read; it was not written$/,
    })
  }
  t.same([read(cwd, 'a.yaml'), readdirSync(cwd)], [mine, ['a.yaml']])
})

t.test('what an earlier process of the same number left does not keep a file from being written', async t => {
  const cwd = t.testdir({ 'a.yaml': 'old', [`.inject-sidecars.${process.pid}.tmp`]: 'half' })
  replaceFile(join(cwd, 'a.yaml'), 'new', { expected: 'old' })
  t.equal(read(cwd, 'a.yaml'), 'new')
})

t.test('a file that is gone when it is to be written is an error', async t => {
  const cwd = t.testdir({})
  try {
    replaceFile(join(cwd, 'a.yaml'), 'new', { expected: 'old' })
    t.equal('no error', 'an error')
  } catch (error) {
    t.equal(error instanceof InjectError && error.diagnostic.code, 'file-unwritable')
  }
  t.same(readdirSync(cwd), [])
})

t.test('killed in the middle of 1,000 files, each is old or new; the next run finishes and cleans up', async t => {
  const cwd = t.testdir({ 'mesh.yaml': MESH })
  mkdirSync(join(cwd, 'apps'))
  const names = Array.from({ length: 1000 }, (_, i) => `apps/${String(i).padStart(4, '0')}.yaml`)
  for (const name of names) writeFileSync(join(cwd, name), STORE)

  const child = spawn(process.execPath, [program(), 'inject', '-w', '.'], { cwd, stdio: 'inherit' })
  const ended = new Promise<string | null>(resolve => child.once('exit', (_, signal) => resolve(signal)))
  const some = join(cwd, names[300] ?? '')
  const old = statSync(some).ino
  while (child.exitCode === null && statSync(some).ino === old) await new Promise(resolve => setTimeout(resolve, 1))
  child.kill('SIGKILL')
  t.equal(await ended, 'SIGKILL')

  const texts = names.map(name => read(cwd, name))
  const written = texts.filter(text => text === INJECTED).length
  t.equal(texts.filter(text => text !== STORE && text !== INJECTED).length, 0, 'files that are neither old nor new')
  t.equal(written >= 300 && written < 1000, true, `${written} files were written`)

  // As a run leaves it that is killed while it writes a file.
  writeFileSync(join(cwd, 'apps/.inject-sidecars.999999999.tmp'), 'half')
  const finished = run(['inject', '-w', '.'], { cwd })
  t.same([finished.code, finished.stderr], [0, ''])
  t.equal(names.filter(name => read(cwd, name) !== INJECTED).length, 0, 'files that are not injected')
  t.same(readdirSync(join(cwd, 'apps')).length, 1000)
})

t.test('uninject writes in the same way', { skip: skippedAsRoot }, async t => {
  const cwd = t.testdir({ 'a.yaml': INJECTED, 'b.yaml': INJECTED })
  chmodSync(join(cwd, 'a.yaml'), 0o400)
  const { status, stderr } = asSomebody(['uninject', '-w', '.'], cwd)
  t.same([status, stderr], [1, 'error[file-unwritable]: a.yaml: permission denied\n'])
  t.match(read(cwd, 'a.yaml'), STATUS)
  t.equal(read(cwd, 'b.yaml'), STORE)
})
