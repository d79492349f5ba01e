// Taking injections off: byte for byte by the record, in files, through the function and through kpt; what people edited; records that cannot be used.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { inject, uninject } from '../../src/index.ts'
import type { SourceFile } from '../../src/lib/model/index.ts'
import { at } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { printRecord, RECORD, readRecord } from '../../src/record/index.ts'
import { batchesOf, NO_CASES } from '../support/istio-cases.ts'
import { example, program, ROOT, resourceList, run } from '../support/rig.ts'

const MESH: SourceFile = { path: 'mesh.yaml', text: `${example('namespace.yaml')}---\n${example('istio/config.yaml')}` }
const WEB = example('web.yaml')
const STORE = example('store.yaml')

/** One manifest through `inject`: its text, and the warnings and errors. */
function injected(text: string) {
  const { files, diagnostics } = inject({ files: [MESH, { path: 'app.yaml', text }] })
  return { text: files[1]?.text ?? '', found: diagnostics.filter(({ severity }) => severity !== 'info') }
}

function taken(text: string, fromStatus = false) {
  const { files, diagnostics } = uninject({ files: [{ path: 'app.yaml', text }], fromStatus })
  return { text: files[0]?.text ?? '', found: diagnostics.filter(({ severity }) => severity !== 'info') }
}

const INJECTED = injected(WEB).text
const codes = ({ found }: { found: readonly { code: string }[] }) => found.map(({ code }) => code)
const manifestsIn = (text: string) => parseDocuments({ path: 'x', text }).map(({ value }) => value)
const manifestIn = (text: string) => manifestsIn(text)[0]

/** Edits that people make in an injected file. */
function replaced(text: string, from: string | RegExp, to: string): string {
  const after = text.replace(from, to)
  if (after === text) throw new Error(`${from} is not in the text`)
  return after
}

const PROXY = /^ {6}- name: istio-proxy\n(?: {8}.*\n)*/m

const INSIDE: [name: string, edit: (text: string) => string, messages: RegExp[]][] = [
  [
    'a setting that the templates make',
    text => replaced(text, /(name: istio-proxy\n +image: ).*/, '$1mine:1'),
    [/containers?\[istio-proxy\].*image was changed to "mine:1" .* the change is lost/i],
  ],
  [
    'a setting that they do not make',
    text => replaced(text, /( +)- name: istio-proxy\n/, '$1- name: istio-proxy\n$1  terminationMessagePath: /dev/mine\n'),
    [/terminationMessagePath was added inside of an injected part; it is kept/],
  ],
]

for (const [name, edit, messages] of INSIDE) {
  t.test(`an edit inside of an injected part, ${name}, is reported, stable, and goes with the injection`, async t => {
    const edited = edit(INJECTED)
    const again = injected(edited)
    t.same(
      codes(again),
      messages.map(() => 'injected-field-edited'),
    )
    messages.forEach((message, i) => {
      t.match(again.found[i]?.message, message)
    })
    t.equal(injected(again.text).text, again.text)
    t.equal(taken(edited).text, WEB)
    t.same(codes(taken(edited)), ['injected-field-edited'])
    t.equal(taken(again.text).text, WEB)
  })
}

t.test('a sidecar that somebody removed comes back; without it the injection still comes off', async t => {
  const removed = replaced(INJECTED, PROXY, '')
  t.equal(injected(removed).text, INJECTED)
  // Without the sidecar nothing shows that its volume was injected.
  t.same(codes(taken(removed)), ['record-forged', 'injected-field-edited'])
  t.equal(uninject({ files: [{ path: 'app.yaml', text: removed }, MESH] }).files[0]?.text, WEB)
})

t.test('a status that somebody removed comes back, and is not needed to take the injection off', async t => {
  const removed = replaced(INJECTED, /^ +sidecar\.istio\.io\/status:.*\n/m, '')
  t.equal(injected(removed).text, INJECTED)
  t.equal(taken(removed).text, WEB)
})

