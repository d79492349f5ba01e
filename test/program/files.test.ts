// Files with several names, two runs at once, what killed runs left, and what is no file.

import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { LOCK, removeLeftovers, temporaryBeside } from '../../src/cli/temporary-files.ts'
import { example, program, ROOT, run } from '../support/rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const STORE = example('store.yaml')
const STATUS = /sidecar\.istio\.io\/status:/g
const isInjectedOnce = (path: string) => (readFileSync(path, 'utf8').match(STATUS) ?? []).length === 1
const isRoot = process.getuid?.() === 0

t.test('one file under several names is one file', async t => {
  const cases: [string, string[], (cwd: string) => void][] = [
    ['a link and its target', ['apps'], cwd => symlinkSync('a.yaml', join(cwd, 'apps/b.yaml'))],
    ['a link into another folder', ['apps', 'links'], cwd => symlinkSync('../apps/a.yaml', join(cwd, 'links/b.yaml'))],
    ['a link that is named alone', ['links/b.yaml'], cwd => symlinkSync('../apps/a.yaml', join(cwd, 'links/b.yaml'))],
    ['a link to a folder', ['apps', 'linked'], cwd => symlinkSync('apps', join(cwd, 'linked'))],
    ['two spellings', ['apps/a.yaml', './apps/../apps//a.yaml'], () => {}],
    ['a folder and its file', ['apps', 'apps/a.yaml', 'apps/'], () => {}],
    ['two hard links', ['apps'], cwd => linkSync(join(cwd, 'apps/a.yaml'), join(cwd, 'apps/b.yaml'))],
    [
      'hard links and links',
      ['apps', 'links'],
      cwd => {
        linkSync(join(cwd, 'apps/a.yaml'), join(cwd, 'apps/b.yaml'))
        linkSync(join(cwd, 'apps/a.yaml'), join(cwd, 'links/c.yaml'))
        symlinkSync('../apps/b.yaml', join(cwd, 'links/0.yaml'))
      },
    ],
  ]
  for (const [name, paths, arrange] of cases) {
    const cwd = t.testdir({ apps: { 'a.yaml': STORE }, links: {}, 'mesh.yaml': MESH })
    arrange(cwd)
    const nlink = statSync(join(cwd, 'apps/a.yaml')).nlink
    const { code, stderr } = run(['inject', '-w', ...paths, 'mesh.yaml'], { cwd })
    t.same([code, stderr], [0, ''], name)
    for (const folder of ['apps', 'links'])
      for (const file of readdirSync(join(cwd, folder))) t.equal(isInjectedOnce(join(cwd, folder, file)), true, `${name}: ${file}`)
    t.equal(statSync(join(cwd, 'apps/a.yaml')).nlink, nlink, `${name}: hard links stay`)
  }
})

t.test('a hard link that is not named keeps the old text, which is said', async t => {
  const cwd = t.testdir({ apps: { 'a.yaml': STORE }, elsewhere: {}, 'mesh.yaml': MESH })
  linkSync(join(cwd, 'apps/a.yaml'), join(cwd, 'elsewhere/a.txt'))
  const { code, stderr } = run(['inject', '-w', 'apps', 'mesh.yaml'], { cwd })
  t.equal(code, 0)
  t.match(stderr, /warning\[file-attributes\]: apps\/a\.yaml: had another name \(hard links\), which keeps the old text/)
  t.equal(readFileSync(join(cwd, 'elsewhere/a.txt'), 'utf8'), STORE)
  t.equal(isInjectedOnce(join(cwd, 'apps/a.yaml')), true)
})

t.test('of processes that change one file at once, none loses the change of another', async t => {
  const cwd = t.testdir({ 'count.txt': '' })
  const script = join(cwd, 'add.mjs')
  writeFileSync(
    script,
    `import { readFileSync } from 'node:fs'
import { replaceFile } from ${JSON.stringify(join(ROOT, 'src/cli/replace-file.ts'))}
for (let done = 0; done < 100; ) {
  const text = readFileSync('count.txt', 'utf8')
  try { replaceFile('count.txt', text + process.pid + ' ' + done + '\\n', { expected: text }); done++ }
  catch (error) { if (error.diagnostic?.code !== 'file-changed') throw error }
}
`,
  )
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, [script], { cwd, stdio: 'inherit' }))
  const codes = await Promise.all(children.map(child => new Promise(resolve => child.once('exit', resolve))))
  t.same(codes, [0, 0, 0, 0])
  const lines = readFileSync(join(cwd, 'count.txt'), 'utf8').trimEnd().split('\n')
  t.same([lines.length, new Set(lines).size], [400, 400])
  t.same(readdirSync(cwd).sort(), ['add.mjs', 'count.txt'])
})

