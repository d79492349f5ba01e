// kustomize's legacy exec plugin: the way into a stock `kubectl kustomize`, which runs no exec functions.

import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { example, program, ROOT, run } from '../support/rig.ts'
import { build, functionConfig, kinds, kubectls, needs, shop, sidecars, tool } from '../support/tools.ts'

const PLUGIN = 'inject-sidecars.dev/v1alpha1/sidecarinjector'
const install = (home: string) => run(['install-kustomize-plugin', '--plugin-home', home])

/** Without the annotation that makes it a function, kustomize looks for a plugin of that kind. */
const CONFIG = functionConfig().replace(/ {2}annotations:\n(?: {4}.*\n)+/, '')

/** Runs a build with the plugin, in a folder with the files of the example and further ones. */
function plugged(kubectl: string, folder: string) {
  return tool(kubectl, ['kustomize', '--enable-alpha-plugins', join(folder, 'shop')], { env: { KUSTOMIZE_PLUGIN_HOME: join(folder, 'plugins') } })
}

const [newest] = kubectls().slice(-1)
if (newest === undefined) t.test('kubectl kustomize', { skip: 'kubectl is not installed' }, async () => {})

for (const [version, kubectl] of kubectls()) {
  t.test(`kubectl kustomize ${version} injects; the configuration and the guard do not reach the output`, async t => {
    const folder = t.testdir({ shop: shop({ 'sidecars.yaml': CONFIG }), function: shop() })
    t.equal(install(join(folder, 'plugins')).code, 0)
    const { code, stdout, stderr } = plugged(kubectl, folder)
    t.same([code, stderr], [0, ''])
    t.equal(sidecars(stdout), 2)
    t.same(kinds(stdout), ['Namespace', 'Deployment', 'StatefulSet'])
    if (needs('kustomize') === false) t.equal(stdout, build(join(folder, 'function')).stdout)

    writeFileSync(join(folder, 'shop/web.yaml'), stdout)
    writeFileSync(join(folder, 'shop/kustomization.yaml'), 'resources: [web.yaml, istio]\ntransformers: [sidecars.yaml]\n')
    t.same(plugged(kubectl, folder), { code: 0, stdout, stderr: '' })
  })
}

if (newest !== undefined) {
  const [version, kubectl] = newest

  t.test(`with an error kubectl kustomize ${version} fails, prints nothing, and says why`, async t => {
    const folder = t.testdir({ shop: shop({ 'sidecars.yaml': CONFIG.replace('name: web,', 'name: nobody,') }) })
    install(join(folder, 'plugins'))
    t.match(plugged(kubectl, folder), { code: 1, stdout: '', stderr: /<function config>:\d+:\d+: error\[expectation-violated\]: no workload .*exit status 1/s })
  })

  t.test('without the flag, or without the plugin, kubectl refuses to build', async t => {
    const folder = t.testdir({ shop: shop({ 'sidecars.yaml': CONFIG }), plugins: {} })
    t.match(plugged(kubectl, folder), { code: 1, stdout: '', stderr: /SidecarInjector/ })
    t.match(tool(kubectl, ['kustomize', join(folder, 'shop')]), { code: 1, stdout: '', stderr: /external plugins disabled/ })
  })

  t.test('a package.json around the plugin home makes no difference', async t => {
    const folder = t.testdir({ shop: shop({ 'sidecars.yaml': CONFIG }), 'package.json': '{"type": "module"}' })
    install(join(folder, 'plugins'))
    t.equal(sidecars(plugged(kubectl, folder).stdout), 2)
  })
}

t.test('the plugin is installed where kustomize looks, again over an earlier one, and nothing else is left there', async t => {
  const folder = t.testdir({})
  const home = join(folder, "o'home")
  for (let i = 0; i < 2; i++) {
    const { code, stdout, stderr } = install(home)
    t.same([code, stderr], [0, ''])
    t.match(stdout, `installed ${join(home, PLUGIN, 'SidecarInjector')}\n`)
    t.match(stdout, `export KUSTOMIZE_PLUGIN_HOME='${folder}/o'\\''home'\n`)
    t.match(stdout, 'kubectl kustomize --enable-alpha-plugins')
  }
  t.same(readdirSync(join(home, PLUGIN)), ['SidecarInjector', 'inject-sidecars.cjs'])
  t.equal(statSync(join(home, PLUGIN, 'SidecarInjector')).mode & 0o111, 0o111)
})