t.test('an annotation and a label beside the injected ones stay', async t => {
  const edited = replaced(INJECTED, /^( +)(sidecar\.istio\.io\/status:.*\n)/m, '$1$2$1example.com/mine: "1"\n')
  const off = taken(edited)
  t.same(codes(off), [])
  t.equal(at(manifestIn(off.text), ['spec', 'template', 'metadata', 'annotations', 'example.com/mine']), '1')
  t.same(codes(injected(edited)), [])
})

const RECORD_LINE = new RegExp(`^( +${RECORD}: ')(.*)(')$`, 'm')
const record = RECORD_LINE.exec(INJECTED)?.[2]?.replaceAll("''", "'") ?? ''
const withRecord = (text: string) => INJECTED.replace(RECORD_LINE, (_, before, __, after) => `${before}${text.replaceAll("'", "''")}${after}`)

t.test('a record that was cut off or edited is an error that names the way out, and the file stays', async t => {
  t.equal(withRecord(record), INJECTED)
  const cuts = Array.from({ length: 20 }, (_, i) => record.slice(0, Math.floor((record.length * i) / 20)))
  const edits = Array.from({ length: 20 }, (_, i) => Math.floor((record.length * i) / 20)).map(
    place => `${record.slice(0, place)}${record[place] === 'x' ? 'y' : 'x'}${record.slice(place + 1)}`,
  )
  for (const text of [...cuts, ...edits, `${record} `, 'null', '{}', '[]'].map(withRecord)) {
    const off = taken(text)
    t.same([codes(off), off.text === text], [['record-invalid'], true])
    t.match(off.found[0]?.hint, /uninject --from-status/)
    const again = injected(text)
    t.same([codes(again).includes('record-invalid'), again.text === text], [true, true])
  }
})

t.test('a record with the right checksum and a wrong content is an error', async t => {
  const { undo, digests } = readRecord(record)
  const forged: [name: string, undo: unknown][] = [
    ['no form', { z: 1 }],
    ['nothing', 5],
    ['a list for names', { k: { metadata: { o: 5, k: {} } } }],
    ['too deep', Array.from({ length: 300 }).reduce((inner: unknown) => ({ k: { a: inner } }), null)],
  ]
  for (const [name, wrong] of forged) {
    const text = withRecord(printRecord({ undo: wrong as typeof undo, digests, texts: [], added: [] }))
    const off = taken(text)
    t.same([codes(off), off.text === text], [['record-invalid'], true], name)
  }
})

t.test('--from-status takes off what has no record, or one that cannot be used', async t => {
  const without = replaced(INJECTED, /^ {2}annotations:\n {4}inject-sidecars\.dev\/record:.*\n/m, '')
  const refused = taken(without)
  t.same([codes(refused), refused.text === without], [['record-missing'], true])
  t.match(refused.found[0]?.hint, /uninject --from-status/)
  for (const text of [without, withRecord(record.slice(0, 50))]) {
    const off = taken(text, true)
    t.same(manifestIn(off.text), manifestIn(WEB))
    t.equal(off.text.includes('# stays as written'), true)
  }
  t.equal(taken(INJECTED, true).text, WEB, 'where there is a record, it counts')
})

t.test('what is not injected stays byte for byte, and needs nothing', async t => {
  const text = `# head\n${WEB}---\n\n\n---\nkind:   Thing\n`
  t.same(taken(text), { text, found: [] })
  t.same(uninject({ files: [MESH, { path: 'x.yaml', text }] }).files[1]?.text, text)
})

t.test('one workload that cannot be taken off keeps the others as they are, and hides no other error', async t => {
  const broken = withRecord('x')
  const files = [
    { path: 'a.yaml', text: broken },
    { path: 'b.yaml', text: INJECTED },
    { path: 'c.yaml', text: broken },
  ]
  const { files: after, diagnostics } = uninject({ files })
  t.same(after, files)
  t.same(
    diagnostics.map(({ code, at }) => `${code} ${at?.file}`),
    ['record-invalid a.yaml', 'record-invalid c.yaml'],
  )
})

