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
  t.match(
    stdout,
    /^app\.yaml:4:9: error\[injection-missing\]: it is to be injected by Istio \(revision default\), and it is not: Namespace label istio-injection=enabled matches/,
  )
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
