// Texts that are read as earlier ones with other scalars have the values that reading them gives.

import t from 'tap'
import { type Json, Patience } from '../../src/lib/model/index.ts'
import { loadYaml, SimilarTexts } from '../../src/lib/yaml/index.ts'
import { chance, random } from '../support/random.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { newNames, renamed, scalarsIn, usualManifest } from '../support/renamed.ts'

/** What reading gives, in a form in which everything that matters differs; errors too. */
function outcome(read: () => Json): string {
  try {
    return JSON.stringify(read(), (_, value) => (Object.is(value, -0) ? '-0' : value))
  } catch (error) {
    return String(error)
  }
}

const SEEDS = 1500
const COPIES = 6

t.test(`${SEEDS} random texts, ${COPIES} times each with other scalars`, async t => {
  const wrong: string[] = []
  for (let seed = 1; seed <= SEEDS; seed++) {
    const next = random(seed)
    const text = chance(next, 50) ? usualManifest(next) : randomManifest(next).text
    const scalars = outcome(() => loadYaml(text)).startsWith('{') ? scalarsIn(loadYaml(text)) : []
    const texts = new SimilarTexts()
    for (let copy = 0; copy < COPIES; copy++) {
      const changed = renamed(chance(next, 10) ? text.replace(/ {2}\w+:.*\n/, '') : text, newNames(next, scalars))
      const [got, want] = [outcome(() => texts.load(changed)), outcome(() => loadYaml(changed))]
      if (got !== want) wrong.push(`seed ${seed}:\n${changed}\n${got}\n${want}`)
    }
  }
  t.same(wrong, [])
})

const TEXT = 'kind: Pod\nmetadata:\n  name: web\n  labels: {app: web}\nspec:\n  containers:\n  - name: web\n    image: "web:1"\n    port: 80\n'

t.test('what does not differ is the same object, and what was read before stays as it was', async t => {
  const texts = new SimilarTexts()
  const [first, second, third] = ['web', 'shop', 'api'].map(name => texts.load(TEXT.replace('name: web', `name: ${name}`))) as { [key: string]: Json }[]
  t.equal(second?.spec, first?.spec)
  t.equal(third?.spec, first?.spec)
  t.same(
    [first, second, third],
    ['web', 'shop', 'api'].map(name => loadYaml(TEXT.replace('name: web', `name: ${name}`))),
  )
})

const CHANGES: readonly [what: string, from: string, to: string][] = [
  ['a word that is a boolean', 'name: web', 'name: yes'],
  ['a word in place of a number', 'port: 80', 'port: http'],
  ['a number in place of a word', 'name: web', 'name: 12'],
  ['another kind of quotes', '"web:1"', "'web:2'"],
  ['quotes with an escape', '"web:1"', '"web\\n:1"'],
  ['an entry on a line', 'name: web', 'name: a: b'],
  ['a comment', 'port: 80', 'port: 8 # 0'],
  ['one more entry', 'port: 80', 'port: 81\n    more: 1'],
  ['a scalar in a flow collection', '{app: web}', '{app: shop}'],
  ['an octal number', 'port: 80', 'port: 0644'],
  ['nothing', 'name: web', 'name:'],
  ['a scalar that goes on', 'name: web', 'name: web\n    goes on'],
  ['an end of the text', '    port: 80\n', ''],
]

for (const [what, from, to] of CHANGES) {
  t.test(`${what} is read`, async t => {
    const texts = new SimilarTexts()
    for (const name of ['web', 'shop', 'api']) texts.load(TEXT.replace('name: web', `name: ${name}`).replace('80', String(name.length)))
    const changed = TEXT.replace(from, to)
    const [got, want] = [outcome(() => texts.load(changed)), outcome(() => loadYaml(changed))]
    t.equal(got, want)
  })
}

const BEHIND = ['---\nc: 1\n', '---\nc: [\n', '...\nc: [\n', '--- foo\n: [', '---\nname: web\n']

for (const behind of BEHIND) {
  t.test(`only the first document counts, before ${JSON.stringify(behind)}`, async t => {
    const texts = new SimilarTexts()
    for (const name of ['web', 'shop', 'api']) {
      const text = TEXT.replace('name: web', `name: ${name}`) + behind.replace('web', name)
      t.equal(
        outcome(() => texts.load(text)),
        outcome(() => loadYaml(text)),
      )
    }
  })
}

t.test('a shortcut that leads nowhere is left alone for a while', async t => {
  const patience = new Patience()
  const tries = (hits: (i: number) => boolean) =>
    Array.from({ length: 200 }, (_, i) => {
      const isTried = patience.isTried()
      if (isTried) patience.note(hits(i))
      return isTried
    }).filter(Boolean).length
  t.equal(
    tries(i => i % 10 === 0),
    200,
  )
  const lost = tries(() => false)
  t.equal(lost > 30 && lost < 80, true, `${lost} of 200 were tried`)
})
