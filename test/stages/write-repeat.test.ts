// Changes that repeat an earlier one give the bytes that the writer gives.

import t from 'tap'
import { at, isObject, type Json } from '../../src/lib/model/index.ts'
import { applyEdits, parseDocuments, shapeOf } from '../../src/lib/yaml/index.ts'
import { isInverse, Repetitions, writeParts } from '../../src/write/index.ts'
import { chance, pick, type Random, random } from '../support/random.ts'
import { type Operation, randomChange } from '../support/random-change.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { mapped, newNames, renamed, scalarsIn, usualManifest } from '../support/renamed.ts'

type Path = readonly (string | number)[]

/** What comes of a change, by the writer and by repetition; undefined where there is no such change of a part by itself. */
function written(repetitions: Repetitions, { text, index, path, after, before }: { text: string; index: number; path: Path; after: Json; before?: Json }) {
  const document = parseDocuments({ path: 'a.yaml', text })[index]
  if (document === undefined || document.hasAliases) return undefined
  const region = document.regionAt(path.slice(0, -2))
  if (region.path.length !== path.length - 2) return undefined
  const [part] = writeParts({ document, changes: [{ path, after }] })
  if (part?.changed === undefined) return undefined
  const { edits, changed } = part
  const change = { document, region, what: '', before: before ?? at(document.value, path) ?? null, after }
  const repetition = repetitions.of(change)
  const repeated = repetition.edit
  const value = wholeAfter(at(document.value, region.path) ?? null, path.slice(-2), after)
  repetition.remember({ ...change, edits, changed }, () => ({ value }))
  return {
    fresh: applyEdits(text, edits),
    repeated: repeated === undefined ? undefined : applyEdits(text, [repeated]),
    comesOff: isInverse(document, edits, changed),
  }
}

function wholeAfter(value: Json, path: Path, after: Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return after
  return isObject(value) ? { ...value, [step]: wholeAfter(value[step] ?? null, rest, after) } : value
}

const applied = (operations: readonly Operation[]) => (value: Json) => operations.reduce<unknown>((result, operation) => operation(result), value) as Json

interface Sample {
  readonly text: string
  readonly index: number
  readonly path: Path
  readonly template: Json
  readonly after: Json
}

const COPIES = 7
const wrong: string[] = []

