// The function in the real kustomize. kustomize skips an exec function silently when exec is not enabled, so every test looks for the sidecars themselves.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { example, program, run } from '../support/rig.ts'
import { build, functionConfig, istio, kinds, kubectls, needs, shop, sidecars, tool } from '../support/tools.ts'

const skip = needs('kustomize')
const KUSTOMIZATION = example('kustomization.yaml')
const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by))

t.test('a transformer in a file injects; the configuration does not reach the output', { skip }, async t => {
  const { code, stdout, stderr } = build(t.testdir(shop()))
  t.same([code, stderr], [0, ''])
  t.equal(sidecars(stdout), 2)
  t.same(kinds(stdout), ['Namespace', 'Deployment', 'StatefulSet'])
})

const forms: [name: string, transformers: string, files?: Record<string, string>][] = [
  ['inline', `- |-\n${indented(functionConfig(), 2)}`],
  ['in a folder', '- transformers\n', { 'kustomization.yaml': 'resources: [sidecars.yaml]\n', 'sidecars.yaml': functionConfig() }],
  ['that is a ConfigMap', `- |-\n${indented(asConfigMap(), 2)}`],
]
for (const [name, transformers, files = {}] of forms) {
  t.test(`a transformer ${name} does the same`, { skip }, async t => {
    const kustomization = KUSTOMIZATION.replace('- sidecars.yaml\n', transformers)
    const folder = t.testdir({ plain: shop(), other: shop({ 'kustomization.yaml': kustomization, transformers: files }) })
    const { code, stdout, stderr } = build(join(folder, 'other'))
    t.same([code, stderr], [0, ''])
    t.equal(stdout, build(join(folder, 'plain')).stdout)
    t.equal(sidecars(stdout), 2)
  })
}

function asConfigMap(): string {
  return functionConfig()
    .replace(/^apiVersion: .*\nkind: .*\n/, 'apiVersion: v1\nkind: ConfigMap\n')
    .replace(/spec:\n.*/s, 'data:\n  istio: "true"\n  cluster.kubeletVersions: "[v1.34.0]"\n')
}

t.test('the function is found in PATH', { skip }, async t => {
  const folder = t.testdir({
    shop: shop({ 'sidecars.yaml': functionConfig().replace(/path: .*/, 'path: inject-sidecars') }),
    bin: { 'inject-sidecars': t.fixture('symlink', program()) },
  })
  const PATH = `${join(folder, 'bin')}:${process.env.PATH}`
  const { code, stdout, stderr } = tool('kustomize', ['build', '--enable-alpha-plugins', '--enable-exec', 'shop'], { cwd: folder, env: { PATH } })
  t.equal(code, 0, stderr)
  t.equal(sidecars(stdout), 2)
})

t.test('a base that injects serves two overlays, whose patches come after', { skip }, async t => {
  const overlay = (name: string, patch: string) => ({
    'kustomization.yaml': `resources: [../base]\nnamePrefix: ${name}-\npatches:\n- target: {kind: Deployment}\n  patch: |-\n${indented(patch, 4)}\n`,
  })
  const folder = t.testdir({
    base: shop(),
    one: overlay('one', '- {op: replace, path: /spec/replicas, value: 5}'),
    two: overlay('two', '- {op: add, path: /spec/template/metadata/labels/tier, value: front}'),
  })
  const [one, two] = ['one', 'two'].map(name => build(join(folder, name)))
  t.same([one?.code, two?.code], [0, 0], `${one?.stderr}${two?.stderr}`)
  t.same([sidecars(one?.stdout ?? ''), sidecars(two?.stdout ?? '')], [2, 2])
  t.match(one?.stdout, /name: one-web\n.*replicas: 5\n/s)
  t.match(two?.stdout, /name: two-web\n.*tier: front\n/s)
})

