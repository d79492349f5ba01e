// The YAML reader, on anything: it reads it or says what is wrong with it and where.

import fc from 'fast-check'
import { decodeText } from '../../src/cli/text.ts'
import { equal, type FieldPath, InjectError, isObject, type Json } from '../../src/lib/model/index.ts'
import { loadYaml, parseDocuments, toYaml, YamlError } from '../../src/lib/yaml/index.ts'
import { fuzz } from '../support/fuzz.ts'
import { mutatedText, mutatedValue, tokenSoup } from '../support/mutate.ts'
import { random } from '../support/random.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { example } from '../support/rig.ts'

const TEXTS = ['web.yaml', 'store.yaml', 'namespace.yaml', 'sidecars.yaml', 'istio/config.yaml'].map(example)
const JSONS = TEXTS.map(text => JSON.stringify(parseDocuments({ path: 'x', text }).map(({ value }) => value)))
const manifest = fc.nat(1_000_000).map(seed => randomManifest(random(seed)).text)

/** The paths of a few of the nodes. */
function pathsIn(value: Json, path: FieldPath = [], depth = 0): FieldPath[] {
  if (depth > 6 || typeof value !== 'object' || value === null) return [path]
  const entries: [string | number, Json][] = isObject(value) ? Object.entries(value) : value.map((child, i) => [i, child])
  return [path, ...entries.slice(0, 3).flatMap(([step, child]) => pathsIn(child, [...path, step], depth + 1))]
}

function readable(text: string): void {
  const lines = text.split('\n').length
  try {
    for (const document of parseDocuments({ path: 'x', text })) {
      for (const path of pathsIn(document.value).slice(0, 30)) {
        const { line, column } = document.positionOf(path)
        if (!(line >= 1 && line <= lines && column >= 1)) throw new Error(`${JSON.stringify(path)} is at ${line}:${column} of ${lines} lines`)
        document.sourceAt(path)
        document.regionAt(path)
      }
    }
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    const { code, at } = error.diagnostic
    if (code !== 'yaml-syntax' || at === undefined || at.line < 1 || at.line > lines) throw error
  }
  try {
    loadYaml(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
  }
}

fuzz('any text is read, or refused with a place in it', { runs: 1500, input: fc.oneof(tokenSoup, mutatedText(TEXTS), mutatedText(JSONS)) }, readable)

fuzz(
  'any change of a manifest in any style is read, or refused with a place in it',
  { runs: 400, input: manifest.chain(text => mutatedText([text])) },
  readable,
)

fuzz('any bytes are a text or refused', { runs: 1000, input: fc.uint8Array({ maxLength: 60, size: 'max' }) }, bytes => {
  try {
    readable(decodeText('x', Buffer.from(bytes)).text)
  } catch (error) {
    if (!(error instanceof InjectError) || error.diagnostic.code !== 'yaml-syntax') throw error
  }
})

fuzz(
  'any value that is printed is read again as it was',
  { runs: 1000, input: mutatedValue(TEXTS.flatMap(text => parseDocuments({ path: 'x', text }).map(({ value }) => value))) },
  value => {
    // Go prints such a key without quotes, and reads it as something else.
    if (JSON.stringify(value).includes('"<<"')) return
    const [again] = parseDocuments({ path: 'x', text: toYaml(value) })
    if (!equal(again?.value ?? null, value)) throw new Error(toYaml(value))
  },
)
