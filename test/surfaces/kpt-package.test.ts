// The repository itself is a kpt package, and so is its folder fn-config: fetched and rendered by the real kpt.

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import t, { type Test } from 'tap'
import { program, ROOT } from '../support/rig.ts'
import { filesBelow, filesDiff, needs, tool } from '../support/tools.ts'

const skip = needs('kpt')

/** A repository that holds the files of this one as they are now, with kpt and the program beside it. */
function repository(t: Test) {
  // kpt names a folder of its cache after the whole path, which must not be long.
  const folder = mkdtempSync(join(tmpdir(), 'kpt-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(program(), join(bin, 'inject-sidecars'))
  const env = { PATH: [bin, process.env.PATH].join(delimiter), HOME: folder, GIT_CONFIG_GLOBAL: '/dev/null' }
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' })
  const name = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', join(folder, 'repo')])
  execFileSync('cp', ['--parents', '--no-dereference', ...files.split('\0').filter(file => file !== '' && !file.startsWith('test/')), join(folder, 'repo')], {
    cwd: ROOT,
  })
  execFileSync('git', ['add', '--force', '.'], { cwd: join(folder, 'repo') })
  execFileSync('git', [...name, 'commit', '--quiet', '--message=a'], { cwd: join(folder, 'repo') })
  execFileSync('git', ['clone', '--quiet', '--bare', 'repo', 'inject-sidecars.git'], { cwd: folder })
  return { folder, env, url: join(folder, 'inject-sidecars.git') }
}

t.test('the repository can be fetched and rendered; its function injects into the example, and a second run changes nothing', { skip }, async t => {
  const { folder, env, url } = repository(t)
  const get = tool('kpt', ['pkg', 'get', `${url}/@main`, 'package'], { cwd: folder, env })
  t.equal(get.code, 0, get.stderr)
  const first = tool('kpt', ['fn', 'render', 'package', '--allow-exec'], { cwd: folder, env })
  t.equal(first.code, 0, first.stderr)
  t.match(readFileSync(join(folder, 'package/examples/kpt-render/web.yaml'), 'utf8'), /name: log-shipper/)
  const rendered = filesBelow(join(folder, 'package'))
  const second = tool('kpt', ['fn', 'render', 'package', '--allow-exec'], { cwd: folder, env })
  t.equal(second.code, 0, second.stderr)
  t.equal(filesDiff(rendered, filesBelow(join(folder, 'package'))), '')
})

t.test('of the examples, the package holds the one that is made for it', async t => {
  const ignored = readFileSync(join(ROOT, '.krmignore'), 'utf8').split('\n')
  const examples = readdirSync(join(ROOT, 'examples')).filter(name => name !== 'kpt-render')
  t.ok(examples.length > 5)
  t.same(
    examples.filter(name => !ignored.includes(`examples/${name}`)),
    [],
  )
})

t.test('the folder fn-config can be fetched by itself; its files are function configs that work', { skip }, async t => {
  const { folder, env, url } = repository(t)
  mkdirSync(join(folder, 'web'))
  cpSync(join(ROOT, 'examples/kpt-render/web.yaml'), join(folder, 'web/web.yaml'))
  const get = tool('kpt', ['pkg', 'get', `${url}/fn-config@main`, 'functions'], { cwd: folder, env })
  t.equal(get.code, 0, get.stderr)
  const render = tool('kpt', ['fn', 'render', 'functions'], { cwd: folder, env })
  t.equal(render.code, 0, render.stderr)
  const evaluate = tool('kpt', ['fn', 'eval', 'web', '--exec', 'inject-sidecars', '--fn-config', 'functions/log-shipper.yaml'], { cwd: folder, env })
  t.equal(evaluate.code, 0, evaluate.stderr)
  t.match(readFileSync(join(folder, 'web/web.yaml'), 'utf8'), /name: log-shipper/)
})