t.test('on the command line: printed, as a diff, checked, in place', async t => {
  const cwd = t.testdir({ 'web.yaml': INJECTED, 'store.yaml': STORE })
  t.same(run(['uninject', 'web.yaml'], { cwd }), { code: 0, stdout: WEB, stderr: '' })
  t.same(run(['uninject', '-'], { input: INJECTED }), { code: 0, stdout: WEB, stderr: '' })
  t.match(run(['uninject', '--diff', '.'], { cwd }), { code: 0, stdout: /^--- a\/web\.yaml\n\+\+\+ b\/web\.yaml\n@@ / })
  t.same(run(['uninject', '--check', '.'], { cwd }), { code: 1, stdout: 'web.yaml\n', stderr: '' })
  t.match(run(['uninject', '--check', '-o', 'github', '.'], { cwd }), {
    code: 1,
    stdout: /^::error file=web\.yaml,line=\d+,.*title=injection-present::Deployment shop\/web: it is injected/,
  })
  t.same(run(['uninject', '-w', '.'], { cwd }), { code: 0, stdout: '', stderr: '' })
  t.equal(readFileSync(join(cwd, 'web.yaml'), 'utf8'), WEB)
  t.same(run(['uninject', '--check', '.'], { cwd }), { code: 0, stdout: '', stderr: '' })
})

t.test('on the command line an unusable record is exit code 1, and the file stays', async t => {
  const cwd = t.testdir({ 'web.yaml': withRecord('x') })
  t.match(run(['uninject', '-w', '.'], { cwd }), { code: 1, stdout: '', stderr: /^web\.yaml:\d+:\d+: error\[record-invalid\]/ })
  t.equal(readFileSync(join(cwd, 'web.yaml'), 'utf8'), withRecord('x'))
  t.equal(run(['uninject', '-w', '--from-status', '.'], { cwd }).code, 0)
  t.same(manifestIn(readFileSync(join(cwd, 'web.yaml'), 'utf8')), manifestIn(WEB))
})

t.test("Istio's cases through the command line, in place: injected and taken off again", { skip: NO_CASES }, async t => {
  for (const batch of batchesOf('1.31').filter(({ files }) => files.length > 10)) {
    const cwd = t.testdir({
      apps: Object.fromEntries(batch.files.map(({ path, text }) => [path, text])),
      mesh: batch.mesh.text,
      config: batch.functionConfig.text,
    })
    const texts = () => batch.files.map(({ path }) => readFileSync(join(cwd, 'apps', path), 'utf8'))
    const once = run(['inject', '-w', '-f', 'config', 'apps', 'mesh'], { cwd })
    t.equal(once.code, 0, once.stderr)
    const after = texts()
    t.equal(after.filter((text, i) => text !== batch.files[i]?.text).length > 0, true)
    t.match(run(['inject', '--check', '-f', 'config', 'apps', 'mesh'], { cwd }), { code: 0, stdout: '' })
    t.same(run(['uninject', '-w', 'apps'], { cwd }), { code: 0, stdout: '', stderr: '' })
    t.same(
      texts(),
      batch.files.map(({ text }) => text),
    )
  }
})

const FUNCTION = (action: string) => `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata:\n  name: taker\nspec:\n  action: ${action}\n`

t.test('as a function: `action: Uninject` gives the items back as they were', async t => {
  const items = [example('istio/config.yaml'), example('namespace.yaml'), WEB, STORE]
  const { files } = inject({ resourceList: { path: '<stdin>', text: resourceList(items) }, record: 'Always' })
  const once = files[0]?.text ?? ''
  const config = FUNCTION('Uninject')
  const asked = once.replace(/^results:\n(?:[ -].*\n)*/m, '') + resourceList([], config).replace(/^(?:.*\n){3}/, '')
  t.same(run([], { input: asked }), { code: 0, stdout: resourceList(items, config), stderr: '' })
  // Without any configuration of Istio, too.
  const bare = resourceList([INJECTED], config)
  t.equal(run([], { input: bare }).stdout, resourceList([WEB], config))
})

