// The YAML reader beside Go's: YAML's official test suite, random texts with Go's recorded answers, and, where Go is, YAML_CASES more with its answers of now.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { equal } from '../../src/lib/model/index.ts'
import { differenceFromGo, type GoAnswer, readInGo } from '../support/go-yaml.ts'
import { random } from '../support/random.ts'
import { yamlKinds } from '../support/yaml-kinds.ts'
import { yamlText } from '../support/yaml-texts.ts'

interface Recorded {
  readonly yaml: string
  readonly go: GoAnswer
}

interface SuiteCase extends Recorded {
  readonly id: string
  readonly name: string
  /** In YAML 1.2: JSON text, or `error`. */
  readonly spec?: string
}

const FIXTURES = join(import.meta.dirname, '../fixtures/yaml')
const SUITE: readonly SuiteCase[] = JSON.parse(readFileSync(join(FIXTURES, 'suite.json'), 'utf8'))
const TEXTS: readonly Recorded[] = JSON.parse(readFileSync(join(FIXTURES, 'texts.json'), 'utf8'))
const CASES = Number(process.env.YAML_CASES ?? 2000)
const SEED = Number(process.env.YAML_SEED ?? 1)

const differences = (cases: readonly Recorded[]) => cases.flatMap(({ yaml, go }) => differenceFromGo(yaml, go) ?? [])

t.test('the official test suite is read as Go reads it', async t => {
  t.equal(SUITE.length > 400, true)
  t.same(differences(SUITE), [])
})

/** Why Go, and so Kubernetes, reads cases of the suite otherwise than YAML 1.2 says. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  'only %YAML 1.1 is known': ['27NA', 'BEC7', 'DK95/7', 'RTP8'],
  'other directives than %YAML and %TAG are errors': ['2LFX', '6LVF'],
  'anchors have names of letters, digits, - and _': ['2SXE', '8XYN', 'W5VH', 'Y2GN'],
  'what follows the first node is not read': ['3HFZ', '4H7K', '9HCY', 'BS4K', 'EB22', 'KS4U', 'QLJ7', 'RHX7'],
  "there is an escape \\' and none \\/": ['3UYS', 'HRE5'],
  'a key and its colon stand on one line': ['4MUZ/0', '4MUZ/2', '5MUD', '9SA2', 'K3WX', 'NJ66', 'VJP3/1'],
  '!!binary is decoded': ['565N'],
  'in flow collections colons and question marks are indicators wherever they stand': ['58MP', '5T43', '652Z', 'DBG4', 'HM87/0', 'HM87/1', 'JR7V'],
  'tabs are refused in other places': ['6BCT', '6CA3', '96NN/0', 'A2M4', 'DK95/0', 'DK95/1', 'DK95/3', 'DK95/4', 'Q5MG', 'R4YG', 'Y79Y/1', 'Y79Y/10', 'Y79Y/3'],
  'flow collections and quoted scalars need no indentation': ['9C9N', 'QB6E'],
  'a comment needs no space before it': ['9JBA', 'CVW2', 'MUS6/0', 'SU5Z', 'X4QW'],
  'y is a boolean': ['C4HZ'],
  'the text of a block scalar is indented': ['DK3J', 'FP8R'],
  'a dash can be a word in a flow collection': ['G5U8', 'YJV2'],
  'a last line without a line end gets none': ['L24T/1'],
  'empty lines may be longer than the indentation of a block scalar': ['S98Z'],
  'a colon needs a key': ['SM9W/1'],
  'a comma can belong to a tag': ['U99R', 'WZ62'],
  'a lone ! makes a text': ['UKK6/2'],
}

t.test('where Go reads the official test suite otherwise than YAML 1.2, the reason is known', async t => {
  const other = SUITE.filter(({ spec, go }) => {
    if (spec === undefined) return false
    return spec === 'error' ? go.error === undefined : go.json === undefined || !equal(JSON.parse(go.json), JSON.parse(spec))
  })
  t.same(other.map(({ id }) => id).sort(), Object.values(OTHERWISE).flat().sort())
})

t.test('random texts are read as Go read them when it was asked', async t => {
  t.equal(TEXTS.length, 600)
  t.equal(TEXTS.filter(({ go }) => go.json !== undefined).length > 200, true)
  t.same(differences(TEXTS), [])
})

t.test(`${CASES} random texts from seed ${SEED} on are read as Go reads them`, async t => {
  const texts = Array.from({ length: CASES }, (_, i) => yamlText(random(SEED + i)))
  const answers = readInGo(texts)
  // Without Go, its recorded answers are all there is.
  const cases = answers === undefined ? TEXTS : texts.flatMap((yaml, i) => ({ yaml, go: answers[i] ?? {} }))
  t.same(differences(cases), [])
})

t.test('the kinds of texts on which readers differ are read as Go reads them now', async t => {
  const texts = yamlKinds()
  const answers = readInGo(texts)
  if (answers === undefined) return t.pass('there is no Go here')
  t.ok(texts.length > 5000)
  t.same(
    texts.flatMap((text, i) => differenceFromGo(text, answers[i] ?? {}) ?? []),
    [],
  )
})
