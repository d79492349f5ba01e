// What must always hold of injecting and taking off, over Istio's own cases, the examples and random manifests:
// uninject(inject(x)) = x, inject(inject(x)) = inject(x), inject(new)(inject(old)(x)) = inject(new)(x), also after people have edited their parts.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { inject, uninject } from '../../src/index.ts'
import type { Diagnostic, InjectInput, Json, SourceFile } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { type Batch, batchesOf, clustersOf, NO_CASES } from '../support/istio-cases.ts'
import { random } from '../support/random.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { example, ROOT } from '../support/rig.ts'
import { containersIn, userEdited } from '../support/user-edit.ts'

interface Injected {
  readonly files: readonly SourceFile[]
  readonly errors: readonly Diagnostic[]
}

function injected({ mesh, functionConfig }: Pick<Batch, 'mesh' | 'functionConfig'>, files: readonly SourceFile[]): Injected {
  const result = inject({ files: [mesh, ...files], functionConfig })
  return { files: result.files.slice(1), errors: result.diagnostics.filter(({ severity }) => severity === 'error') }
}

/** With the same configuration, which confirms what templates of one's own added. */
function taken({ mesh, functionConfig }: Pick<Batch, 'mesh' | 'functionConfig'>, files: readonly SourceFile[]) {
  const result = uninject({ files: [mesh, ...files], functionConfig })
  return { ...result, files: result.files.slice(1) }
}

/** The names of the files that differ. */
function differing(files: readonly SourceFile[], wanted: readonly SourceFile[], view = (text: string) => text): string[] {
  return wanted.filter(({ text }, i) => view(files[i]?.text ?? '') !== view(text)).map(({ path }) => path)
}

const messages = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code, message }) => `${code}: ${message}`)

for (const folder of NO_CASES ? [] : ['1.31', '1.29', 'live']) {
  t.test(`Istio's cases of ${folder}: injecting twice is injecting once, and it comes off byte for byte`, async t => {
    let count = 0
    let changed = 0
    for (const batch of batchesOf(folder)) {
      const once = injected(batch, batch.files)
      t.same(messages(once.errors), [], batch.name)
      const off = taken(batch, once.files)
      t.same(messages(off.diagnostics), [], batch.name)
      t.same(differing(off.files, batch.files), [], `${batch.name}: uninject(inject(x)) = x`)
      t.same(differing(injected(batch, once.files).files, once.files), [], `${batch.name}: inject(inject(x)) = inject(x)`)
      count += batch.files.length
      changed += differing(once.files, batch.files).length
    }
    t.equal(count > 120 && changed > 100, true, `${changed} of ${count} cases were injected`)
  })
}

for (const release of NO_CASES ? [] : ['1.29', '1.30']) {
  t.test(`Istio's cases injected by a configuration of ${release}, then by their own: as if by their own alone`, async t => {
    const old = clustersOf(release)
    let count = 0
    for (const [i, batch] of batchesOf('1.31').entries()) {
      const mesh = { path: 'mesh.yaml', text: readFileSync(old[i % old.length] ?? '', 'utf8') }
      // A template or a setting that the other configuration does not have.
      const refused = new Set(injected({ ...batch, mesh }, batch.files).errors.map(({ at }) => at?.file))
      const files = batch.files.filter(({ path }) => !refused.has(path))
      const before = injected({ ...batch, mesh }, files)
      t.same(messages(before.errors), [], batch.name)
      t.same(differing(injected(batch, before.files).files, injected(batch, files).files), [], batch.name)
      count += files.length
    }
    t.equal(count > 120, true, `${count} cases`)
  })
}

/** Values without the record; lists of containers and volumes in an order of their own, as nobody can say where among injected ones a user's belongs. */
function values(text: string): string {
  const inOrder = (_: string, value: Json) => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) {
      const named = value.every(item => typeof item === 'object' && item !== null && !Array.isArray(item) && typeof item.name === 'string')
      return named ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value
    }
    const { 'inject-sidecars.dev/record': _record, ...rest } = value
    return Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return JSON.stringify(
    parseDocuments({ path: 'x', text }).map(({ value }) => value),
    inOrder,
  )
}

