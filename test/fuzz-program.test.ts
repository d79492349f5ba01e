// The whole program on real inputs that were changed at random: it answers, or says what is wrong. What it answers holds every item, comes out the same
// again, and comes off again.

import fc from 'fast-check'
import t from 'tap'
import { inject, uninject } from '../src/index.ts'
import { at, type Diagnostic, equal, InjectError, type Json, type SourceFile } from '../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../src/lib/yaml/index.ts'
import { example, resourceList } from './rig.ts'
import { fuzz } from './support/fuzz.ts'
import { batchesOf, NO_CASES } from './support/istio-cases.ts'
import { mutatedText, mutatedValue } from './support/mutate.ts'
import { random } from './support/random.ts'
import { randomManifest } from './support/random-manifest.ts'

const MESH = [example('istio/config.yaml'), example('namespace.yaml')]
const WORKLOADS = [example('web.yaml'), example('store.yaml')]
const CONFIG = example('sidecars.yaml').replace(/ {2}expect:[\s\S]*/, '')
const LISTS = [
  resourceList([...MESH, ...WORKLOADS]),
  resourceList([...WORKLOADS, ...MESH], CONFIG),
  resourceList([...MESH, injectedList(), ...WORKLOADS], CONFIG),
]

/** Workloads that were injected before, in a List. */
function injectedList(): string {
  const files = [...MESH, ...WORKLOADS].map((text, i) => ({ path: `${i}.yaml`, text }))
  const items = inject({ files })
    .files.slice(2)
    .map(({ text }) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`)
  return `apiVersion: v1\nkind: List\nmetadata:\n  name: l\nitems:\n${items.join('')}`
}

const stdin = (text: string): SourceFile => ({ path: '<stdin>', text })
const errorsIn = (diagnostics: readonly Diagnostic[]) => diagnostics.filter(({ severity }) => severity === 'error')

function listIn(text: string): Json {
  const values = parseDocuments(stdin(text)).flatMap(({ value }) => (value === null ? [] : [value]))
  if (values.length !== 1) throw new Error(`${values.length} documents`)
  return values[0] ?? null
}

const itemsIn = (value: Json): Json => at(value, ['items']) ?? []
/** What the function itself takes away or brings. */
const ISSUED = /InjectionGuard|^results:|"results"|'results'/m
const isComplete = (text: string) => Array.isArray(at(listIn(text), ['items']))

/** How many inputs came that far: a law that nothing gets to says nothing. */
const reached = { refused: 0, failed: 0, twice: 0, off: 0 }

/** The laws of the function for one ResourceList. */
function answersWell(text: string): void {
  let once: ReturnType<typeof inject>
  try {
    once = inject({ resourceList: stdin(text) })
  } catch (error) {
    if (!(error instanceof InjectError) || error.diagnostic.code === 'internal') throw error
    reached.refused++
    return
  }
  const out = once.files[0]?.text ?? ''
  const bugs = once.diagnostics.filter(({ code }) => code === 'internal')
  if (bugs.length > 0) throw new Error(JSON.stringify(bugs))
  const answer = listIn(out)
  if (errorsIn(once.diagnostics).length > 0) {
    reached.failed++
    if (!equal(itemsIn(answer), itemsIn(listIn(text)))) throw new Error(`there are errors, and the items changed:\n${out}`)
    return
  }
  if (ISSUED.test(text) || !isComplete(text)) return
  const [before, after] = [itemsIn(listIn(text)), itemsIn(answer)]
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) throw new Error(`items are lost:\n${out}`)

  reached.twice++
  const twice = inject({ resourceList: stdin(out) })
  const again = twice.files[0]?.text ?? ''
  // What is said about a user's edits is said once.
  const same = twice.diagnostics.length === once.diagnostics.length ? again === out : equal(itemsIn(listIn(again)), after)
  if (!same) throw new Error(`a second run changes something:\n${out}\n--- second run\n${again}`)

  // A key that is there twice comes back once, and what was injected before may have no record.
  if (/annotations|List|status/.test(text) && /inject-sidecars.dev\/record|sidecar.istio.io\/status/.test(text)) return
  if (once.diagnostics.some(({ code }) => code === 'yaml-duplicate-key') || /action:/.test(text)) return
  reached.off++
  const off = uninject({ resourceList: stdin(out) })
  if (errorsIn(off.diagnostics).length > 0) throw new Error(JSON.stringify(errorsIn(off.diagnostics)))
  const shown = withoutResults(off.files[0]?.text ?? '')
  if (shown !== withoutResults(text)) throw new Error(`it does not come off:\n${shown}`)
}

/** Warnings may come and go; `items` is added where it is missing. */
function withoutResults(text: string): string {
  return text.replace(/\nresults:\n[\s\S]*$/, '\n').trimEnd()
}

fuzz('a ResourceList with changed characters and lines', { runs: 300, input: mutatedText(LISTS) }, answersWell)

const printed = fc.constantFrom<(value: Json) => string>(
  value => `${JSON.stringify(value)}\n`,
  value => JSON.stringify(value, null, 2),
  value => toYaml(value),
)

fuzz(
  'a ResourceList with a changed structure',
  { runs: 300, input: fc.tuple(mutatedValue(LISTS.map(listIn)), printed).map(([value, print]) => print(value)) },
  answersWell,
)

const inMesh = (files: readonly SourceFile[], functionConfig: SourceFile) => (text: string) =>
  inject({ files: [...files, { path: 'case.yaml', text }], functionConfig })

/** The laws of the command for one file beside those that hold the configuration. */
function fileAnswersWell(text: string, run: ReturnType<typeof inMesh>): void {
  const textOf = ({ files }: Pick<ReturnType<typeof inject>, 'files'>) => files.at(-1)?.text ?? ''
  const once = run(text)
  const bugs = once.diagnostics.filter(({ code }) => code === 'internal')
  if (bugs.length > 0) throw new Error(JSON.stringify(bugs))
  const out = textOf(once)
  if (errorsIn(once.diagnostics).length > 0) {
    reached.failed++
    if (out !== text) throw new Error(`there are errors, and the file changed:\n${out}`)
    return
  }
  reached.twice++
  if (textOf(run(out)) !== out) throw new Error(`a second run changes something:\n${out}\n--- second run\n${textOf(run(out))}`)
  if (out === text || once.diagnostics.some(({ code }) => code === 'yaml-duplicate-key')) return
  reached.off++
  const off = uninject({ files: [{ path: 'case.yaml', text: out }] })
  // What the live webhook injected before has no record.
  if (!/sidecar.istio.io\/status/.test(text) && textOf(off) !== text) throw new Error(`it does not come off:\n${textOf(off)}`)
}

const MESHED = inMesh(
  MESH.map((text, i) => ({ path: `${i}.yaml`, text })),
  {
    path: 'fn.yaml',
    text: `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec: {istio: {}, cluster: {namespaces: {default: {labels: {istio-injection: enabled}}}}}
`,
  },
)

fuzz('a changed manifest in a random style', { runs: 300, input: fc.nat(1_000_000).chain(seed => mutatedText([randomManifest(random(seed)).text])) }, text =>
  fileAnswersWell(text, MESHED),
)

const istio = NO_CASES
  ? []
  : ['1.31', 'live']
      .flatMap(folder => batchesOf(folder))
      .flatMap(({ files, mesh, functionConfig }) => files.map(({ text }) => ({ text, run: inMesh([mesh], functionConfig) })))

if (istio.length > 0) {
  fuzz(
    "Istio's own cases, changed, with its own configuration",
    { runs: 150, input: fc.nat(istio.length - 1).chain(index => fc.tuple(mutatedText([istio[index]?.text ?? '']), fc.constant(index))) },
    ([text, index]) => fileAnswersWell(text, istio[index]?.run ?? MESHED),
  )
}

t.test('all laws are reached', async t => {
  for (const [name, count] of Object.entries(reached)) t.equal(count > 20, true, `${name}: ${count} inputs`)
})
