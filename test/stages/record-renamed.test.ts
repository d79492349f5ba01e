// The record of an injection that is like another one is the record that it would get by itself.

import t from 'tap'
import { at, type Json } from '../../src/lib/model/index.ts'
import { loadYaml } from '../../src/lib/yaml/index.ts'
import { printRecord, recordOf, recordRenamed, type Undo, undoOf } from '../../src/record/index.ts'
import { random } from '../support/random.ts'
import { type Operation, randomChange } from '../support/random-change.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { mapped, scalarsIn, usualManifest } from '../support/renamed.ts'

const applied = (operations: readonly Operation[]) => (value: Json) => operations.reduce<unknown>((result, operation) => operation(result), value) as Json
const recordText = (before: Json, after: Json) => printRecord(recordOf(undoOf(before, after) as Undo, after))

const SEEDS = 1500

t.test(`${SEEDS} random injections with other names`, async t => {
  const wrong: string[] = []
  let [asked, known] = [0, 0]
  for (let seed = 1; seed <= SEEDS; seed++) {
    const next = random(seed)
    const before = seed % 2 > 0 ? at(loadYaml(usualManifest(next)), ['spec', 'template']) : randomTemplate(seed)
    if (before === undefined) continue
    const after = applied(randomChange(next, before, seed % 4 > 0))(structuredClone(before))
    const undo = undoOf(before, after)
    if (undo === undefined) continue
    const scalars = [...new Set(scalarsIn([before, after]))].filter(scalar => !/^(?:true|false|null)$/.test(scalar) && next(3) === 0)
    const names = new Map(scalars.map((old, i) => [old, /^\d+$/.test(old) ? String(70_000 + i) : `renamed-${i}`]))
    if ([...names].some(([old, name]) => Number.isFinite(Number(old)) !== Number.isFinite(Number(name)))) continue
    asked++
    const text = recordRenamed(recordOf(undo, after), after)?.(names)
    if (text === undefined) continue
    known++
    const want = recordText(mapped(before, names), mapped(after, names))
    if (text !== want) wrong.push(`seed ${seed}:\n${text}\n${want}`)
  }
  t.same(wrong, [])
  t.equal(known > asked / 10, true, `${known} of ${asked} were known`)
})

function randomTemplate(seed: number): Json | undefined {
  const { text, path } = randomManifest(random(seed))
  try {
    return at(loadYaml(text), path)
  } catch {
    return undefined
  }
}

const BEFORE: Json = { image: 'web:1', containers: [{ name: 'web', mode: 'fast' }] }
const AFTER: Json = {
  image: 'web:1',
  containers: [
    { name: 'web', mode: 'slow' },
    { name: 'proxy', env: [{ name: 'APP', value: 'web' }] },
  ],
}

const CASES: readonly [what: string, names: readonly (readonly [string, string])[], isKnown: boolean][] = [
  ['a value in an injected part', [['slow', 'medium']], true],
  ['what is not injected', [['web:1', 'web:2']], true],
  ['a value that comes back when the injection is taken off', [['fast', 'faster']], false],
  ['the name of a list element around an injected part', [['web', 'shop']], false],
  ['the name of an injected list element', [['proxy', 'agent']], false],
]

for (const [what, names, isKnown] of CASES) {
  t.test(`another name of ${what} is ${isKnown ? '' : 'not '}a matter of digests`, async t => {
    const renamed = new Map(names)
    const text = recordRenamed(recordOf(undoOf(BEFORE, AFTER) as Undo, AFTER), AFTER)?.(renamed)
    t.equal(text, isKnown ? recordText(mapped(BEFORE, renamed), mapped(AFTER, renamed)) : undefined)
  })
}
