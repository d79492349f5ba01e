// The package's `bin`: it answers as the program does, and V8's compiled code of it is kept in the user's own cache folder or nowhere.

import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import t, { type Test as Tap } from 'tap'
import { bundleBin } from '../../scripts/bundle.ts'
import { KUBECONFIG } from '../support/kubeconfig.ts'
import { example, program, resourceList, run } from '../support/rig.ts'
import { sidecars } from '../support/tools.ts'

const INPUT = resourceList([example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')])
const WANTED = run([], { input: INPUT })
const bin = join(program(), '../bin.cjs')
bundleBin(bin)

interface Start {
  readonly flags?: readonly string[]
  readonly args?: readonly string[]
  readonly input?: string
  readonly script?: string
}

/** Runs the bin in a folder, with no other variables than these; `env` drops those that tap gives every process below it. */
function start(cwd: string, env: Readonly<Record<string, string>>, { flags = [], args = [], input = INPUT, script = bin }: Start = {}) {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const { status, stdout, stderr } = spawnSync('env', ['-i', ...variables, process.execPath, ...flags, script, ...args], { input, cwd, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

const filesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()) : [])

t.test("the answer is the program's, and a second start finds the cache of the first", async t => {
  t.equal(sidecars(WANTED.stdout), 2)
  const folder = t.testdir({ home: {}, work: {} })
  const env = { HOME: join(folder, 'home') }
  t.same([start(join(folder, 'work'), env), start(join(folder, 'work'), env)], [WANTED, WANTED])
  const kept = filesIn(join(folder, 'home'))
  t.equal(kept.length, 1)
  t.equal(kept[0]?.parentPath, join(folder, 'home/.cache/inject-sidecars'))
  t.equal(lstatSync(join(folder, 'home/.cache/inject-sidecars')).mode & 0o777, 0o700)
  t.same(readdirSync(join(folder, 'work')), [], 'nothing beside the input')
})

/** A home whose cache folder has the code of one run; `path` is that of the cache. */
function homeWithCache(t: Tap) {
  const folder = t.testdir({ home: {} })
  const env = { HOME: join(folder, 'home') }
  start(folder, env)
  const caches = join(folder, 'home/.cache/inject-sidecars')
  const [name = ''] = readdirSync(caches)
  return { folder, env, caches, path: join(caches, name) }
}

t.test('V8 accepts the code of an earlier run, and the cache stays as it is', async t => {
  const { folder, env, path, caches } = homeWithCache(t)
  // Refused code would be written anew.
  utimesSync(path, 1, 1)
  t.same(start(folder, env), WANTED)
  t.equal(lstatSync(path).mtimeMs, 1000)
  t.equal(readdirSync(caches).length, 1)
})

for (const [name, damage] of [
  ['nothing', () => Buffer.alloc(0)],
  ['zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
  ['its first half', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
  ['text', () => Buffer.from('console.log("taken over")')],
] as const) {
  t.test(`a cache that holds ${name} is refused and written again`, async t => {
    const { folder, env, path, caches } = homeWithCache(t)
    const bytes = readFileSync(path)
    t.equal(bytes.length > 100_000, true)
    writeFileSync(path, damage(bytes))
    t.same(start(folder, env), WANTED)
    t.equal(readFileSync(path).length > 100_000, true)
    t.equal(readdirSync(caches).length, 1)
  })
}

t.test('each command has a cache, and runs that end at once have none', async t => {
  const folder = t.testdir({ home: {}, work: { 'a.yaml': 'kind: A\n' } })
  const env = { HOME: join(folder, 'home') }
  const names = () => readdirSync(join(folder, 'home/.cache/inject-sidecars')).map(name => name.replace(/.*-/, ''))
  start(folder, env, { input: 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n' })
  start(folder, env, { args: ['--version'] })
  t.same(names(), [])
  start(folder, env)
  start(folder, env, { args: ['inject', '-'] })
  t.same(names().sort(), ['function.v8', 'inject.v8'])
})

/** Command lines that load modules late: `node:tty` for a device, the Kubernetes client. */
const LATE: readonly (readonly string[])[] = [
  ['inject', '-w', 'web.yaml', 'config.yaml', 'namespace.yaml'],
  ['check', '.'],
  ['report', '.'],
  ['capture', '--kubeconfig', 'kubeconfig'],
  ['verify', '--kubeconfig', 'kubeconfig', 'web.yaml', 'config.yaml', 'namespace.yaml'],
]
for (const node of [process.execPath, ...otherNodes()]) {
  for (const args of LATE) {
    t.test(`with the code of an earlier run it answers as the program does: ${node === process.execPath ? '' : node} ${args.join(' ')}`, async t => {
      const folder = t.testdir({ home: {}, work: {} })
      const cwd = join(folder, 'work')
      const env = { HOME: join(folder, 'home'), PATH: process.env.PATH ?? '' }
      const answer = (script: string) => {
        for (const name of ['web.yaml', 'namespace.yaml']) writeFileSync(join(cwd, name), example(name))
        writeFileSync(join(cwd, 'config.yaml'), example('istio/config.yaml'))
        writeFileSync(join(cwd, 'kubeconfig'), KUBECONFIG)
        const { status, stdout, stderr } = spawnSync(node, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
        return { status, stdout, stderr, web: readFileSync(join(cwd, 'web.yaml'), 'utf8') }
      }
      const wanted = answer(program())
      t.match(wanted.status, /^[013]$/)
      for (let i = 0; i < 3; i++) t.same(answer(bin), wanted)
    })
  }
}

/** Another Node on the machine, if there is one: V8's caches differ between versions. */
function otherNodes(): string[] {
  const own = spawnSync(process.execPath, ['--version'], { encoding: 'utf8' }).stdout
  const found = (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'node'))
  return [...new Set(found)].filter(path => existsSync(path) && spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout !== own).slice(0, 1)
}

t.test('the oldest caches go', async t => {
  const { folder, env, caches, path } = homeWithCache(t)
  for (let i = 0; i < 12; i++) {
    writeFileSync(join(caches, `old-${i}.v8`), '')
    utimesSync(join(caches, `old-${i}.v8`), i + 1, i + 1)
  }
  writeFileSync(path, '')
  start(folder, env)
  t.equal(readdirSync(caches).length, 8)
  t.equal(existsSync(path), true)
  t.equal(existsSync(join(caches, 'old-11.v8')), true)
  t.equal(existsSync(join(caches, 'old-0.v8')), false)
})

t.test('another build of the program does not use the cache', async t => {
  const folder = t.testdir({ home: {}, package: {} })
  const copy = join(folder, 'package/bin.cjs')
  copyFileSync(bin, copy)
  copyFileSync(program(), join(copy, '../inject-sidecars.cjs'))
  const env = { HOME: join(folder, 'home') }
  const caches = () => readdirSync(join(folder, 'home/.cache/inject-sidecars')).length
  t.same(start(folder, env, { script: copy }), WANTED)
  t.same(start(folder, env, { script: copy }), WANTED)
  t.equal(caches(), 1)
  utimesSync(join(copy, '../inject-sidecars.cjs'), 1, 1)
  t.same(start(folder, env, { script: copy }), WANTED)
  t.equal(caches(), 2)
})

t.test('the program is text that one byte a character can hold', async t => {
  t.equal(/[^\x00-\x7f]/.test(readFileSync(program(), 'latin1')), false)
})

t.test('XDG_CACHE_HOME names the place', async t => {
  const folder = t.testdir({ home: {}, cache: {} })
  start(folder, { HOME: join(folder, 'home'), XDG_CACHE_HOME: join(folder, 'cache') })
  t.same([filesIn(join(folder, 'home')).length, filesIn(join(folder, 'cache/inject-sidecars')).length], [0, 1])
})

/** Where nothing may be kept; `prepare` gets the folder, which has a `home`. */
const NOWHERE: readonly [name: string, env: (folder: string) => Record<string, string>, prepare?: (folder: string) => void][] = [
  ['the user forbids it', folder => ({ HOME: join(folder, 'home'), NODE_DISABLE_COMPILE_CACHE: '1' })],
  ['no folder is named', () => ({})],
  ['the named folder is relative', () => ({ XDG_CACHE_HOME: 'cache', HOME: 'home' })],
  ['there is no home', folder => ({ HOME: join(folder, 'missing') })],
  [
    'others can write to the cache folder',
    folder => ({ HOME: join(folder, 'home') }),
    folder => {
      mkdirSync(join(folder, 'home/.cache/inject-sidecars'), { recursive: true })
      chmodSync(join(folder, 'home/.cache/inject-sidecars'), 0o777)
    },
  ],
  [
    'others can write to the folder above',
    folder => ({ HOME: join(folder, 'home') }),
    folder => {
      mkdirSync(join(folder, 'home/.cache'))
      chmodSync(join(folder, 'home/.cache'), 0o777)
    },
  ],
  [
    'the folder is a link',
    folder => ({ HOME: join(folder, 'home') }),
    folder => {
      mkdirSync(join(folder, 'home/.cache'))
      mkdirSync(join(folder, 'elsewhere'))
      symlinkSync(join(folder, 'elsewhere'), join(folder, 'home/.cache/inject-sidecars'))
    },
  ],
]

for (const [name, env, prepare] of NOWHERE) {
  t.test(`nothing is kept where ${name}`, async t => {
    const folder = t.testdir({ home: {} })
    prepare?.(folder)
    t.same(start(folder, env(folder)), WANTED)
    t.same(filesIn(folder), [])
    t.equal(existsSync(join(folder, 'missing')), false)
  })
}

t.test('under the permission model it runs without a cache', async t => {
  const folder = t.testdir({ home: {} })
  t.same(start(folder, { HOME: join(folder, 'home') }, { flags: ['--permission', '--allow-fs-read=*'] }), WANTED)
  t.same(filesIn(folder), [])
})