t.test('overlays inject what their base holds, each with its own names, namespace and images', { skip }, async t => {
  const overlay = (name: string) => ({
    'kustomization.yaml': `resources: [../base, ../istio]\nnamespace: ${name}\nnamePrefix: ${name}-\nimages: [{name: registry.example.com/web, newTag: ${name}}]\ntransformers: [sidecars.yaml]\n`,
    'sidecars.yaml': functionConfig()
      .replace(/ {2}expect:\n.*/s, '')
      .replace('cluster:\n', `cluster:\n    namespaces: {${name}: {labels: {istio-injection: enabled}}}\n`),
  })
  const folder = t.testdir({
    base: {
      'kustomization.yaml': 'resources: [web.yaml, store.yaml]\n',
      'web.yaml': example('web.yaml').replace(/ +app: web # .*\n/, '$&        version: v1\n'),
      'store.yaml': example('store.yaml'),
    },
    istio: istio(),
    one: overlay('one'),
    two: overlay('two'),
  })
  for (const name of ['one', 'two']) {
    const { code, stdout, stderr } = build(join(folder, name))
    t.equal(code, 0, stderr)
    t.equal(sidecars(stdout), 2)
    t.match(stdout, new RegExp(`image: registry.example.com/web:${name}\n`))
    // The names that the workloads have in the end, not those of the base.
    t.match(stdout, new RegExp(`- ${name}-web\\.${name}\n`))
    t.notMatch(stdout, /kind: ConfigMap/)
  }
})

t.test('building twice, injecting twice, and injecting what was built change nothing', { skip }, async t => {
  const folder = t.testdir({
    once: shop(),
    twice: shop({
      'kustomization.yaml': KUSTOMIZATION.replace('- sidecars.yaml', '- sidecars.yaml\n- second.yaml'),
      'second.yaml': functionConfig().replace('name: mesh', 'name: second'),
    }),
    above: { 'kustomization.yaml': 'resources: [../once]\ntransformers: [sidecars.yaml]\n', 'sidecars.yaml': functionConfig() },
    again: {
      'kustomization.yaml': 'resources: [built.yaml, istio.yaml]\ntransformers: [sidecars.yaml]\n',
      'sidecars.yaml': functionConfig(),
      'istio.yaml': example('istio/config.yaml'),
    },
  })
  const once = build(join(folder, 'once')).stdout
  t.equal(sidecars(once), 2)
  writeFileSync(join(folder, 'again/built.yaml'), once)
  for (const name of ['once', 'twice', 'above', 'again']) {
    const { code, stdout, stderr } = build(join(folder, name))
    t.same([name, code, stderr], [name, 0, ''])
    t.equal(stdout, once, name)
  }
})

t.test('what kustomize keeps in annotations stays: a generated ConfigMap keeps its hash, and the workload that mounts it finds it', { skip }, async t => {
  const kustomization = `${KUSTOMIZATION}configMapGenerator:\n- name: web\n  namespace: shop\n  literals: [a=b]\n`
  const folder = t.testdir({
    plain: shop({ 'kustomization.yaml': kustomization.replace(/transformers:\n.*\n/, '') }),
    injected: shop({ 'kustomization.yaml': kustomization }),
  })
  const [name] = /web-[a-z0-9]{10}/.exec(build(join(folder, 'plain')).stdout) ?? []
  const { stdout, stderr } = build(join(folder, 'injected'))
  t.equal(stderr, '')
  t.equal(sidecars(stdout), 2)
  t.equal(stdout.match(new RegExp(`name: ${name}\n`, 'g'))?.length, 2)
})

t.test('an error ends the build: exit code 1, nothing on standard output, everything wrong on standard error', { skip }, async t => {
  const bad = (text: string) => text.replace('      labels:\n', '      annotations: {inject.istio.io/templates: nope}\n      labels:\n')
  const { code, stdout, stderr } = build(t.testdir(shop({ 'web.yaml': bad(example('web.yaml')), 'store.yaml': bad(example('store.yaml')) })))
  t.same([code, stdout], [1, ''])
  t.equal(stderr.match(/error\[template-unknown\]: requested template "nope" not found/g)?.length, 2)
  t.match(stderr, /= Deployment shop\/web, hint: /)
  t.match(stderr, /= StatefulSet shop\/store, hint: /)
  t.match(stderr, /Error: couldn't execute function: exit status 1/)
})

t.test('a violated expectation and a mistake in the function config end the build too', { skip }, async t => {
  const off = example('web.yaml').replace('        app: web #', '        sidecar.istio.io/inject: "false"\n        app: web #')
  t.match(build(t.testdir(shop({ 'web.yaml': off }))), { code: 1, stdout: '', stderr: /error\[expectation-violated\]/ })
  const typo = functionConfig().replace('istio: {}', 'istoi: {}')
  t.match(build(t.testdir(shop({ 'sidecars.yaml': typo }))), { code: 1, stdout: '', stderr: /error\[config-invalid\]: .*istoi.*exit status 3/s })
})

t.test('a warning is on standard error, and the build goes on', { skip }, async t => {
  const job = `apiVersion: batch/v1\nkind: Job\nmetadata: {name: once, namespace: shop}\nspec:\n  template:\n    metadata:\n      annotations: {sidecar.istio.io/nativeSidecar: perhaps}\n    spec:\n      restartPolicy: Never\n      containers: [{name: once, image: once}]\n`
  const { code, stdout, stderr } = build(t.testdir(shop({ 'store.yaml': `${example('store.yaml')}---\n${job}` })))
  t.equal(code, 0)
  t.equal(sidecars(stdout), 3)
  t.match(stderr, /warning\[native-sidecar-unclear\]: .*Job shop\/once/s)
})

t.test('a build without workloads goes through: then kustomize hands over the function config as an item', { skip }, async t => {
  const folder = t.testdir({
    'kustomization.yaml': 'resources: []\ntransformers: [sidecars.yaml]\n',
    'sidecars.yaml': functionConfig().replace(/ {2}expect:\n.*/s, ''),
  })
  t.same(build(folder), { code: 0, stdout: '', stderr: '' })
})

t.test('the guard goes where the function runs, and nothing else does', { skip }, async t => {
  const folder = t.testdir({ plain: shop({ 'kustomization.yaml': KUSTOMIZATION.replace('- guard.yaml\n', '') }), guarded: shop() })
  const { code, stdout, stderr } = build(join(folder, 'guarded'))
  t.same([code, stderr], [0, ''])
  t.equal(sidecars(stdout), 2)
  t.equal(stdout, build(join(folder, 'plain')).stdout)
})

t.test('kustomize without --enable-exec skips the function without a word; the guard is left in the output', { skip }, async t => {
  const { code, stdout, stderr } = build(t.testdir(shop()), ['--enable-alpha-plugins'])
  t.same([code, stderr, sidecars(stdout)], [0, '', 0])
  t.same(kinds(stdout), ['Namespace', 'Deployment', 'StatefulSet', 'InjectionGuard'])
})

t.test('`inject-sidecars check` finds the guard, and the sidecars that are missing, in what was rendered', { skip }, async t => {
  const cwd = t.testdir(shop())
  const check = (input: string) => run(['check', '--function-config', 'sidecars.yaml', '-', 'istio'], { cwd, input })
  const skipped = check(build(cwd, ['--enable-alpha-plugins']).stdout)
  t.equal(skipped.code, 1)
  t.match(skipped.stdout, /error\[guard-present\].*InjectionGuard guard.*error\[injection-missing\].*Deployment shop\/web/s)
  t.match(check(build(cwd).stdout), { code: 0, stdout: '' })
})

t.test('kustomize without --enable-alpha-plugins refuses the transformer', { skip }, async t => {
  for (const flags of [[], ['--enable-exec']]) {
    t.match(build(t.testdir(shop()), flags), { code: 1, stdout: '', stderr: /external plugins disabled/ })
  }
})

for (const [version, kubectl] of kubectls()) {
  t.test(`kubectl kustomize ${version} skips an exec function without a word; the guard is left in the output`, async t => {
    const { code, stdout, stderr } = tool(kubectl, ['kustomize', '--enable-alpha-plugins', t.testdir(shop())])
    t.same([code, stderr, sidecars(stdout)], [0, '', 0])
    t.same(kinds(stdout), ['Namespace', 'Deployment', 'StatefulSet', 'InjectionGuard'])
  })
}
if (kubectls().length === 0) t.test('kubectl kustomize', { skip: 'kubectl is not installed' }, async () => {})

t.test('commands that work on files leave the guard where it is', async t => {
  const cwd = t.testdir(shop())
  const { code, stdout, stderr } = run(['inject', '--function-config', 'sidecars.yaml', '.'], { cwd })
  t.equal(code, 0, stderr)
  t.equal(sidecars(stdout), 2)
  t.match(stdout, example('guard.yaml'))
})

t.test('with an error the guard stays', { skip }, async t => {
  const folder = t.testdir(shop({ 'sidecars.yaml': functionConfig().replace('name: web,', 'name: nobody,') }))
  t.match(build(folder), { code: 1, stdout: '', stderr: /error\[expectation-violated\]/ })
})

t.test('`validators:` takes no function that returns its items, so ours is refused there, and nothing gets lost', { skip }, async t => {
  const folder = t.testdir(shop({ 'kustomization.yaml': KUSTOMIZATION.replace('transformers:', 'validators:') }))
  t.match(build(folder), { code: 1, stdout: '', stderr: /validator shouldn't modify the resource map/ })
  t.equal(readFileSync(join(folder, 'web.yaml'), 'utf8'), example('web.yaml'))
})

t.test('with originAnnotations a finding names the file that the resource came from, not a line of standard input', { skip }, async t => {
  const web = example('web.yaml').replace('    metadata:\n', '    metadata:\n      annotations: {inject.istio.io/templates: nope}\n')
  const folder = t.testdir(shop({ 'web.yaml': web, 'kustomization.yaml': `${KUSTOMIZATION}buildMetadata: [originAnnotations]\n` }))
  const { code, stderr } = build(folder)
  t.equal(code, 1)
  t.match(stderr, /^web\.yaml: error\[template-unknown\]/m)
  t.notMatch(stderr, /<stdin>:\d/)
})

t.test('check finds nothing in output whose proxy images an outer kustomization points to a mirror', { skip }, async t => {
  const folder = t.testdir({ base: shop(), outer: {} })
  const plain = build(join(folder, 'base')).stdout
  const [, name = ''] = /image: (\S+proxy\S*):\S+/.exec(plain) ?? []
  t.not(name, '')
  const outer = `resources: [../base]\nimages:\n- {name: ${name}, newName: mirror.example.com/third-party/${name.split('/').at(-1)}}\n`
  writeFileSync(join(folder, 'outer/kustomization.yaml'), outer)
  const { stdout } = build(join(folder, 'outer'))
  t.match(stdout, /image: mirror\.example\.com\/third-party\//)
  const cwd = t.testdir({ 'rendered.yaml': stdout, 'sidecars.yaml': functionConfig(), istio: istio(), 'namespace.yaml': example('namespace.yaml') })
  t.match(run(['check', '-f', 'sidecars.yaml', 'rendered.yaml', 'istio'], { cwd }), { code: 0, stdout: '', stderr: '' })
})
