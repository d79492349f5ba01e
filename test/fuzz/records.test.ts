// Records and statuses of earlier injections, on anything: cut off, edited, or forged under a checksum that is right. Whatever they say, a run ends with an
// answer, and the answer holds the same workloads, readable.

import fc from 'fast-check'
import t from 'tap'
import { inject, uninject } from '../../src/index.ts'
import { at, type InjectResult, isObject, type Json, type JsonObject, type SourceFile, withValueAt } from '../../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../../src/lib/yaml/index.ts'
import { digest } from '../../src/record/hash.ts'
import { RECORD } from '../../src/record/index.ts'
import { fuzz } from '../support/fuzz.ts'
import { batchesOf, NO_CASES } from '../support/istio-cases.ts'
import { errorsIn, noBugs, refusedOr } from '../support/laws.ts'
import { mutatedText, mutatedValue, tokenSoup } from '../support/mutate.ts'
import { random } from '../support/random.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { example } from '../support/rig.ts'

const MESH = [example('istio/config.yaml'), example('namespace.yaml')].map((text, i) => ({ path: `${i}.yaml`, text }))
const CHECKSUM = 10
const PATH = ['metadata', 'annotations', RECORD]

interface Injected {
  readonly mesh: readonly SourceFile[]
  readonly functionConfig?: SourceFile
  readonly text: string
  /** Without its checksum. */
  readonly record: string
}

const read = (text: string) => parseDocuments({ path: 'case.yaml', text })

/** The documents that injection leaves a record in. */
function injected(texts: readonly string[], mesh: readonly SourceFile[], functionConfig?: SourceFile): Injected[] {
  const given = functionConfig === undefined ? {} : { functionConfig }
  return texts.flatMap(before => {
    const after = inject({ files: [...mesh, { path: 'case.yaml', text: before }], ...given }).files.at(-1)?.text ?? ''
    return read(after).flatMap(({ value, start, end }) => {
      const record = at(value, PATH)
      return typeof record === 'string' ? [{ mesh, ...given, text: after.slice(start, end), record: record.slice(0, -CHECKSUM) }] : []
    })
  })
}

const ENABLED = {
  path: 'fn.yaml',
  text: 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {}, cluster: {namespaces: {default: {labels: {istio-injection: enabled}}}}}\n',
}
const manifests = Array.from({ length: 60 }, (_, seed) => randomManifest(random(seed)).text)
const CASES = injected([example('web.yaml'), example('store.yaml'), ...manifests], MESH, ENABLED)
const STOCK = NO_CASES ? [] : batchesOf('1.31').slice(0, 2)
const REAL = STOCK.flatMap(({ files, mesh, functionConfig }) => injected(files.map(({ text }) => text).slice(0, 15), [mesh], functionConfig))

/** What no record may change. */
const identities = (text: string): string[] =>
  read(text).map(({ value }) =>
    JSON.stringify([['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']].map(path => at(value, path) ?? null)),
  )

const reached = { refused: 0, changed: 0, off: 0 }

/** `text` is a file of the case, with something wrong in what an earlier injection has left. */
function endsWell(given: Injected | undefined, text: string): void {
  if (given === undefined) throw new Error('no such case')
  const { mesh, functionConfig } = given
  const file = { path: 'case.yaml', text }
  const config = functionConfig === undefined ? {} : { functionConfig }
  const runs = [
    (now: SourceFile) => inject({ files: [...mesh, now], ...config }),
    (now: SourceFile) => uninject({ files: [now] }),
    (now: SourceFile) => uninject({ files: [now], fromStatus: true }),
  ]
  for (const [i, run] of runs.entries()) {
    const once = refusedOr(() => run(file))
    if (once === undefined) throw new Error('files are never refused as a whole')
    const out = once.files.at(-1)?.text ?? ''
    if (errorsIn(once.diagnostics).length > 0) {
      reached.refused++
      if (out !== text) throw new Error(`there are errors, and the file changed:\n${out}`)
      continue
    }
    reached[i === 0 ? 'changed' : 'off']++
    const [before, after] = [identities(text), identities(out)]
    if (before.join() !== after.join()) throw new Error(`${before} has become ${after}:\n${out}`)
    const twice = run({ ...file, text: out })
    noBugs(twice.diagnostics)
    const again = twice.files.at(-1)?.text ?? ''
    // What a false record leaves of an injection, the next run may take off by its status.
    if (i === 0 && again !== out) throw new Error(`a second run changes something:\n${out}\n--- second run\n${again}`)
  }
}