t.test('as a function: what has no record is an error result and exit code 1; `UninjectFromStatus` takes it off', async t => {
  const without = replaced(INJECTED, /^ {2}annotations:\n {4}inject-sidecars\.dev\/record:.*\n/m, '')
  const refused = run([], { input: resourceList([without], FUNCTION('Uninject')) })
  t.equal(refused.code, 1)
  t.match(at(manifestIn(refused.stdout), ['results', 0]), { severity: 'error', tags: { code: 'record-missing' } })
  const forced = run([], { input: resourceList([without], FUNCTION('UninjectFromStatus')) })
  t.equal(forced.code, 0, forced.stderr)
  t.same(at(manifestIn(forced.stdout), ['items', 0]), manifestIn(WEB))
})

const needsKpt = spawnSync('kpt', ['version']).status === 0 ? false : 'no kpt in PATH; no package registry has it'

/** What of an example kpt can render: its manifests and its function config, which reads no files and asks nothing about a namespace. */
function packageOf(name: string): Record<string, string> {
  const folder = join(ROOT, 'examples', name)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => /\.ya?ml$/.test(path))
  const texts = files.map(path => [path, readFileSync(join(folder, path), 'utf8')] as const)
  const isManifest = ([path, text]: readonly [string, string]) =>
    /^kind:/m.test(text) && !/\/templates\/|kustomization\.yaml$/.test(path) && !/^kind: (?:Kustomization|InjectionGuard)$/m.test(text)
  const namespace =
    texts
      .map(([, text]) => /^kind: Namespace\n(?:.*\n)*? {2}name: (.*)\n(?:.*\n)*? {4}istio-injection: enabled$/m.exec(text)?.[1])
      .find(name => name !== undefined) ?? 'shop'
  const forKpt = (text: string) => {
    if (isConfig(text)) return text.replace(/^ {2}sources: .*\n/m, '').replace(/^spec:\n/m, 'spec:\n  unknownNamespace: NoLabels\n')
    // As an overlay would.
    return isWorkload(text) ? text.replace(/^metadata:\n {2}name: .*\n(?! {2}namespace:)/gm, head => `${head}  namespace: ${namespace}\n`) : text
  }
  return Object.fromEntries(texts.filter(isManifest).map(([path, text]) => [path, forKpt(text)]))
}

const isConfig = (text: string) => /^kind: SidecarInjector$/m.test(text)
const isWorkload = (text: string) => /^kind: (?:Deployment|StatefulSet|Job|CronJob|DaemonSet)$/m.test(text)

const KPTFILE = (mutator: string) =>
  `apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: app\n  annotations:\n    config.kubernetes.io/local-config: "true"\npipeline:\n  mutators:\n  - exec: ${program()}\n    ${mutator}\n`

/** kpt gives the items of a list the order of keys that the item at the same place had before: here that of a sidecar in front. */
const MOVED_KEYS = new Set(['argocd'])

/** Its policy changes images of the user's, which no record alone may change back: `uninject --trust-record` does. */
const NEEDS_TRUST = new Set(['policy-registry'])

const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter(name => {
  const texts = Object.values(packageOf(name))
  return texts.some(isConfig) && texts.some(isWorkload) && !NEEDS_TRUST.has(name)
})

for (const name of EXAMPLES) {
  t.test(`the example ${name} through kpt fn render: injected, and taken off without a trace`, { skip: needsKpt }, async t => {
    const files = packageOf(name)
    const config = Object.keys(files).find(path => isConfig(files[path] ?? ''))
    const folder = t.testdir({})
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    for (const [path, text] of Object.entries(files)) write(path, text)
    const has = (pattern: RegExp) => Object.values(files).some(text => pattern.test(text))
    if (!has(/^ {2}name: istio-sidecar-injector$/m)) write('mesh-of-all.yaml', example('istio/config.yaml'))
    if (!has(/^kind: Namespace$|^ {4}namespaces:/m)) write('namespace-of-all.yaml', example('namespace.yaml'))
    const apps = Object.keys(files).filter(path => path !== config)
    const render = (mutator: string) => {
      write('Kptfile', KPTFILE(mutator))
      const { status, stderr } = spawnSync('kpt', ['fn', 'render', folder, '--allow-exec'], { encoding: 'utf8' })
      t.equal(status, 0, stderr)
      return Object.fromEntries(apps.map(path => [path, readFileSync(join(folder, path), 'utf8')]))
    }
    // kpt has its own way of writing YAML; what it makes of the files by itself is the original.
    const original = render('configMap: {action: Uninject}')
    const once = render(`configPath: ${config}`)
    const changed = apps.filter(path => once[path] !== original[path])
    t.equal(changed.length > 0, true, 'something is injected')
    // The configuration confirms what sidecars of one's own added.
    write(config ?? '', (files[config ?? ''] ?? '').replace(/^spec:\n/m, 'spec:\n  action: Uninject\n'))
    const after = render(`configPath: ${config}`)
    for (const path of apps) t.same(manifestsIn(after[path] ?? ''), manifestsIn(original[path] ?? ''), path)
    if (!MOVED_KEYS.has(name)) t.same(after, original)
  })
}

