// What is said to come off by rule comes off when it is tried out.

import t from 'tap'
import { at, isObject, type Json, withValueAt } from '../../src/lib/model/index.ts'
import { applyEdits, documentOf, parseDocuments } from '../../src/lib/yaml/index.ts'
import { firstTry, type Removal, removalOf, writeParts } from '../../src/write/index.ts'
import { random } from '../support/random.ts'
import { type Operation, randomChange } from '../support/random-change.ts'
import { randomManifest } from '../support/random-manifest.ts'

const CASES = 2000

interface Tried {
  readonly ruled: Removal
  /** The text after the old value was written again. */
  readonly back: string | undefined
  readonly old: string
}

/** What the rule says about a change of a text, and what comes of writing the old value again; undefined where nothing was changed, or not read fast. */
function tried(text: string, change: (value: Json) => Json, { path = [] as (string | number)[], index = 0 } = {}): Tried | undefined {
  const document = parseDocuments({ path: 'a.yaml', text })[index]
  if (document === undefined) throw new Error('no document')
  const before = at(document.value, path) ?? null
  const [part] = writeParts({ document, changes: [{ path, after: change(structuredClone(before)) }] })
  const changed = part?.changed
  if (part === undefined || changed === undefined || changed.reading.isUnusual) return undefined
  const { region, reading } = changed
  const written = documentOf({ path: 'a.yaml', text: changed.text }, reading)
  const edits = firstTry({ document: written, path: path.slice(region.path.length), after: before })
  return {
    ruled: removalOf(document, part.edits, changed),
    back: edits === undefined ? undefined : applyEdits(changed.text, edits),
    old: region.prefix + text.slice(region.start, region.end),
  }
}

const applied = (operations: readonly Operation[]) => (value: Json) => operations.reduce<unknown>((result, operation) => operation(result), value) as Json

/** The paths of the scalars in a value. */
function leavesOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leavesOf(item, [...path, i]))
  return isObject(value) ? Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key])) : [path]
}

/** Another scalar in the place of one. */
function randomScalar(seed: number, value: Json): Json {
  const leaves = leavesOf(value)
  const leaf = leaves[random(seed)(leaves.length)]
  return leaf === undefined ? value : withValueAt(value, leaf, seed % 2 === 0 ? seed : `/app-health/${seed}`)
}

/** Kinds of changes, with how many of them the rule has to know as `same` and as `other`: one of so many. */
const KINDS: readonly [name: string, change: (seed: number, before: Json) => Json, same: number, other: number][] = [
  ['injections', (seed, before) => applied(randomChange(random(seed), before, seed % 4 > 0))(before), 5, Number.POSITIVE_INFINITY],
  ['changes of a scalar', randomScalar, 20, 20],
]

for (const [name, change, leastSame, leastOther] of KINDS) {
  t.test(`${CASES} random ${name}: what the rule says of their removal is so`, async t => {
    const wrong: string[] = []
    const counts: Record<Removal, number> = { same: 0, other: 0, unknown: 0 }
    for (let seed = 1; seed <= CASES; seed++) {
      const { text, path, document: index } = randomManifest(random(seed), seed % 5 > 0)
      const document = parseDocuments({ path: 'a.yaml', text })[index]
      if (document === undefined) continue
      const outcome = tried(text, before => change(seed, before), { path: [...path], index })
      if (outcome === undefined) continue
      counts[outcome.ruled]++
      if (outcome.ruled !== 'unknown' && (outcome.back === outcome.old) !== (outcome.ruled === 'same')) wrong.push(`seed ${seed}: ${outcome.ruled} ${text}`)
    }
    t.same(wrong, [])
    const asked = counts.same + counts.other + counts.unknown
    t.equal(counts.same > asked / leastSame, true, JSON.stringify(counts))
    t.equal(counts.other >= asked / leastOther, true, JSON.stringify(counts))
  })
}

const POD =
  'metadata:\n  labels:\n    app: web\nspec:\n  containers:\n  - name: web\n    image: x\n    ports:\n    - containerPort: 80\n  volumes:\n  - name: a\n'
const withSpec = (change: (spec: Record<string, never[]>) => object) => (value: Json) =>
  ({ ...(value as object), spec: change((value as { spec: never }).spec) }) as Json

// What has to be tried out, and what need not.
const CASES_BY_NAME: readonly [name: string, text: string, change: (value: Json) => Json, ruled: Removal][] = [
  ['a new container', POD, withSpec(spec => ({ ...spec, containers: [...(spec.containers ?? []), { name: 'p', image: 'q' }] })), 'same'],
  ['a new first volume', POD, withSpec(spec => ({ ...spec, volumes: [{ name: 'v' }, ...(spec.volumes ?? [])] })), 'same'],
  ['a new list', POD, withSpec(spec => ({ ...spec, initContainers: [{ name: 'i' }] })), 'same'],
  ['a scalar', POD, withSpec(spec => ({ ...spec, containers: [{ ...(spec.containers?.[0] as object | undefined), image: 'y' }] })), 'same'],
  [
    'a scalar in quotes that it does not need',
    POD.replace('x', '"x"'),
    withSpec(spec => ({ ...spec, containers: [{ ...(spec.containers?.[0] as object | undefined), image: 'y' }] })),
    'other',
  ],
  [
    'a scalar with a comment',
    POD.replace('x', 'x # c'),
    withSpec(spec => ({ ...spec, containers: [{ ...(spec.containers?.[0] as object | undefined), image: 'y' }] })),
    'unknown',
  ],
  ['an element that goes', POD, withSpec(spec => ({ ...spec, volumes: [{ name: 'b' }] })), 'unknown'],
  ['a volume of the same name', POD, withSpec(spec => ({ ...spec, volumes: [{ name: 'a', emptyDir: {} }, ...(spec.volumes ?? [])] })), 'unknown'],
  ['an element in a flow list', 'a: [{name: x}]\n', () => ({ a: [{ name: 'x' }, { name: 'y' }] }), 'unknown'],
  ['a mark', 'l:\n# c\n- name: a\n', () => ({ l: [{ name: 'b' }, { name: 'a' }] }), 'unknown'],
]

const WORDS: Readonly<Record<Removal, string>> = {
  same: 'is known to be removed',
  other: 'is known to be restored in another spelling',
  unknown: 'has to be tried out',
}

for (const [name, text, change, ruled] of CASES_BY_NAME) {
  t.test(`${name} ${WORDS[ruled]}`, async t => {
    const outcome = tried(text, change)
    t.equal(outcome?.ruled, ruled)
    if (ruled !== 'unknown') t.equal(outcome?.back === outcome?.old, ruled === 'same')
  })
}
