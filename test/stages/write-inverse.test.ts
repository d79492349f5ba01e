// What is said to come off by rule comes off when it is tried out.

import t from 'tap'
import { at, type Json } from '../../src/lib/model/index.ts'
import { applyEdits, documentOf, parseDocuments } from '../../src/lib/yaml/index.ts'
import { firstTry, isInverse, writeParts } from '../../src/write/index.ts'
import { random } from '../support/random.ts'
import { type Operation, randomChange } from '../support/random-change.ts'
import { randomManifest } from '../support/random-manifest.ts'

const CASES = 2000

interface Tried {
  readonly ruled: boolean
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
    ruled: isInverse(document, part.edits, changed),
    back: edits === undefined ? undefined : applyEdits(changed.text, edits),
    old: region.prefix + text.slice(region.start, region.end),
  }
}

const applied = (operations: readonly Operation[]) => (value: Json) => operations.reduce<unknown>((result, operation) => operation(result), value) as Json

t.test(`${CASES} random injections: those that the rule knows come off`, async t => {
  const wrong: string[] = []
  let [ruled, asked] = [0, 0]
  for (let seed = 1; seed <= CASES; seed++) {
    const { text, path, document: index } = randomManifest(random(seed), seed % 5 > 0)
    const document = parseDocuments({ path: 'a.yaml', text })[index]
    if (document === undefined) continue
    const change = applied(randomChange(random(seed), at(document.value, path), seed % 4 > 0))
    const outcome = tried(text, change, { path: [...path], index })
    if (outcome === undefined) continue
    asked++
    if (!outcome.ruled) continue
    ruled++
    if (outcome.back !== outcome.old) wrong.push(`seed ${seed}: ${text}`)
  }
  t.same(wrong, [])
  t.equal(ruled > asked / 5, true, `${ruled} of ${asked} were known`)
})

const POD =
  'metadata:\n  labels:\n    app: web\nspec:\n  containers:\n  - name: web\n    image: x\n    ports:\n    - containerPort: 80\n  volumes:\n  - name: a\n'
const withSpec = (change: (spec: Record<string, never[]>) => object) => (value: Json) =>
  ({ ...(value as object), spec: change((value as { spec: never }).spec) }) as Json

// What has to be tried out, and what need not.
const CASES_BY_NAME: readonly [name: string, text: string, change: (value: Json) => Json, ruled: boolean][] = [
  ['a new container', POD, withSpec(spec => ({ ...spec, containers: [...(spec.containers ?? []), { name: 'p', image: 'q' }] })), true],
  ['a new first volume', POD, withSpec(spec => ({ ...spec, volumes: [{ name: 'v' }, ...(spec.volumes ?? [])] })), true],
  ['a new list', POD, withSpec(spec => ({ ...spec, initContainers: [{ name: 'i' }] })), true],
  ['a scalar', POD, withSpec(spec => ({ ...spec, containers: [{ ...(spec.containers?.[0] as object | undefined), image: 'y' }] })), true],
  [
    'a scalar in quotes that it does not need',
    POD.replace('x', '"x"'),
    withSpec(spec => ({ ...spec, containers: [{ ...(spec.containers?.[0] as object | undefined), image: 'y' }] })),
    false,
  ],
  [
    'a scalar with a comment',
    POD.replace('x', 'x # c'),
    withSpec(spec => ({ ...spec, containers: [{ ...(spec.containers?.[0] as object | undefined), image: 'y' }] })),
    false,
  ],
  ['an element that goes', POD, withSpec(spec => ({ ...spec, volumes: [{ name: 'b' }] })), false],
  ['a volume of the same name', POD, withSpec(spec => ({ ...spec, volumes: [{ name: 'a', emptyDir: {} }, ...(spec.volumes ?? [])] })), false],
  ['an element in a flow list', 'a: [{name: x}]\n', () => ({ a: [{ name: 'x' }, { name: 'y' }] }), false],
  ['a mark', 'l:\n# c\n- name: a\n', () => ({ l: [{ name: 'b' }, { name: 'a' }] }), false],
]

for (const [name, text, change, ruled] of CASES_BY_NAME) {
  t.test(`${name} ${ruled ? 'is known to come off' : 'has to be tried out'}`, async t => {
    const outcome = tried(text, change)
    t.equal(outcome?.ruled, ruled)
    if (ruled) t.equal(outcome?.back, outcome?.old)
  })
}
