// Which injected texts carry a record: `record: Auto | Always | Never`, `--record`, and what becomes of records that are there already.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { inject, uninject } from '../../src/index.ts'
import type { InjectInput, SourceFile } from '../../src/lib/model/index.ts'
import { batchesOf, NO_CASES } from '../support/istio-cases.ts'
import { random } from '../support/random.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { example, resourceList, run } from '../support/rig.ts'

const RECORD = 'inject-sidecars.dev/record'
const MESH: SourceFile = { path: 'mesh.yaml', text: `${example('istio/config.yaml')}---\n${example('namespace.yaml')}` }
const WEB = example('web.yaml')
const isInjected = (text: string) => text.includes('sidecar.istio.io/status')
const isRecorded = (text: string) => text.includes(RECORD)
const config = (record: string) =>
  `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata:\n  name: mesh\nspec:\n  istio: {}\n  record: ${record}\n`

function injectText(text: string, input: Partial<InjectInput> = {}): string {
  const { files, diagnostics } = inject({ files: [MESH, { path: 'web.yaml', text }], ...input })
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new Error(JSON.stringify(diagnostics))
  return files[1]?.text ?? ''
}

const RECORDED = injectText(WEB)
const PLAIN = injectText(WEB, { record: 'Never' })

t.test('the record is all that the setting changes', async t => {
  t.same([isInjected(RECORDED), isRecorded(RECORDED), isInjected(PLAIN), isRecorded(PLAIN)], [true, true, true, false])
  const annotation = new RegExp(` +${RECORD}: .*\\n`)
  t.equal(RECORDED.replace(annotation, '').replace(/^ {2}annotations:\n(?! {4})/m, ''), PLAIN)
})

const commands: [what: string, args: readonly string[], standardInput: boolean, recorded: boolean][] = [
  ['printed', ['inject', 'web.yaml', 'mesh.yaml'], false, false],
  ['of standard input', ['inject', '-', 'mesh.yaml'], true, false],
  ['of standard input, with -w', ['inject', '-w', '-', 'mesh.yaml'], true, false],
  ['of standard input, as a diff', ['inject', '--diff', '-', 'mesh.yaml'], true, false],
  ['in place', ['inject', '-w', 'web.yaml', 'mesh.yaml'], false, true],
  ['as a diff', ['inject', '--diff', 'web.yaml', 'mesh.yaml'], false, true],
  ['printed, with --record Always', ['inject', '--record', 'Always', 'web.yaml', 'mesh.yaml'], false, true],
  ['of standard input, with --record Always', ['inject', '--record', 'Always', '-', 'mesh.yaml'], true, true],
  ['in place, with --record Never', ['inject', '--record', 'Never', '-w', 'web.yaml', 'mesh.yaml'], false, false],
  ['printed, with record: Always', ['inject', '-f', 'always.yaml', 'web.yaml', 'mesh.yaml'], false, true],
  ['in place, with record: Never', ['inject', '-f', 'never.yaml', '-w', 'web.yaml', 'mesh.yaml'], false, false],
  ['in place, with record: Never and --record Always', ['inject', '-f', 'never.yaml', '--record', 'Always', '-w', 'web.yaml', 'mesh.yaml'], false, true],
]
const FILES = { 'web.yaml': WEB, 'mesh.yaml': MESH.text, 'never.yaml': config('Never'), 'always.yaml': config('Always') }
for (const [what, args, standardInput, recorded] of commands) {
  t.test(`manifests ${what}: ${recorded ? 'a' : 'no'} record`, async t => {
    const cwd = t.testdir(FILES)
    const { code, stdout, stderr } = run(args, { cwd, ...(standardInput ? { input: WEB } : {}) })
    t.same([code, stderr.includes('error')], [0, false], stderr)
    const text = args.includes('-w') && !standardInput ? readFileSync(join(cwd, 'web.yaml'), 'utf8') : stdout
    t.same([isInjected(text), isRecorded(text)], [true, recorded])
  })
}

t.test('--check does not want a record in what was injected without one, nor another one in what has one', async t => {
  for (const text of [RECORDED, PLAIN]) {
    const cwd = t.testdir({ ...FILES, 'web.yaml': text })
    t.match(run(['inject', '--check', 'web.yaml', 'mesh.yaml'], { cwd }), { code: 0, stdout: '' })
    t.match(run(['check', 'web.yaml', 'mesh.yaml'], { cwd }), { code: 0, stdout: '' })
    t.match(run(['check', '-', 'mesh.yaml'], { cwd, input: text }), { code: 0, stdout: '' })
  }
})

t.test('check says what is outdated where there is no record, too', async t => {
  const mesh = MESH.text.replaceAll('1.31.0', '1.31.9')
  const cwd = t.testdir({ ...FILES, 'web.yaml': PLAIN, 'mesh.yaml': mesh })
  const { code, stdout } = run(['check', 'web.yaml', 'mesh.yaml'], { cwd })
  t.equal(code, 1)
  t.match(stdout, /injection-outdated.*Containers\[istio-proxy\]\.image is "registry\.example\.com\/mesh\/proxy:1\.31\.0" and becomes/)
})

