// The ten traps of kustomize, kpt and node that lose people's data, each with what keeps us out of it.

import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { at } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { example, program, ROOT, resourceList, run } from '../support/rig.ts'

const PROGRAM = program()
const call = (input: string) => run([], { input })
const SHOP = [example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')]
const HEAD = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n'

t.test('1: an answer with exit code 0 holds every item; without all of them the code is not 0', async t => {
  const inputs = [
    '',
    'a: [',
    'kind: ResourceList\n',
    `${HEAD}items: 5\n`,
    `${HEAD}items:\n- 5\n- {kind: Service}\n`,
    `${HEAD}items: []\n`,
    resourceList(SHOP),
    resourceList([SHOP[3] ?? '']),
  ]
  for (const input of inputs) {
    const { code, stdout } = call(input)
    if (code !== 0) continue
    const count = (text: string) => at(parseDocuments({ path: 'x', text })[0]?.value, ['items'])
    const [before, after] = [count(input), count(stdout)]
    t.equal(Array.isArray(after) && after.length, Array.isArray(before) && before.length, input.slice(0, 60))
  }
  t.equal(call('').code, 1)
})

const big = () =>
  resourceList([
    ...SHOP,
    ...Array.from({ length: 40_000 }, (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c-${i}\ndata:\n  t: ${'x'.repeat(440)}\n`),
  ])

t.test('2: twenty megabytes reach a slow reader at the other end of a pipe', async t => {
  const input = big()
  t.equal(input.length > 20_000_000, true)
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(input)
  let received = 0
  await new Promise(resolve => setTimeout(resolve, 300))
  for await (const chunk of child.stdout) {
    if (received === 0) await new Promise(resolve => setTimeout(resolve, 300))
    received += chunk.length
  }
  const code = child.exitCode ?? (await new Promise(resolve => child.once('exit', resolve)))
  t.equal(code, 0)
  t.equal(received > input.length, true)
})

t.test('2: a reader that goes away ends the run without a word', async t => {
  const input = big()
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `'${process.execPath}' '${PROGRAM}' | head -c 10`], { input, encoding: 'utf8' })
  t.same([status, stdout, stderr], [0, 'apiVersion', ''])
})

t.test('2: a standard input that is slow, or a pipe that does not block, is read to its end', async t => {
  const input = resourceList(SHOP)
  const script = `'${process.execPath}' -e 'process.stdin' & { head -c 100; sleep 0.3; cat; } | '${process.execPath}' '${PROGRAM}'`
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { input, encoding: 'utf8' })
  t.equal(status, 0, stderr)
  t.equal(stdout, call(input).stdout)
})

t.test('2: closed or missing standard streams are no bug of ours', async t => {
  const { status, stderr } = spawnSync('bash', ['-c', `'${process.execPath}' '${PROGRAM}' <&-`], { encoding: 'utf8' })
  t.equal(status, 1, stderr)
  t.match(stderr, /standard input is empty/)
  const full = openSync('/dev/full', 'w')
  const out = spawnSync(process.execPath, [PROGRAM], { input: resourceList(SHOP), stdio: ['pipe', full, 'pipe'], encoding: 'utf8' })
  closeSync(full)
  t.match(out, { status: 1, stderr: /error\[output-failed\]: standard output: no space left/ })
})

const KUSTOMIZE = join(ROOT, '.cache/bin/kustomize')
const needsKustomize = existsSync(KUSTOMIZE) || process.env.CI !== undefined ? false : `no ${KUSTOMIZE}: scripts/install-tools.sh installs it`

t.test('3: a kustomize that skips the function leaves the guard behind, which no cluster takes', { skip: needsKustomize }, async t => {
  const folder = t.testdir({
    'kustomization.yaml': 'resources: [namespace.yaml, web.yaml, store.yaml, istio/config.yaml, guard.yaml]\ntransformers: [sidecars.yaml]\n',
    'sidecars.yaml': example('sidecars.yaml').replace('../../dist/inject-sidecars.cjs', PROGRAM),
    'guard.yaml': 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: InjectionGuard\nmetadata: {name: guard}\n',
    ...Object.fromEntries(['namespace.yaml', 'web.yaml', 'store.yaml'].map(name => [name, example(name)])),
    istio: { 'config.yaml': example('istio/config.yaml') },
  })
  const build = (...flags: string[]) => {
    const { status, stdout, stderr } = spawnSync(KUSTOMIZE, ['build', ...flags, folder], { encoding: 'utf8' })
    return { status, stderr, sidecars: stdout.match(/sidecar\.istio\.io\/status:/g)?.length ?? 0, guarded: /kind: InjectionGuard/.test(stdout) }
  }
  t.same(build('--enable-alpha-plugins'), { status: 0, stderr: '', sidecars: 0, guarded: true })
  t.same(build('--enable-alpha-plugins', '--enable-exec'), { status: 0, stderr: '', sidecars: 2, guarded: false })
})

t.test('4: scalars that other YAML readers change stay as they are written', async t => {
  const scalars = [
    '0644',
    '"0644"',
    '"yes"',
    '12345678901234567890',
    '1e3',
    '0x1F',
    '1_000',
    '~',
    '2000m',
    "'on'",
    '2001-01-01',
    '1:30',
    '.inf',
    '!!str 123',
    '>-\n            folded\n            text',
  ]
  const store = example('store.yaml').replace(
    '    spec:\n',
    `    odd:\n${scalars
      .map((text, i) => `      k${i}: ${text} # ${i}\n`.replace('>- #', '>- #'))
      .slice(0, -1)
      .join('')}      last: ${scalars.at(-1)}\n    spec:\n`,
  )
  const { code, stdout, stderr } = call(resourceList([SHOP[0] ?? '', SHOP[1] ?? '', store]))
  t.equal(code, 0, stderr)
  t.match(stdout, /sidecar\.istio\.io\/status:/)
  for (const [i, text] of scalars.slice(0, -1).entries()) t.equal(stdout.includes(`k${i}: ${text} # ${i}\n`), true, text)
  t.equal(stdout.includes('last: >-\n              folded\n              text\n'), true)
  t.equal(/[&*][a-z]/.test(stdout.replace(/^.*image.*$/gm, '')), false, 'no anchors or aliases of ours')
})

t.test('4: comments stay where they are, once, however often the function runs', async t => {
  const store = example('store.yaml').replace('      - name: store\n', '      # pinned by team a\n      - name: store # the store\n        # its image\n')
  let text = resourceList([SHOP[0] ?? '', SHOP[1] ?? '', store])
  for (let i = 0; i < 3; i++) text = call(text).stdout
  for (const comment of ['# pinned by team a', '# the store', '# its image']) t.equal(text.split(comment).length, 2, comment)
  t.match(text, /# pinned by team a\n +- name: store # the store\n +# its image\n/)
})

t.test('5: annotations that we do not know stay', async t => {
  const annotations = `  annotations:
    internal.config.kubernetes.io/id: '1'
    config.k8s.io/id: '1'
    internal.config.kubernetes.io/needsHashSuffix: enabled
    kustomize.config.k8s.io/id: |
      kind: StatefulSet
      name: store
`
  const { stdout } = call(
    resourceList([SHOP[0] ?? '', SHOP[1] ?? '', example('store.yaml').replace('  namespace: shop\n', `  namespace: shop\n${annotations}`)]),
  )
  t.equal(stdout.includes(annotations.replace(/^/gm, '  ').trimEnd()), true)
  t.match(stdout, /sidecar\.istio\.io\/status:/)
})

t.test('6: an error is on standard error and in the exit code, the worst first', async t => {
  const bad = example('store.yaml').replace(
    '      labels:\n',
    '      annotations: {inject.istio.io/templates: nope, prometheus.istio.io/scrape-targets: ":x"}\n      labels:\n',
  )
  const { code, stdout, stderr } = call(resourceList([...SHOP, bad]))
  t.equal(code, 1)
  t.match(stderr.split('\n')[0], /error\[template-unknown\]/)
  const [list] = parseDocuments({ path: 'out', text: stdout })
  t.equal(at(list?.value, ['results', 0, 'severity']), 'error')
})

t.test('7: the Kptfile and the function config may be among the items, or the only ones', async t => {
  const config = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata:\n  name: mesh\nspec:\n  istio: {}\n'
  const kptfile =
    'apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: shop\n  annotations:\n    config.kubernetes.io/local-config: "true"\npipeline:\n  mutators:\n  - exec: inject-sidecars\n'
  for (const items of [[kptfile, config], [config]]) {
    const input = resourceList(items, config)
    t.same(call(input), { code: 0, stdout: input, stderr: '' })
  }
  t.match(call(resourceList([kptfile, config, ...SHOP], config)).stdout, /sidecar\.istio\.io\/status:/)
})

const needsKpt = spawnSync('kpt', ['version']).status === 0 ? false : 'no kpt in PATH; no package registry has it'

t.test('4, 6, 7: kpt renders a package twice: the injected lines and nothing else, then nothing; an error changes no file', { skip: needsKpt }, async t => {
  const kptfile = `apiVersion: kpt.dev/v1
kind: Kptfile
metadata:
  name: shop
  annotations:
    config.kubernetes.io/local-config: "true"
pipeline:
  mutators:
  - exec: ${PROGRAM}
    configMap:
      istio: yes
`
  const sources = {
    Kptfile: kptfile,
    'web.yaml': example('web.yaml'),
    'namespace.yaml': example('namespace.yaml'),
    'config.yaml': example('istio/config.yaml'),
  }
  const folder = t.testdir(sources)
  const render = () => spawnSync('kpt', ['fn', 'render', folder, '--allow-exec'], { encoding: 'utf8' })
  const contents = () => Object.fromEntries(Object.keys(sources).map(name => [name, readFileSync(join(folder, name), 'utf8')]))

  t.equal(render().status, 0)
  const first = contents()
  t.match(first['web.yaml'], /sidecar\.istio\.io\/status:/)
  for (const comment of ['# also the name', '# stays as written']) t.equal(first['web.yaml']?.split(comment).length, 2, comment)
  t.match(first['web.yaml'], /cpu: 2000m # stays as written\n/)
  t.match(first['web.yaml'], /defaultMode: 0644\n/)
  t.same([first['namespace.yaml'], first['config.yaml']], [sources['namespace.yaml'], sources['config.yaml']])
  t.equal(render().status, 0)
  t.same(contents(), first)

  writeFileSync(
    join(folder, 'broken.yaml'),
    example('store.yaml').replace('      labels:\n', '      annotations: {inject.istio.io/templates: nope}\n      labels:\n'),
  )
  const failed = render()
  t.equal(failed.status, 1)
  t.match(failed.stderr, /\[error\] apps\/v1\/StatefulSet\/shop\/store .*requested template "nope" not found/)
  t.same(contents(), first)
})

t.test('8: data of a ConfigMap that reads as a boolean is text', async t => {
  const input = (value: string) => resourceList(SHOP, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: function-input}\ndata: {istio: ${value}}`)
  for (const value of ['"true"', 'true', '"{}"']) {
    const { code, stdout, stderr } = call(input(value))
    t.equal(code, 0, stderr)
    t.match(stdout, /sidecar\.istio\.io\/status:/, value)
  }
})

t.test('9: nobody, without a home, in a folder where nothing may be written, can run it', async t => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM], {
    input: resourceList(SHOP),
    cwd: '/proc',
    env: { HOME: '/nonexistent' },
    encoding: 'utf8',
  })
  t.equal(status, 0, stderr)
  t.match(stdout, /sidecar\.istio\.io\/status:/)
})

t.test('the example for kpt renders, with the function found in PATH', { skip: needsKpt }, async t => {
  const names = ['Kptfile', 'sidecars.yaml', 'web.yaml']
  const folder = t.testdir({
    package: Object.fromEntries(names.map(name => [name, readFileSync(join(ROOT, 'examples/kpt-render', name), 'utf8')])),
    bin: { 'inject-sidecars': t.fixture('symlink', PROGRAM) },
  })
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
  const { status, stderr } = spawnSync('kpt', ['fn', 'render', join(folder, 'package'), '--allow-exec'], { encoding: 'utf8', env })
  t.equal(status, 0, stderr)
  t.match(readFileSync(join(folder, 'package/web.yaml'), 'utf8'), /- name: log-shipper\n/)
})