t.test("after people have edited their own parts of Istio's cases, their edits stay, injected or taken off", { skip: NO_CASES }, async t => {
  const edited = (batch: Batch, files: readonly SourceFile[]) =>
    files.map(({ path, text }, i) => ({ path, text: userEdited(text, containersIn(batch.files[i]?.text ?? ''), random(1_000 * i + path.length)) }))
  let count = 0
  for (const batch of batchesOf('1.31')) {
    const [before, after] = [edited(batch, batch.files), edited(batch, injected(batch, batch.files).files)]
    const off = taken(batch, after)
    // An edit beside an injected field can cost the comment there: uninject says so.
    t.same(messages(off.diagnostics.filter(({ code }) => code !== 'not-restorable')), [], batch.name)
    t.same(differing(off.files, before, values), [], `${batch.name}: uninject(edit(inject(x))) = edit(x)`)
    const again = injected(batch, after)
    t.same(differing(again.files, injected(batch, before).files, values), [], `${batch.name}: inject(edit(inject(x))) = inject(edit(x))`)
    t.same(differing(injected(batch, again.files).files, again.files), [], `${batch.name}: and again`)
    count += differing(before, batch.files).length
  }
  t.equal(count > 80, true, `${count} cases were edited`)
})

const MESH: SourceFile = { path: 'mesh.yaml', text: example('istio/config.yaml') }
const ALL_NAMESPACES: SourceFile = {
  path: 'sidecars.yaml',
  text: `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec:
  istio: {}
  unknownNamespace: NoLabels
  cluster:
    kubeletVersions: [v1.34.0]
    namespaces: {default: {labels: {istio-injection: enabled}}, shop: {labels: {istio-injection: enabled}}}
`,
}

t.test('random manifests in random styles: comments, anchors, flows, CRLF, JSON', async t => {
  const batch = { mesh: MESH, functionConfig: ALL_NAMESPACES }
  let count = 0
  for (let seed = 1; seed <= 800; seed++) {
    const file = { path: 'case.yaml', text: randomManifest(random(seed)).text }
    const once = injected(batch, [file])
    // Most have a value somewhere that Kubernetes does not take.
    if (once.errors.length > 0) continue
    count++
    t.same(differing(taken(batch, once.files).files, [file]), [], `seed ${seed}: uninject(inject(x)) = x`)
    t.same(differing(injected(batch, once.files).files, once.files), [], `seed ${seed}: inject(inject(x)) = inject(x)`)
  }
  t.equal(count > 50, true, `${count} manifests`)
})

const EXAMPLES = join(ROOT, 'examples')

/** The YAML files of an example, and among them its function config. */
function exampleInput(name: string): InjectInput {
  const folder = join(EXAMPLES, name)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.ya?ml$/.test(path) && !path.startsWith('expected'))
    .sort()
    .map(path => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
  const functionConfig = files.find(({ text }) => /^kind: SidecarInjector$/m.test(text))
  return { files, ...(functionConfig === undefined ? {} : { functionConfig }), readSource: () => [MESH] }
}

// What these hold becomes manifests only by their tools, which test/surfaces/examples.test.ts runs.
const RENDERED: ReadonlySet<string> = new Set(['argocd', 'helm', 'kustomize-legacy-plugin', 'kustomize-overlays'])

/** Its policy changes the user's images, which `uninject` changes back with `--trust-record` only. */
const NEEDS_TRUST: ReadonlySet<string> = new Set(['policy-registry'])

for (const name of readdirSync(EXAMPLES, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? entry.name : []))) {
  if (RENDERED.has(name)) continue
  t.test(`the example ${name}: all laws, in files`, async t => {
    const input = exampleInput(name)
    const withMesh = (files: readonly SourceFile[] = []) =>
      inject({ ...input, files: [...files, ...(name.startsWith('kustomize') ? [] : [{ ...MESH, path: 'mesh' }])] })
    const once = withMesh(input.files)
    t.same(messages(once.diagnostics.filter(({ severity }) => severity === 'error')), [])
    const files = once.files.slice(0, input.files?.length)
    t.equal(differing(files, input.files ?? []).length > 0, true, 'something is injected')
    t.same(differing(uninject({ ...input, files, trustRecord: NEEDS_TRUST.has(name) }).files, input.files ?? []), [])
    t.same(differing(withMesh(files).files, files), [])
  })
}