const streams: [what: string, items: string, recorded: boolean][] = [
  ['of kpt', annotated({ 'internal.config.kubernetes.io/path': 'web.yaml', 'config.kubernetes.io/path': 'web.yaml' }), true],
  ['of kpt, after a function that has added an item', `${annotated({ 'internal.config.kubernetes.io/path': 'a.yaml' }, 'a')}---\n${WEB}`, true],
  [
    'of `kpt fn eval -`, whose items have no file',
    annotated({ 'config.kubernetes.io/index': '0', 'internal.config.kubernetes.io/seqindent': 'compact' }),
    false,
  ],
  ['of kustomize', annotated({ 'kustomize.config.k8s.io/id': 'x', 'internal.config.kubernetes.io/index': '0' }), false],
  [
    'of kustomize, with a path that the user wrote',
    annotated({ 'kustomize.config.k8s.io/id': 'x', 'config.kubernetes.io/path': 'a', 'internal.config.kubernetes.io/path': 'a' }),
    false,
  ],
  ['of something that gives no hint', WEB, false],
]
for (const [what, items, recorded] of streams) {
  t.test(`a ResourceList ${what}: ${recorded ? 'a' : 'no'} record`, async t => {
    const answer = (functionConfig?: string) => {
      const { files, diagnostics } = inject({ resourceList: { path: '<stdin>', text: resourceList([MESH.text, items], functionConfig) } })
      t.same(
        diagnostics.filter(({ severity }) => severity === 'error'),
        [],
      )
      return files[0]?.text ?? ''
    }
    const text = answer()
    t.same([isInjected(text), isRecorded(text)], [true, recorded])
    t.same(['Always', 'Never'].map(config).map(answer).map(isRecorded), [true, false])
    const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mesh\ndata:\n  istio: "true"\n  record: Always\n'
    t.equal(isRecorded(answer(configMap)), true)
  })
}

function annotated(annotations: Readonly<Record<string, string>>, name = 'web'): string {
  const lines = Object.entries(annotations).map(([key, value]) => `    ${key}: '${value}'\n`)
  return WEB.replace(/^metadata:\n {2}name: web\n/m, `metadata:\n  name: ${name}\n  annotations:\n${lines.join('')}`)
}

t.test('what was injected before comes off by its record and is injected again; the setting decides about the new record', async t => {
  t.equal(injectText(RECORDED, { record: 'Never' }), PLAIN)
  t.equal(injectText(RECORDED, { staysInPlace: () => false }), PLAIN)
  t.equal(injectText(RECORDED, { record: 'Always', staysInPlace: () => false }), RECORDED)
  const newer = { path: 'mesh.yaml', text: MESH.text.replaceAll('1.31.0', '1.31.9') }
  const again = (text: string, record: 'Always' | 'Never') => inject({ files: [newer, { path: 'web.yaml', text }], record }).files[1]?.text
  for (const record of ['Always', 'Never'] as const) t.equal(again(RECORDED, record), again(WEB, record))
  t.equal(again(PLAIN, 'Never'), again(WEB, 'Never'))
})

t.test('a record goes with an injection that is not wanted any more', async t => {
  const off = RECORDED.replace(/^( {6}labels:\n)/m, "$1        sidecar.istio.io/inject: 'false'\n")
  t.not(off, RECORDED)
  for (const record of ['Always', 'Never'] as const) t.equal(isInjected(injectText(off, { record })) || isRecorded(injectText(off, { record })), false)
})

t.test('a forged record is refused also where none is written', async t => {
  const forged = RECORDED.replace(/proxy:1\.31\.0/, 'proxy:evil').replace('"undo"', '"undO"')
  const { files, diagnostics } = inject({ files: [MESH, { path: 'web.yaml', text: forged }], record: 'Never' })
  t.equal(files[1]?.text, forged)
  t.match(diagnostics, [{ code: 'record-invalid', severity: 'error' }])
})

t.test('uninject says how what has no record comes off', async t => {
  const result = uninject({ files: [{ path: 'web.yaml', text: PLAIN }] })
  t.match(result.diagnostics, [{ code: 'record-missing', hint: /--from-status/ }])
})

/** Injected before, edited since: Istio's webhook, too, then takes what it finds for the user's. */
const EDITED_SINCE: ReadonlySet<string> = new Set(['merge-probers.yaml'])

for (const folder of NO_CASES ? [] : ['1.31', '1.29', 'live']) {
  t.test(`Istio's cases of ${folder} without records: injecting twice is injecting once`, async t => {
    let count = 0
    for (const { name, mesh, functionConfig, files } of batchesOf(folder)) {
      const injected = (given: readonly SourceFile[]) => inject({ files: [mesh, ...given], functionConfig, record: 'Never' }).files.slice(1)
      const once = injected(files)
      const twice = injected(once)
      const differing = once.filter(({ text }, i) => text !== twice[i]?.text).map(({ path }) => path)
      t.same(
        differing.filter(path => !EDITED_SINCE.has(path)),
        [],
        name,
      )
      t.equal(
        once.some(({ text }) => isRecorded(text)),
        false,
      )
      count += once.filter(({ text }, i) => text !== files[i]?.text).length
    }
    t.equal(count > 100, true, `${count} cases`)
  })
}

t.test('random manifests without records: injecting twice is injecting once', async t => {
  const functionConfig = {
    path: 'sidecars.yaml',
    text: `${config('Never')}  unknownNamespace: NoLabels\n  cluster:\n    namespaces: {default: {labels: {istio-injection: enabled}}}\n`,
  }
  let count = 0
  for (let seed = 1; seed <= 400; seed++) {
    const { text } = randomManifest(random(seed))
    const once = inject({ files: [MESH, { path: 'case.yaml', text }], functionConfig })
    if (once.diagnostics.some(({ severity }) => severity === 'error')) continue
    count++
    t.same(inject({ files: once.files, functionConfig }).files[1]?.text, once.files[1]?.text, `seed ${seed}`)
  }
  t.equal(count > 25, true, `${count} manifests`)
})
