// The function in the real kpt, which writes its answer into the package's files.

import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { at, isObject, type Json } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { example, program, run } from '../support/rig.ts'
import { type Files, filesBelow, filesDiff, needs, sidecars, tool } from '../support/tools.ts'

const skip = needs('kpt')

const MESH = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata:
  name: mesh
  annotations:
    config.kubernetes.io/local-config: "true"
spec:
  istio: {} # as Istio would
  cluster:
    kubeletVersions: [v1.34.0]
`

function kptfile(pipeline: string): string {
  return `apiVersion: kpt.dev/v1
kind: Kptfile
metadata:
  name: shop
  annotations:
    config.kubernetes.io/local-config: "true"
pipeline:
${pipeline.replace(/^(?=.)/gm, '  ')}`
}

const MUTATOR = `mutators:\n- exec: ${program()}\n  configPath: mesh.yaml\n`
const IDENTITY = 'mutators:\n- exec: cat\n  configPath: mesh.yaml\n'

/** A package with the workloads of the example. */
function shop(pipeline: string, more: Files = {}): Files {
  const files = ['namespace.yaml', 'web.yaml', 'store.yaml'].map(name => [name, example(name)] as const)
  return { Kptfile: kptfile(pipeline), 'mesh.yaml': MESH, ...Object.fromEntries(files), istio: { 'config.yaml': example('istio/config.yaml') }, ...more }
}

const render = (folder: string, ...flags: string[]) => tool('kpt', ['fn', 'render', folder, '--allow-exec', ...flags])

/** The package as kpt writes it when nothing is done to it: kpt has habits of its own with indentation and blank lines. */
function untouched(folder: string): Map<string, string> {
  const copy = `${folder}-as-kpt-writes-it`
  cpSync(folder, copy, { recursive: true })
  writeFileSync(join(copy, 'Kptfile'), kptfile(IDENTITY))
  render(copy)
  return new Map([...filesBelow(copy), ['Kptfile', readFileSync(join(folder, 'Kptfile'), 'utf8')]])
}

t.test('a pipeline injects into the package, and adds lines to the two workloads only; a second run changes nothing', { skip }, async t => {
  const folder = join(t.testdir({ package: shop(MUTATOR) }), 'package')
  const before = untouched(folder)
  const { code, stderr } = render(folder)
  t.equal(code, 0, stderr)
  const after = filesBelow(folder)
  t.same(
    [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path),
    ['store.yaml', 'web.yaml'],
  )
  t.equal(sidecars([...after.values()].join('')), 2)
  const removed = filesDiff(before, after).match(/^-(?!--).*/gm)
  // The probe goes through the proxy; everything else stays as it was written.
  t.same(removed, ['-            path: /ready', '-            port: http'])
  t.match(after.get('web.yaml'), /cpu: 2000m # stays as written\n.*defaultMode: 0644\n/s)

  t.equal(render(folder).code, 0)
  t.equal(filesDiff(after, filesBelow(folder)), '')
})

t.test('`kpt fn eval` does the same, with a function config in a file', { skip }, async t => {
  const root = t.testdir({ rendered: shop(MUTATOR), evaluated: shop(MUTATOR) })
  const folder = join(root, 'evaluated')
  render(join(root, 'rendered'))
  for (let i = 0; i < 2; i++) {
    const { code, stderr } = tool('kpt', ['fn', 'eval', folder, '--exec', program(), '--fn-config', join(folder, 'mesh.yaml')])
    t.equal(code, 0, stderr)
    t.equal(filesDiff(filesBelow(join(root, 'rendered')), filesBelow(folder)), '')
  }
})

t.test('`kpt fn source | inject-sidecars | kpt fn sink` does the same', { skip }, async t => {
  const root = t.testdir({ rendered: shop(MUTATOR), source: shop(MUTATOR) })
  render(join(root, 'rendered'))
  let from = join(root, 'source')
  for (const name of ['once', 'twice']) {
    const list = tool('kpt', ['fn', 'source', from, '--fn-config', join(from, 'mesh.yaml')])
    const injected = tool(program(), [], { input: list.stdout })
    t.equal(injected.code, 0, injected.stderr)
    const { code, stderr } = tool('kpt', ['fn', 'sink', join(root, name)], { input: injected.stdout })
    t.equal(code, 0, stderr)
    t.equal(filesDiff(filesBelow(join(root, 'rendered')), filesBelow(join(root, name))), '')
    from = join(root, name)
  }
})

t.test("the function config may be the pipeline's own `configMap`", { skip }, async t => {
  const config = 'configMap:\n    istio: "true"\n    cluster.kubeletVersions: "[v1.34.0]"\n'
  const root = t.testdir({ file: shop(MUTATOR), map: shop(MUTATOR.replace('configPath: mesh.yaml\n', config)) })
  for (const name of ['file', 'map']) {
    const { code, stderr } = render(join(root, name))
    t.equal(code, 0, stderr)
  }
  for (const name of ['web.yaml', 'store.yaml']) t.equal(readFileSync(join(root, 'map', name), 'utf8'), readFileSync(join(root, 'file', name), 'utf8'))
  t.equal(sidecars(readFileSync(join(root, 'map/web.yaml'), 'utf8')), 1)
})

t.test('without a function config Istio is injected', { skip }, async t => {
  const folder = t.testdir(shop(MUTATOR.replace('  configPath: mesh.yaml\n', '')))
  t.equal(render(folder).code, 0)
  t.equal(sidecars(readFileSync(join(folder, 'web.yaml'), 'utf8')), 1)
})

const BROKEN = example('store.yaml').replace('      labels:\n', '      annotations: {inject.istio.io/templates: nope}\n      labels:\n')

/** What kpt writes into --results-dir. */
function resultsIn(folder: string): Json {
  const path = join(folder, 'results.yaml')
  return parseDocuments({ path, text: readFileSync(path, 'utf8') })[0]?.value ?? null
}

t.test('an error fails the run, is shown, stands in --results-dir, and leaves every file as it was', { skip }, async t => {
  const root = t.testdir({ package: shop(MUTATOR, { 'store.yaml': BROKEN }), results: {} })
  const folder = join(root, 'package')
  const before = filesBelow(folder)
  const { code, stderr } = render(folder, '--results-dir', join(root, 'results'))
  t.equal(code, 1)
  t.match(stderr, /\[FAIL\].*\[error\] apps\/v1\/StatefulSet\/shop\/store [^\n]*: requested template "nope" not found/s)
  t.match(stderr, /"store\.yaml: error\[template-unknown\]: requested template/)
  t.equal(filesDiff(before, filesBelow(folder)), '')

  t.match(at(resultsIn(join(root, 'results')), ['items', 0]), {
    exitCode: 1,
    results: [
      {
        message: /requested template "nope" not found/,
        severity: 'error',
        resourceRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'store', namespace: 'shop' },
        field: { path: 'spec.template.metadata.annotations["inject.istio.io/templates"]' },
        file: { path: 'store.yaml' },
        tags: { code: 'template-unknown' },
      },
    ],
  })
})

t.test('--results-dir holds what was found in a run that went well', { skip }, async t => {
  const root = t.testdir({ package: shop(MUTATOR), results: {} })
  t.equal(render(join(root, 'package'), '--results-dir', join(root, 'results')).code, 0)
  const list = resultsIn(join(root, 'results'))
  t.match(list, { kind: 'FunctionResultList', exitCode: 0 })
  const results = at(list, ['items', 0, 'results'])
  t.same(Array.isArray(results) && results.map(result => isObject(result) && [result.severity, at(result, ['tags', 'code'])]), [['info', 'webhooks-assumed']])
})

t.test('without --allow-exec kpt refuses, loudly: no guard is needed', { skip }, async t => {
  const folder = t.testdir(shop(MUTATOR))
  const before = filesBelow(folder)
  t.match(tool('kpt', ['fn', 'render', folder]), { code: 1, stderr: /must run with `--allow-exec`/ })
  t.equal(filesDiff(before, filesBelow(folder)), '')
})

t.test('a guard goes from the package, its file with it, and nothing else', { skip }, async t => {
  const folder = t.testdir(shop(MUTATOR, { 'guard.yaml': example('guard.yaml') }))
  const before = filesBelow(folder)
  t.equal(render(folder).code, 0)
  const after = filesBelow(folder)
  t.same(
    [...before.keys()].filter(path => !after.has(path)),
    ['guard.yaml'],
  )
  t.equal(sidecars([...after.values()].join('')), 2)
})

t.test('among `validators:` it changes no file, and an expectation that does not hold fails the run', { skip }, async t => {
  const validator = (mesh: string) => shop(MUTATOR.replace('mutators', 'validators'), { 'mesh.yaml': mesh })
  const root = t.testdir({ good: validator(MESH), bad: validator(`${MESH}  expect:\n  - {kind: DaemonSet, injected: true}\n`) })
  const before = untouched(join(root, 'good'))
  t.equal(render(join(root, 'good')).code, 0)
  t.equal(filesDiff(before, filesBelow(join(root, 'good'))), '')
  t.match(render(join(root, 'bad')), { code: 1, stderr: /no workload with kind DaemonSet was found/ })
})

t.test('anchors, flow style, odd scalars and comments of a workload survive', { skip }, async t => {
  const web = example('web.yaml')
    .replace('        app: web #', '        app: &app web #')
    .replace('app: web\n', 'app: web # the selector\n')
    .replace('        - name: http\n          containerPort: 8080\n', '        - {name: http, containerPort: 8080} # in flow style\n')
    .replace('      - name: web\n', "      - name: web\n        env:\n        - {name: APP, value: *app}\n        - {name: ANSWER, value: 'yes'}\n")
  const folder = join(t.testdir({ package: shop(MUTATOR, { 'web.yaml': web }) }), 'package')
  const before = untouched(folder)
  t.equal(render(folder).code, 0)
  const after = filesBelow(folder)
  t.equal(sidecars(after.get('web.yaml') ?? ''), 1)
  t.same(filesDiff(before, after).match(/^-(?!--).*/gm), ['-            path: /ready', '-            port: http'])
  t.equal(render(folder).code, 0)
  t.equal(filesDiff(after, filesBelow(folder)), '')
})

const COMMENTED = example('store.yaml').replace(
  '      containers:\n',
  `      initContainers:
      # copies the schema, pinned by team a
      - name: schema # the first
        image: registry.example.com/schema:3
      - name: cache
        image: registry.example.com/cache:3
      # warms up
      - name: warm
        image: registry.example.com/warm:3
      containers:
`,
)

t.test('run again, kpt leaves the comments as they are, wherever it has put them', { skip }, async t => {
  const folder = t.testdir(shop(MUTATOR, { 'store.yaml': COMMENTED }))
  t.equal(render(folder).code, 0)
  const once = filesBelow(folder)
  t.match(once.get('store.yaml'), /- name: istio-proxy/)
  for (let i = 0; i < 3; i++) {
    t.equal(render(folder).code, 0)
    t.equal(filesDiff(once, filesBelow(folder)), '')
  }
})

t.test('what kpt injected comes off without a trace, by hand and by kpt', { skip }, async t => {
  const root = t.testdir({ hand: shop(MUTATOR), kpt: shop(MUTATOR) })
  for (const name of ['hand', 'kpt']) {
    const folder = join(root, name)
    const before = untouched(folder)
    t.equal(render(folder).code, 0)
    t.equal(sidecars([...filesBelow(folder).values()].join('')), 2)
    if (name === 'kpt') writeFileSync(join(folder, 'mesh.yaml'), MESH.replace('spec:\n', 'spec:\n  action: Uninject\n'))
    const { code, stderr } = name === 'kpt' ? render(folder) : run(['uninject', '--write', '.'], { cwd: folder })
    t.equal(code, 0, stderr)
    t.equal(filesDiff(new Map([...before, ['mesh.yaml', '']]), new Map([...filesBelow(folder), ['mesh.yaml', '']])), '', name)
  }
})

t.test('by hand and by kpt, the same is injected: what one has injected, the other leaves as it is', { skip }, async t => {
  const root = t.testdir({ hand: shop(IDENTITY), kpt: shop(MUTATOR) })
  const [hand, kpt] = [join(root, 'hand'), join(root, 'kpt')]
  render(hand)
  render(kpt)
  const inject = (folder: string) => run(['inject', '--write', '--function-config', 'mesh.yaml', '.'], { cwd: folder })
  t.equal(inject(hand).code, 0)
  const injected = filesBelow(hand)
  t.equal(sidecars([...injected.values()].join('')), 2)
  t.equal(filesDiff(new Map([...injected, ['Kptfile', '']]), new Map([...filesBelow(kpt), ['Kptfile', '']])), '')
  t.equal(inject(kpt).code, 0)
  writeFileSync(join(hand, 'Kptfile'), kptfile(MUTATOR))
  t.equal(render(hand).code, 0)
  for (const folder of [hand, kpt]) t.equal(filesDiff(new Map([...injected, ['Kptfile', '']]), new Map([...filesBelow(folder), ['Kptfile', '']])), '')
})