t.test('a null of the user is one again, however it is written, and what they put beside the injection stays', async t => {
  const bare = (metadata: string, template: string) =>
    `apiVersion: apps/v1\nkind: Deployment\n${metadata}\nspec:\n  template:\n${template}    spec:\n      volumes:\n      containers:\n      - name: a\n        image: "b"\n`
  const template = '    metadata:\n      annotations: ~\n      labels:\n'
  for (const text of [
    bare('metadata:\n  name: web\n  namespace: shop\n  annotations:', template),
    bare('metadata:\n  name: web\n  namespace: shop\n  annotations: null', template),
    bare('metadata: {name: web, namespace: shop, annotations: null}', template),
    bare('metadata: {\n  name: web, namespace: shop,\n  annotations: \n }', '    metadata: {annotations: null}\n'),
  ]) {
    const once = injected(text)
    t.match(once.text, /istio-proxy/)
    t.equal(injected(once.text).text, once.text, 'a second run changes nothing')
    t.equal(taken(once.text).text, text)
  }
  const edited = replaced(
    injected(bare('metadata:\n  name: web\n  namespace: shop\n  annotations:', template)).text,
    /( +)(kubectl.kubernetes.io)/,
    '$1mine: x\n$1$2',
  )
  t.same(at(manifestIn(taken(edited).text), ['spec', 'template', 'metadata']), { annotations: { mine: 'x' }, labels: null })
})

t.test('a last line that ends in spaces comes back with them', async t => {
  const config = {
    path: 'config.yaml',
    text: `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: own}
spec:
  unknownNamespace: NoLabels
  injectors:
  - name: own
    webhooks: [{}]
    config: {templates: {sidecar: "spec: {containers: [{name: a, image: b}]}"}, defaultTemplates: [sidecar]}
`,
  }
  for (const end of ['spec: ', 'spec:  \n', 'spec: # none \n', 'spec:\n']) {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n${end}`
    const injected = inject({ files: [{ path: 'pod.yaml', text }], functionConfig: config }).files[0]?.text ?? ''
    t.match(injected, /inject-sidecars\.dev\/record/)
    t.equal(uninject({ files: [{ path: 'pod.yaml', text: injected }], functionConfig: config }).files[0]?.text, text)
  }
})

const OWN = { path: 'own.yaml', text: example('../log-shipper/inject-sidecars.yaml') }
const LOGGED = example('../log-shipper/app.yaml')

t.test('a record that cannot be used, without a status, is an error of --from-status too', async t => {
  const files = inject({ functionConfig: OWN, files: [{ path: 'app.yaml', text: LOGGED }] }).files
  const text = (files[0]?.text ?? '').replace(/(record: ')(.{20})/, '$1')
  t.not(text, files[0]?.text)
  for (const trustRecord of [false, true]) {
    const { files: after, diagnostics } = uninject({ functionConfig: OWN, files: [{ path: 'app.yaml', text }], fromStatus: true, trustRecord })
    t.match(diagnostics, [{ code: 'record-invalid', severity: 'error', hint: /restore the annotation from Git/ }])
    t.equal(after[0]?.text, text)
  }
})
