// `inject-sidecars check`: what it finds in sources, in rendered output and in files that were injected before, with which exit code.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { check } from '../../src/check.ts'
import { inject } from '../../src/index.ts'
import type { InjectInput } from '../../src/lib/model/index.ts'
import { example, run } from '../support/rig.ts'

const MESH = { path: 'mesh.yaml', text: `${example('namespace.yaml')}---\n${example('istio/config.yaml')}` }
const STORE = example('store.yaml')
const GUARD = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: InjectionGuard\nmetadata: {name: guard}\n'

const FUNCTION = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: mesh}\nspec: {istio: {}}\n'
const SOURCES = FUNCTION.replace('{istio: {}}', '{istio: {}, sources: [istio.txt]}')

const injected = (text: string) => inject({ files: [MESH, { path: 'app.yaml', text }] }).files[1]?.text ?? ''
const config = (spec: string) => ({
  path: 'sidecars.yaml',
  text: `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec:\n  istio: {}\n${spec}`,
})
const annotated = (annotation: string, text = STORE) => text.replace('    metadata:\n', `    metadata:\n      annotations: {${annotation}}\n`)
const kind = (apiVersion: string, kind: string, template: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x, namespace: shop}\nspec:\n  ${template}: {metadata: {}, spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}\n`

/** `severity code line` of what is found in one manifest, without infos. */
function found(text: string, more: Partial<InjectInput> = {}, sources = false): string[] {
  const { findings } = check({ files: [MESH, { path: 'app.yaml', text }], ...more }, { sources })
  return findings.filter(({ severity }) => severity !== 'info').map(({ severity, code, at }) => `${severity} ${code} ${at?.file}:${at?.line}`)
}

const CASES: [name: string, text: string, findings: string[], more?: Partial<InjectInput>][] = [
  ['an injected workload', injected(STORE), []],
  ['a workload that nothing injects', STORE.replace('namespace: shop', 'namespace: other'), [], { functionConfig: config('  unknownNamespace: NoLabels\n') }],
  ['a workload that is to be injected', STORE, ['error injection-missing app.yaml:4']],
  [
    'an injection by another configuration',
    injected(STORE),
    ['error injection-outdated app.yaml:4'],
    { functionConfig: config('  cluster: {kubeletVersions: [v1.28.0]}\n') },
  ],
  [
    'an injection that nothing makes any more',
    injected(STORE).replace('      labels:\n', '      labels:\n        sidecar.istio.io/inject: "false"\n'),
    ['error injection-outdated app.yaml:4'],
  ],
  ['a misspelt annotation', annotated('sidecar.istio.io/proxyCpu: "1"'), ['error injection-missing app.yaml:4', 'warning annotation-unknown app.yaml:13']],
  ['a misspelt annotation, injected', injected(annotated('sidecar.istio.io/proxyCpu: "1"')), ['warning annotation-unknown app.yaml:15']],
  [
    'a Job whose sidecar does not end',
    injected(kind('batch/v1', 'Job', 'template')),
    ['error injection-outdated app.yaml:3', 'warning job-never-completes app.yaml:5'],
    { functionConfig: config('  cluster: {kubeletVersions: [v1.28.0]}\n') },
  ],
  ['a guard', GUARD, ['error guard-present app.yaml:3']],
  ['a kind that is not known', kind('example.com/v1', 'Widget', 'podTemplate'), ['warning kind-unknown app.yaml:5']],
  [
    'an assertion that does not hold',
    injected(STORE),
    ['error expectation-violated app.yaml:4'],
    { functionConfig: config('  expect:\n  - {kind: StatefulSet, injected: false}\n') },
  ],
  [
    'a template that is not there, beside what is not injected',
    `${annotated('inject.istio.io/templates: nope')}---\n${STORE.replaceAll('store', 'other')}`,
    ['error template-unknown app.yaml:13', 'error injection-missing app.yaml:27'],
  ],
]

for (const [name, text, findings, more] of CASES) {
  t.test(`finds of ${name}: ${findings.length === 0 ? 'nothing' : findings.join(', ')}`, async t => {
    t.same(found(text, more), findings)
  })
}

t.test('the files that injection would change are those that it changes', async t => {
  const named = (name: string, text: string) => ({ path: `${name}.yaml`, text: text.replaceAll('store', name) })
  const files = [
    MESH,
    named('new', STORE),
    named('same', injected(STORE.replaceAll('store', 'same'))),
    named('disabled', injected(STORE.replaceAll('store', 'disabled')).replace('      labels:\n', '      labels:\n        sidecar.istio.io/inject: "false"\n')),
    named('other', STORE.replace('namespace: shop', 'namespace: other')),
    named('both', `${injected(STORE.replaceAll('store', 'both'))}---\n${STORE}`),
  ]
  const functionConfig = config('  unknownNamespace: NoLabels\n')
  const changed = inject({ files, functionConfig }).files.flatMap(({ path, text }, i) => (text === files[i]?.text ? [] : [path]))
  t.same(changed, ['new.yaml', 'disabled.yaml', 'both.yaml'])
  t.same([...check({ files, functionConfig }).changed].map(({ path }) => path).sort(), changed.toSorted())
})

t.test('a probe that an injection wrote, in a container that somebody copied it to, is found', async t => {
  const web = example('web.yaml')
  const container = /^ {6}- name: web\n(?: {8}.*\n)*/m.exec(injected(web))?.[0] ?? ''
  const copied = injected(web).replace(container, `${container}${container.replace('name: web', 'name: copy')}`)
  t.same(
    found(copied).filter(finding => finding.startsWith('warning')),
    [`warning probe-not-restored app.yaml:${copied.split('\n').findIndex(line => line.endsWith('name: copy')) + 7}`],
  )
})

t.test('of sources neither that they are not injected yet nor their guard is a finding; what is outdated is', async t => {
  t.same(found(`${STORE}---\n${GUARD}`, {}, true), [])
  t.same(found(injected(STORE), { functionConfig: config('  cluster: {kubeletVersions: [v1.28.0]}\n') }, true), ['error injection-outdated app.yaml:4'])
  t.same(found(annotated('sidecar.istio.io/proxyCpu: "1"'), {}, true), ['warning annotation-unknown app.yaml:13'])
})

t.test('files of a kustomization that lists the function or its guard are injected when they are built: check knows without --sources', async t => {
  const kustomization = (fields: string) => `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${fields}`
  const base = STORE.replace('  namespace: shop\n', '')
  const inline = `transformers:\n- |-\n  ${FUNCTION.trimEnd().replaceAll('\n', '\n  ')}\n`
  const cases: [name: string, files: Record<string, string>, findings: string[]][] = [
    ['a kustomization that lists neither', { 'kustomization.yaml': kustomization('resources: [store.yaml]\n') }, ['store.yaml:4:9: error[injection-missing]']],
    ['a guard in no kustomization', { 'guard.yaml': GUARD }, ['guard.yaml:3:18: error[guard-present]', 'store.yaml:4:9: error[injection-missing]']],
    ['the guard', { 'kustomization.yaml': kustomization('resources: [store.yaml, guard.yaml]\n'), 'guard.yaml': GUARD }, []],
    ['the function in a file', { 'kustomization.yaml': kustomization('resources: [store.yaml]\ntransformers: [mesh.yaml]\n'), 'mesh.yaml': FUNCTION }, []],
    ['the function as text', { 'kustomization.yml': kustomization(`resources: [store.yaml]\n${inline}`) }, []],
    [
      'a transformer that is another',
      { Kustomization: kustomization('resources: [store.yaml]\ntransformers: [none.yaml]\n') },
      ['store.yaml:4:9: error[injection-missing]'],
    ],
  ]
  for (const [name, files, want] of cases) {
    const cwd = t.testdir({ 'istio.txt': MESH.text, 'store.yaml': STORE, 'inject-sidecars.yaml': SOURCES, ...files })
    const { code, stdout } = run(['check', '.'], { cwd })
    t.same(stdout.match(/^\S+: error\[.*?\]/gm) ?? [], want, name)
    t.equal(code, want.length === 0 ? 0 : 1, name)
  }
  const cwd = t.testdir({
    'istio.txt': MESH.text,
    'inject-sidecars.yaml': SOURCES,
    base: { 'kustomization.yaml': kustomization('resources: [web.yaml]\n'), 'web.yaml': base },
    sidecars: { 'kustomization.yaml': kustomization('resources: [mesh.yaml]\n'), 'mesh.yaml': FUNCTION },
    overlay: { 'kustomization.yaml': kustomization('namespace: shop\nresources: [../base, own.yaml]\ntransformers: [../sidecars]\n'), 'own.yaml': STORE },
    'alone.yaml': base,
  })
  t.same(run(['check', '.'], { cwd }).stdout.match(/^\S+: error\[.*?\]/gm), ['alone.yaml:4:9: error[namespace-unknown]'])
  t.same(run(['check', 'overlay', 'base'], { cwd }).stdout, '', 'the folder of the function is not among the paths')
})

t.test('a namespace with labels that contradict each other is found', async t => {
  const namespace = example('namespace.yaml').replace('labels:\n', 'labels:\n    istio.io/rev: canary\n')
  const { findings } = check({ files: [{ path: 'ns.yaml', text: `${namespace}---\n${example('istio/config.yaml')}---\n${injected(STORE)}` }] })
  t.same(
    findings.filter(({ severity }) => severity === 'warning').map(({ code, at }) => `${code} ${at?.line}`),
    ['labels-contradict 6'],
  )
})

t.test('nothing is changed, and the action of the function config does not matter', async t => {
  const files = [MESH, { path: 'app.yaml', text: STORE }]
  const before = JSON.stringify(files)
  t.same(found(STORE, { functionConfig: config('  action: Uninject\n') }), ['error injection-missing app.yaml:4'])
  check({ files })
  t.equal(JSON.stringify(files), before)
})

t.test('the exit code is 1 for errors and for what is not up to date, 0 for warnings, 1 for them with --strict', async t => {
  const cwd = t.testdir({
    'mesh.yaml': MESH.text,
    'plain.yaml': STORE,
    'good.yaml': injected(STORE),
    'warned.yaml': injected(annotated('sidecar.istio.io/proxyCpu: "1"')),
    'bad.config': config('  isto: {}\n').text,
  })
  const code = (...args: string[]) => run(['check', 'mesh.yaml', ...args], { cwd }).code
  t.same(
    [
      code('good.yaml'),
      code('plain.yaml'),
      code('--sources', 'plain.yaml'),
      code('warned.yaml'),
      code('--strict', 'warned.yaml'),
      code('--strict', 'good.yaml'),
    ],
    [0, 1, 0, 0, 1, 0],
  )
  t.same([code('-f', 'bad.config', 'good.yaml'), code('nowhere.yaml'), code('-o', 'xml', 'good.yaml')], [3, 1, 3])
})

t.test('findings are on standard output, and nothing is on standard error', async t => {
  const cwd = t.testdir({ 'mesh.yaml': MESH.text, 'app.yaml': STORE })
  const { stdout, stderr } = run(['check', '.'], { cwd })
  t.match(stdout, /^app\.yaml:4:9: error\[injection-missing\]: not injected yet by Istio \(revision default\): Namespace label istio-injection=enabled matches/)
  t.equal(stderr, '')
  t.equal(readFileSync(join(cwd, 'app.yaml'), 'utf8'), STORE)
  t.same(run(['check', '--sources', '.'], { cwd }), { code: 0, stdout: '', stderr: '' })
  t.match(run(['check', '-', 'mesh.yaml'], { cwd, input: STORE }), { code: 1, stdout: /^<stdin>:4:9: error\[injection-missing\]/ })
})

t.test('the function config of the working directory is used where none is named', async t => {
  const cwd = t.testdir({
    'mesh.yaml': MESH.text,
    'app.yaml': STORE,
    'inject-sidecars.yaml': config('  cluster: {kubeletVersions: [v1.28.0]}\n').text,
    'other.yaml': config('  cluster: {kubeletVersions: [v1.34.0]}\n').text,
  })
  t.equal(run(['inject', '-w', 'app.yaml', 'mesh.yaml'], { cwd }).code, 0)
  const plain = / {6}containers:\n(?:.*\n)* {6}- name: istio-proxy\n/
  t.match(readFileSync(join(cwd, 'app.yaml'), 'utf8'), plain)
  t.equal(run(['check', 'app.yaml', 'mesh.yaml'], { cwd }).code, 0)
  t.match(run(['check', '-f', 'other.yaml', 'app.yaml', 'mesh.yaml'], { cwd }), { code: 1, stdout: /injection-outdated/ })
  t.match(run(['explain', 'app.yaml', 'mesh.yaml'], { cwd }), { code: 0, stdout: /✔/ })
})

t.test('what is outdated is named, images first, with its value now and after injection', async t => {
  const newer = { path: 'mesh.yaml', text: MESH.text.replaceAll('1.31.0', '1.31.1') }
  t.not(newer.text, MESH.text)
  const [finding] = check({ files: [newer, { path: 'app.yaml', text: injected(STORE) }] }).findings
  t.equal(finding?.code, 'injection-outdated')
  t.match(
    finding?.message,
    /^the injection is outdated, Istio \(revision default\) now gives another result: spec\.template\.spec\.\w+\[istio-[\w-]+\]\.image is "\S+:1\.31\.0" and becomes "\S+:1\.31\.1"/,
  )
  const off = injected(STORE).replace('      labels:\n', '      labels:\n        sidecar.istio.io/inject: "false"\n')
  t.match(check({ files: [MESH, { path: 'app.yaml', text: off }] }).findings[0]?.message, /^injected, but no longer selected for injection/)
})

t.test('the next step is to render again where the text has no file, and both ways where it may have been rendered', async t => {
  const hintOf = (path: string, text: string) =>
    check({ files: [MESH, { path, text }], functionConfig: config('  cluster: {kubeletVersions: [v1.28.0]}\n') }).findings[0]?.hint
  t.match(hintOf('<stdin>', injected(STORE)), /^render it again/)
  t.match(hintOf('app.yaml', injected(STORE)), /^inject it again with `inject-sidecars inject -w`; if kustomize or Helm rendered the file, render it again/)
  const origin = injected(STORE.replace('  name: store\n', '  name: store\n  annotations: {config.kubernetes.io/origin: "path: base/store.yaml\\n"}\n'))
  const [finding] = check({ files: [MESH, { path: 'all.yaml', text: origin }], functionConfig: config('  cluster: {kubeletVersions: [v1.28.0]}\n') }).findings
  t.match(finding, { file: { path: 'base/store.yaml' }, hint: /^render it again/ })
})

const IMAGE = /image: \S*\/proxy:/g

t.test('images that kustomize points to a mirror after injection are no finding, with and without a digest', async t => {
  const text = injected(STORE)
  t.match(text, IMAGE)
  t.same(found(text.replace(IMAGE, 'image: mirror.example.com/third-party/proxy:')), [])
  t.same(found(text.replace(/image: \S*\/proxy:\S+/g, `image: mirror.example.com/proxy@sha256:${'a'.repeat(64)}`)), [])
  t.same(found(text.replace(/(image: \S*\/proxy:\S+)/g, `$1@sha256:${'a'.repeat(64)}`)), [])
})

t.test('a mirrored image is told as an info, unless only its digest is new or the image lock names the mirror', async t => {
  const text = injected(STORE)
  const told = (app: string, files: InjectInput['files'] = []) =>
    check({ files: [MESH, { path: 'app.yaml', text: app }, ...(files ?? [])] }).findings.filter(({ code }) => code === 'image-mirrored')
  const other = text.replace(IMAGE, 'image: elsewhere.example.com/proxy:')
  const want = /"elsewhere\.example\.com\/proxy:1\.31\.0" instead of "registry\.example\.com\/mesh\/proxy:1\.31\.0"/
  t.match(told(other), [{ severity: 'info', resource: { name: 'store' }, message: want }])
  const withoutRecord = other.replace(/^ *inject-sidecars\.dev\/record: .*\n/m, '')
  t.not(withoutRecord, other)
  t.match(told(withoutRecord), [{ severity: 'info', resource: { name: 'store' }, message: want }])
  t.same(told(text), [])
  t.same(told(text.replace(/(image: \S*\/proxy:\S+)/g, `$1@sha256:${'a'.repeat(64)}`)), [])
  const mirror = `mirror.example.com/proxy@sha256:${'a'.repeat(64)}`
  const lock = `apiVersion: inject-sidecars.dev/v1alpha1\nkind: ImageLock\nmetadata: {name: lock}\nimages: {'registry.example.com/mesh/proxy:1.31.0': '${mirror}'}\n`
  const locked = text.replace(/image: \S*\/proxy:\S+/g, `image: ${mirror}`)
  t.equal(told(locked).length, 1)
  t.same(told(locked, [{ path: 'lock.yaml', text: lock }]), [])
})

t.test('another tag or another name is no mirror', async t => {
  const text = injected(STORE)
  const codes = (changed: string) => [...new Set(found(changed).map(finding => finding.split(' ')[1]))]
  for (const changed of [text.replace(/(image: \S*\/proxy):\S+/g, '$1:0.0.1'), text.replace(IMAGE, 'image: mirror.example.com/other:')]) {
    t.same(codes(changed), ['injection-outdated', 'injected-field-edited'])
  }
})

t.test('a mirrored image is still overwritten by an injection into the file, with a warning', async t => {
  const text = injected(STORE)
  const { files, diagnostics } = inject({ files: [MESH, { path: 'app.yaml', text: text.replace(IMAGE, 'image: mirror.example.com/proxy:') }] })
  t.equal(files[1]?.text, text)
  t.same([...new Set(diagnostics.flatMap(({ code, severity }) => (severity === 'warning' ? code : [])))], ['injected-field-edited'])
})