/** The file with this in the record's place. */
function withRecord(given: Injected, record: string): string {
  const [document] = read(given.text)
  return toYaml(withValueAt(document?.value, PATH, record))
}

const forged = (given: Injected, body: string) => withRecord(given, body + digest(body, CHECKSUM))
const parsed = ({ record }: Injected): Json => JSON.parse(record) as Json

/** The index of a case, and its file with something wrong in the record. */
function wrongRecords(cases: readonly Injected[]): fc.Arbitrary<[number, string]> {
  return fc.constantFrom(...cases.entries()).chain(([index, given]) => {
    const body = fc.oneof(
      mutatedValue([parsed(given)]).map(value => JSON.stringify(value)),
      mutatedValue([parsed(given)]).map(value => JSON.stringify(value)),
      mutatedText([given.record]),
      // The record of another workload.
      fc.constantFrom(...cases).map(({ record }) => record),
      // Old texts that are something else.
      fc.tuple(tokenSoup, fc.nat(2)).map(([text, part]) => JSON.stringify({ ...(parsed(given) as JsonObject), text: [[['spec'], part, text]] })),
    )
    const text = fc.oneof(
      { weight: 3, arbitrary: body.map(body => forged(given, body)) },
      { weight: 1, arbitrary: body.map(body => withRecord(given, body)) },
      { weight: 1, arbitrary: fc.nat(given.record.length).map(length => withRecord(given, given.record.slice(0, length))) },
    )
    return fc.tuple(fc.constant(index), text)
  })
}

fuzz('records', { runs: 300, input: wrongRecords(CASES) }, ([index, text]) => endsWell(CASES[index], text))

if (REAL.length > 0)
  fuzz("records of injections with Istio's own configuration", { runs: 60, input: wrongRecords(REAL) }, ([index, text]) => endsWell(REAL[index], text))

fuzz(
  'workloads that were edited after they were injected',
  {
    runs: 150,
    input: fc.constantFrom(...CASES.entries()).chain(([index, { text }]) => fc.tuple(fc.constant(index), mutatedValue([read(text)[0]?.value ?? null]))),
  },
  ([index, value]) => {
    const { mesh, text } = CASES[index] ?? { mesh: [], text: '' }
    // Edits of the identity are not what this is about, and what is no workload any more has other laws.
    if (!isObject(value) || JSON.stringify(value).includes('"<<"') || identities(toYaml(value)).join() !== identities(text).join()) return
    const file = { path: 'case.yaml', text: toYaml(value) }
    const runs: (() => Pick<InjectResult, 'files' | 'diagnostics'>)[] = [
      () => inject({ files: [...mesh, file], functionConfig: ENABLED }),
      () => uninject({ files: [file] }),
      () => uninject({ files: [file], fromStatus: true }),
    ]
    for (const run of runs) {
      const out = refusedOr(run)?.files.at(-1)?.text ?? ''
      if (identities(out).join() !== identities(text).join()) throw new Error(`it has become ${identities(out)}`)
    }
  },
)

t.test('all laws are reached', async t => {
  t.equal(CASES.length > 10, true, `${CASES.length} cases`)
  for (const [name, count] of Object.entries(reached)) t.equal(count > 20, true, `${name}: ${count} inputs`)
})