const homes: [name: string, env: Readonly<Record<string, string>>, place: string][] = [
  ['$KUSTOMIZE_PLUGIN_HOME', { KUSTOMIZE_PLUGIN_HOME: 'plugins', XDG_CONFIG_HOME: 'config' }, 'plugins'],
  ['$XDG_CONFIG_HOME', { XDG_CONFIG_HOME: 'config' }, 'config/kustomize/plugin'],
  ['the home folder', { HOME: 'home', XDG_CONFIG_HOME: '' }, 'home/.config/kustomize/plugin'],
]
for (const [name, env, place] of homes) {
  t.test(`without --plugin-home it goes to ${name}`, async t => {
    const cwd = t.testdir({})
    const { code, stdout, stderr } = tool('node', [program(), 'install-kustomize-plugin'], { cwd, env })
    t.equal(code, 0, stderr)
    t.notMatch(stdout, /export/)
    t.equal(statSync(join(cwd, place, PLUGIN, 'SidecarInjector')).isFile(), true)
  })
}

t.test('a plugin home that cannot be written is named', async t => {
  const { code, stdout, stderr } = install(join(t.testdir({ file: '' }), 'file'))
  t.same([code, stdout], [1, ''])
  t.match(stderr, /error\[file-unwritable\]: .*SidecarInjector: does not exist/)
})

const GUARD = example('guard.yaml')
const DOCUMENTS = ['namespace.yaml', 'istio/config.yaml', 'web.yaml', 'store.yaml'].map(example).join('---\n')

t.test('the path of a function config alone is the plugin: documents in, documents out, guards gone wherever they stand', async t => {
  const config = join(t.testdir({ config: CONFIG }), 'config')
  const plain = run([config], { input: DOCUMENTS })
  t.same([plain.code, plain.stderr, sidecars(plain.stdout)], [0, '', 2])
  for (const input of [`${GUARD}---\n${DOCUMENTS}`, `${DOCUMENTS}---\n${GUARD}`, DOCUMENTS.replace('---\n', `---\n${GUARD}---\n`)]) {
    const { code, stdout } = run([config], { input })
    t.equal(code, 0)
    t.equal(stdout.replace(/^---\n/, ''), plain.stdout)
  }
})

t.test('a ConfigMap is a function config too', async t => {
  const config = join(t.testdir({ config: '"kind": ConfigMap\napiVersion: v1\nmetadata: {name: x}\ndata: {istio: "true"}\n' }), 'config')
  t.equal(sidecars(run([config], { input: DOCUMENTS }).stdout), 2)
})

t.test('a mistake in the function config is exit code 3, and nothing is printed', async t => {
  const config = join(t.testdir({ config: CONFIG.replace('istio: {}', 'istoi: {}') }), 'config')
  t.match(run([config], { input: DOCUMENTS }), { code: 3, stdout: '', stderr: /^<function config>:\d+:\d+: error\[config-invalid\]/ })
})

t.test('what is no function config, or no absolute path of one, is a mistake on the command line', async t => {
  const cwd = t.testdir({ 'web.yaml': example('web.yaml'), config: CONFIG, inject: CONFIG, folder: {} })
  mkdirSync(join(cwd, 'empty'))
  for (const args of [['config'], [join(cwd, 'web.yaml')], [join(cwd, 'nothing')], [join(cwd, 'folder')], [join(cwd, 'config'), 'x'], ['inject']]) {
    const { code, stdout, stderr } = run(args, { cwd, input: DOCUMENTS })
    t.same([args, code, stdout], [args, 3, ''])
    t.match(stderr, /error: /)
  }
  t.match(run(['--help'], { cwd: ROOT }), { code: 0, stdout: /install-kustomize-plugin/ })
})
