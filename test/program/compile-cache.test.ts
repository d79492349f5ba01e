// The package's `bin`: it answers as the program does, and what Node keeps of it is in the user's own cache folder or nowhere.

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { bundleBin } from '../../scripts/bundle.ts'
import { example, program, resourceList, run } from '../support/rig.ts'
import { sidecars } from '../support/tools.ts'

const INPUT = resourceList([example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')])
const WANTED = run([], { input: INPUT })
const bin = join(program(), '../bin.cjs')
bundleBin(bin)

/** Runs the bin in a folder of its own, with no other variables than these; `env` drops those that tap gives every process below it. */
function start(cwd: string, env: Readonly<Record<string, string>>, flags: readonly string[] = []) {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const { status, stdout, stderr } = spawnSync('env', ['-i', ...variables, process.execPath, ...flags, bin], { input: INPUT, cwd, encoding: 'utf8' })
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
  t.same([...new Set(kept.map(({ parentPath }) => parentPath.startsWith(join(folder, 'home/.cache/inject-sidecars/'))))], [true])
  t.equal(lstatSync(join(folder, 'home/.cache/inject-sidecars')).mode & 0o777, 0o700)
  t.same(readdirSync(join(folder, 'work')), [], 'nothing beside the input')
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
  t.same(start(folder, { HOME: join(folder, 'home') }, ['--permission', '--allow-fs-read=*']), WANTED)
  t.same(filesIn(folder), [])
})