/** Writes the change in copies of the sample with other scalars. Answers with how many changes there were, and how many of them were repeated. */
function copies({ text, index, path, template, after }: Sample, next: Random): [asked: number, repeated: number] {
  const document = parseDocuments({ path: 'a.yaml', text })[index]
  // A scalar that stands in other places too would keep its name there.
  const [holes, old] = [shapeOf(text, '').holes.map(hole => hole.text.replace(/^["']|["']$/g, '')), scalarsIn(document?.value ?? null)]
  const countIn = (list: readonly string[], scalar: string) => list.filter(other => other === scalar).length
  const scalars = scalarsIn([template, after]).filter(scalar => countIn(holes, scalar) === countIn(old, scalar))
  const repetitions = new Repetitions()
  let [asked, repeated] = [0, 0]
  for (let copy = 0; copy < COPIES; copy++) {
    const names = copy === 0 ? new Map<string, string>() : newNames(next, scalars)
    const outcome = attempt(() =>
      written(repetitions, { text: renamed(text, names), index, path, after: mapped(after, chance(next, 90) ? names : newNames(next, scalars)) }),
    )
    if (outcome === undefined) continue
    asked++
    if (outcome.repeated === undefined) continue
    repeated++
    if (outcome.repeated !== outcome.fresh || !outcome.comesOff) wrong.push(`${outcome.fresh}\n--- repeated\n${outcome.repeated}`)
  }
  return [asked, repeated]
}

/** Undefined for a text that the new names have broken. */
function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

const SEEDS = 500

t.test(`${SEEDS} random changes of random manifests, with other scalars`, async t => {
  let repetitions = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { text, path, document: index } = randomManifest(random(seed), seed % 5 > 0)
    const template = at(parseDocuments({ path: 'a.yaml', text })[index]?.value, path) ?? null
    const after = applied(randomChange(random(seed), template, seed % 4 > 0))(structuredClone(template))
    repetitions += copies({ text, index, path, template, after }, random(seed + 1))[1]
  }
  t.same(wrong.splice(0), [])
  t.equal(repetitions > 20, true, `${repetitions} were repeated`)
})

t.test(`${SEEDS} injections into manifests as people write them, with other scalars`, async t => {
  let [all, repetitions] = [0, 0]
  for (let seed = 1; seed <= SEEDS; seed++) {
    const text = usualManifest(random(seed))
    const template = at(parseDocuments({ path: 'a.yaml', text })[0]?.value, TEMPLATE) ?? null
    const [asked, repeated] = copies({ text, index: 0, path: TEMPLATE, template, after: injected(random(seed), template) }, random(seed + 1))
    all += asked
    repetitions += repeated
  }
  t.same(wrong.splice(0), [])
  t.equal(repetitions > all / 8, true, `${repetitions} of ${all} were repeated`)
})

const TEMPLATE = ['spec', 'template']

/** What an injection may make of a template: new list elements before and behind, new entries, scalars in place of others. */
function injected(next: Random, template: Json): Json {
  const spec = (at(template, ['spec']) ?? {}) as Record<string, Json>
  const containers = (spec.containers ?? []) as Record<string, Json>[]
  const names = containers.map(({ name }) => name)
  const probe = (container: Record<string, Json>, path: string) => ({ ...container, livenessProbe: { httpGet: { path, port: 15021 } } })
  const proxy = {
    name: 'istio-proxy',
    image: 'docker.io/istio/proxyv2:1.31.0',
    args: ['proxy', 'sidecar', String(names[0])],
    env: [
      { name: 'WORKLOAD', value: String(at(template, ['metadata', 'labels', 'app'])) },
      { name: 'PORTS', value: JSON.stringify(containers.map(container => at(container, ['ports', 0, 'containerPort']) ?? null)) },
    ],
    resources: { limits: { cpu: '2' } },
  }
  const added = chance(next, 50) ? { initContainers: [proxy] } : { initContainers: [{ name: 'istio-init', image: proxy.image }] }
  const now = containers.map(container => (chance(next, 50) ? probe(container, `/app-health/${container.name}/livez`) : container))
  return {
    ...(template as object),
    metadata: {
      labels: { ...(at(template, ['metadata', 'labels']) as object), revision: pick(next, ['default', 'canary']) },
      annotations: { status: JSON.stringify({ containers: names }), owner: `deployments/${names[0]}` },
    },
    spec: { ...spec, ...added, containers: chance(next, 50) ? [...now, { ...proxy, name: 'late' }] : now },
  }
}

const SMALL =
  "kind: Deployment\nowner: payments\ntitle: 'x'\nname: storefront\nspec:\n  template:\n    name: storefront\n    # see: payments\n    weight: 1.5\n"

/** What comes of the last of several changes of `SMALL` with other names. */
function last(changes: readonly ((name: string) => Json)[], repetitions = new Repetitions()) {
  const outcomes = changes.map((change, i) => {
    const name = `storefront-${i}`
    return written(repetitions, { text: SMALL.replaceAll('name: storefront', `name: ${name}`), index: 0, path: TEMPLATE, after: change(name) })
  })
  return outcomes.at(-1)
}

const labelled = (name: string): Json => ({ name, weight: 1.5, label: name, mode: 'on-demand' })

t.test('the fourth change of its kind is repeated', async t => {
  const outcome = last([labelled, labelled, labelled, labelled])
  const text = SMALL.replaceAll('name: storefront', 'name: storefront-3')
  t.equal(outcome?.repeated, `${text}    label: storefront-3\n    mode: on-demand\n`)
  t.equal(outcome?.fresh, outcome?.repeated)
})

const OTHERS: readonly [what: string, change: (name: string) => Json][] = [
  ['in another order', name => ({ name, weight: 1.5, mode: 'on-demand', label: name })],
  ['that changes a number of the user too', name => ({ name, weight: 2.5, label: name, mode: 'on-demand' })],
  ['in which two scalars that were the same are not', name => ({ name, weight: 1.5, label: 'other', mode: 'on-demand' })],
  ['in which two scalars are the same that were not', name => ({ name, weight: 1.5, label: name, mode: name })],
  ['with a text of several lines', name => ({ name, weight: 1.5, label: name, mode: 'two\nlines' })],
  ['with a scalar of another type', name => ({ name, weight: 1.5, label: name, mode: 1 })],
  ['with a list in place of a scalar', name => ({ name, weight: 1.5, label: name, mode: ['on-demand'] })],
]

for (const [what, change] of OTHERS) {
  t.test(`a change ${what} is none to repeat`, async t => t.equal(last([labelled, labelled, labelled, change])?.repeated, undefined))
}

const TEXTS: readonly [what: string, from: string, to: string][] = [
  ['a comment that says something else', 'see: payments', 'see: elsewhere'],
  ['one of two names that is another one', 'name: storefront-9', 'name: elsewhere'],
  ['another kind of scalar', 'kind: Deployment', 'kind: "Deployment"'],
  ['a text like a mark of ours', "title: 'x'", "title: '# injected'"],
]

for (const [what, from, to] of TEXTS) {
  t.test(`with ${what}, a change is none to repeat`, async t => {
    const repetitions = new Repetitions()
    last([labelled, labelled, labelled], repetitions)
    const text = SMALL.replaceAll('name: storefront', 'name: storefront-9').replace(from, to)
    t.equal(text.includes(to), true)
    const outcome = written(repetitions, { text, index: 0, path: TEMPLATE, after: labelled('storefront-9') })
    t.equal(outcome?.repeated, undefined)
  })
}

t.test('a comment between the edits stays what it is, also where it says what goes', async t => {
  const text = (word: string) => `kind: Job\nspec:\n  template:\n    path: health\n    # see: ${word}\n    weight: 1.5\n`
  const after = { path: 'readiness', weight: 1.5, mode: 'on-demand' }
  const before = { path: 'HEALTH', weight: 1.5 }
  const repetitions = new Repetitions()
  for (const word of ['health', 'health', 'health', 'elsewhere']) {
    const outcome = written(repetitions, { text: text(word), index: 0, path: TEMPLATE, before, after })
    t.equal(outcome?.repeated ?? outcome?.fresh, `${text(word).replace('path: health', 'path: readiness')}    mode: on-demand\n`)
  }
})