t.test('runs at once that want the same are all content', async t => {
  const cwd = t.testdir({ apps: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.yaml`, STORE])), 'mesh.yaml': MESH })
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, [program(), 'inject', '-w', 'apps', 'mesh.yaml'], { cwd, stdio: 'inherit' }))
  t.same(await Promise.all(children.map(child => new Promise(resolve => child.once('exit', resolve)))), [0, 0, 0, 0])
  for (const file of readdirSync(join(cwd, 'apps'))) t.equal(isInjectedOnce(join(cwd, 'apps', file)), true, file)
})

t.test('what a killed run left goes, and nothing else', async t => {
  const cwd = t.testdir({})
  const living = process.ppid
  const uuid = '01234567-89ab-cdef-0123-456789abcdef'
  const [, ours = ''] = /\d-s([\da-f.]*)-/.exec(temporaryBeside(join(cwd, 'a'))) ?? []
  const gone = [
    `.inject-sidecars.999999999.tmp`,
    `.inject-sidecars.999999999-${uuid}.tmp`,
    `.inject-sidecars.999999999-s${ours}-${uuid}.tmp`,
    `.inject-sidecars.${process.pid}-s${ours}-${uuid}.tmp`,
    `.inject-sidecars.${process.pid}.tmp`,
  ]
  const stays = [
    `.inject-sidecars.${living}-s${ours}-${uuid}.tmp`,
    `.inject-sidecars.${living}.tmp`,
    // Of another container: there the process may run.
    `.inject-sidecars.999999999-s00000000.1-${uuid}.tmp`,
    LOCK,
  ]
  const others = [
    '.inject-sidecars.tmp',
    '.inject-sidecars.x.tmp',
    '.inject-sidecars.999999999.tmp.yaml',
    'a.inject-sidecars.999999999.tmp',
    `.inject-sidecars.999999999-${uuid}x.tmp`,
    'inject-sidecars.999999999.tmp',
  ]
  for (const name of [...gone, ...stays, ...others]) writeFileSync(join(cwd, name), 'half')
  mkdirSync(join(cwd, '.inject-sidecars.999999998.tmp'))
  symlinkSync('/etc/hostname', join(cwd, '.inject-sidecars.999999997.tmp'))
  const kept = [...stays, ...others, '.inject-sidecars.999999998.tmp', '.inject-sidecars.999999997.tmp']
  t.same(removeLeftovers(cwd), [])
  t.same(readdirSync(cwd).sort(), kept.sort())
  // The number of a dead process has been given to another one; the other container is gone.
  const longAgo = new Date(Date.now() - 11 * 60 * 1000)
  for (const name of [...stays, ...others]) utimesSync(join(cwd, name), longAgo, longAgo)
  t.same(removeLeftovers(cwd), [])
  t.same(readdirSync(cwd).sort(), kept.filter(name => !stays.includes(name)).sort())
})

t.test('leftovers go wherever they lie, also where nothing changes', async t => {
  const left = '.inject-sidecars.999999999.tmp'
  const cwd = t.testdir({
    apps: { 'a.yaml': STORE, empty: { [left]: 'half' }, below: { 'b.yaml': 'a: b', [left]: 'half' } },
    real: { 'c.yaml': STORE, [left]: 'half' },
    one: { 'd.yaml': 'a: b', [left]: 'half' },
    'mesh.yaml': MESH,
  })
  symlinkSync('../real/c.yaml', join(cwd, 'apps/link.yaml'))
  const { code, stderr } = run(['inject', '-w', 'apps', 'one/d.yaml', 'mesh.yaml'], { cwd })
  t.same([code, stderr], [0, ''])
  for (const folder of ['apps/empty', 'apps/below', 'real', 'one']) t.equal(existsSync(join(cwd, folder, left)), false, folder)
})

t.test('a lock that a killed run left is no obstacle for long', async t => {
  const cwd = t.testdir({ 'a.yaml': STORE, 'mesh.yaml': MESH, [LOCK]: '' })
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.same([code, stderr, readdirSync(cwd).sort()], [0, '', ['a.yaml', 'mesh.yaml']])
})

t.test(
  'as process 1 of a container, twice',
  { skip: isRoot && spawnSync('unshare', ['--fork', '--pid', 'true']).status === 0 ? false : 'no namespaces here' },
  async t => {
    const cwd = t.testdir({ 'a.yaml': STORE, 'mesh.yaml': MESH, '.inject-sidecars.1.tmp': 'half' })
    const done = spawnSync('unshare', ['--fork', '--pid', process.execPath, program(), 'inject', '-w', '.'], { cwd, encoding: 'utf8' })
    t.same([done.status, isInjectedOnce(join(cwd, 'a.yaml'))], [0, true], done.stderr)
    t.equal(existsSync(join(cwd, '.inject-sidecars.1.tmp')), false)
  },
)

const CONFIG = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: mesh}\nspec: {istio: {}}\n'
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n'

t.test('what is no file ends with a message, at once', async t => {
  const cwd = t.testdir({ 'a.yaml': STORE, 'mesh.yaml': MESH, locked: { 'a.yaml': STORE } })
  spawnSync('mkfifo', [join(cwd, 'pipe.yaml')])
  // The name of a socket must be short.
  const short = mkdtempSync(join(tmpdir(), 'is-'))
  const socket = join(short, 's.yaml')
  const server = createServer()
  await new Promise<void>(resolve => server.listen(socket, resolve))
  chmodSync(join(cwd, 'locked'), 0)
  const things = ['/dev/zero', '/dev/full', 'pipe.yaml', socket, 'locked/../pipe.yaml', 'missing.yaml', ...(isRoot ? [] : ['locked', 'locked/a.yaml'])]
  const commands: ((thing: string) => string[])[] = [
    thing => ['inject', thing],
    thing => ['inject', '-w', thing, 'mesh.yaml'],
    thing => ['uninject', thing],
    thing => ['check', thing],
    thing => ['explain', thing],
    thing => ['patch', thing],
    thing => ['images', thing],
    thing => ['images', '--lock', thing, 'a.yaml', 'mesh.yaml'],
    thing => ['report', thing],
    thing => ['report', '--merge', thing],
    thing => ['inject', '-f', thing, 'a.yaml'],
    thing => ['upgrade', '--from', thing, '--to', 'mesh.yaml', 'a.yaml'],
    thing => ['init', '--istio', thing, 'new'],
  ]
  for (const thing of things) {
    for (const command of commands) {
      const args = command(thing)
      const { status, signal, stdout, stderr } = spawnSync(process.execPath, [program(), ...args], { cwd, encoding: 'utf8', timeout: 20_000 })
      t.same([signal, status === 1 || status === 3], [null, true], `${args.join(' ')}: ${status}`)
      t.match(stdout + stderr, /error\[(?:file-unreadable|config-invalid|report-invalid)\]: /, args.join(' '))
    }
  }
  t.same(run(['inject', '-w', '.'], { cwd }).code, isRoot ? 0 : 1, 'in a folder they are no manifests')
  chmodSync(join(cwd, 'locked'), 0o755)
  server.close()
  rmSync(short, { recursive: true, force: true })
})

t.test("the shell's <(command) is read wherever a file can be named, once, and up to the longest input", async t => {
  const cwd = t.testdir({ 'a.yaml': STORE, 'mesh.yaml': MESH, 'sidecars.yaml': CONFIG, 'service.yaml': SERVICE })
  const shell = (line: string) => spawnSync('bash', ['-c', line, process.execPath, program()], { cwd, encoding: 'utf8', timeout: 60_000 })
  const injected = run(['inject', 'a.yaml', 'mesh.yaml'], { cwd }).stdout
  t.equal(shell('"$0" "$1" inject <(cat a.yaml) <(cat mesh.yaml)').stdout, injected)
  t.equal(shell('"$0" "$1" inject /dev/stdin mesh.yaml < <(cat a.yaml)').stdout, injected)
  t.equal(shell('"$0" "$1" inject /proc/self/fd/9 mesh.yaml 9< <(cat a.yaml)').stdout, injected)
  t.equal(shell('"$0" "$1" inject -f <(cat sidecars.yaml) a.yaml mesh.yaml').stdout, injected)
  t.match(shell('"$0" "$1" inject <(cat service.yaml) a.yaml mesh.yaml').stdout, SERVICE, 'a text that does not matter is printed all the same')
  t.match(shell('"$0" "$1" check <(cat service.yaml)').status, 0)
  const wrong = shell('"$0" "$1" inject -f <(echo "kind: [") a.yaml')
  t.same([wrong.status, /^\/dev\/fd\/\d+:\d+:\d+: error\[yaml-syntax\]/.test(wrong.stderr)], [1, true], wrong.stderr)
  const written = shell('"$0" "$1" inject -w <(cat a.yaml) mesh.yaml')
  t.same([written.status, written.stderr.includes('is a device or a pipe')], [1, true], written.stderr)
})

t.test('an endless <(command) ends at the longest input, and says so', async t => {
  const cwd = t.testdir({ 'mesh.yaml': MESH })
  const line = '"$0" "$1" check <(cat /dev/zero) mesh.yaml'
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath, program()], { cwd, encoding: 'utf8', timeout: 120_000 })
  t.same([status, signal], [1, null], stderr)
  t.match(stdout, /error\[file-unreadable\]: \/dev\/fd\/\d+: more than \d+ bytes/)
})

t.test('a report goes into no device', async t => {
  const cwd = t.testdir({ 'a.yaml': STORE, 'mesh.yaml': MESH, folder: {} })
  for (const [path, what] of [
    ['/dev/null', 'a device or a pipe'],
    ['folder', 'a folder'],
  ]) {
    const { code, stderr } = run(['report', '--html', path ?? '', 'a.yaml', 'mesh.yaml'], { cwd })
    t.same([code, stderr.includes(`is ${what}, not a file`)], [1, true], stderr)
  }
  t.equal(statSync('/dev/null').isCharacterDevice(), true)
})
