// Random manifests in random styles, random injections and removals: two parsers read the wanted value, no other line changes, and every change comes off again.
//
// LOSSLESS_CASES says how many (2,000 unless told; CI runs 20,000), LOSSLESS_SEED with which seed to start.

import process from 'node:process'
import t from 'tap'
import { parseAllDocuments, type Tags } from 'yaml'
import { at, equal, type Json } from '../../src/lib/model/index.ts'
import { applyEdits, parseDocuments } from '../../src/lib/yaml/index.ts'
import { spellingsOf, write } from '../../src/write/index.ts'
import { random } from '../support/random.ts'
import { type Operation, randomChange } from '../support/random-change.ts'
import { type Manifest, randomManifest } from '../support/random-manifest.ts'

const CASES = Number(process.env.LOSSLESS_CASES ?? 2000)
const SEED = Number(process.env.LOSSLESS_SEED ?? 1)

/** Kubernetes reads times and dates as strings. */
const withoutTimes = (tags: Tags): Tags =>
  tags.filter(tag => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && !('format' in tag && tag.format === 'TIME')))

/** The other parser's readings. */
function oracle(text: string): unknown[] {
  return parseAllDocuments(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent', prettyErrors: false, customTags: withoutTimes }).map(document => {
    const [error] = document.errors
    if (error !== undefined) throw new Error(`the oracle says ${error.message}`)
    return document.toJS({ maxAliasCount: -1 })
  })
}

const change = (operations: readonly Operation[], value: unknown) => operations.reduce((current, operation) => operation(current), structuredClone(value))

function changeAt(operations: readonly Operation[], value: unknown, [step, ...rest]: readonly (string | number)[]): unknown {
  if (step === undefined) return change(operations, value)
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) }
  Object.assign(copy, { [step]: changeAt(operations, (copy as Record<string, unknown>)[step], rest) })
  return copy
}

/** Independent of key order; dates and numbers as text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, node) =>
    typeof node === 'object' && node !== null && !Array.isArray(node)
      ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof node === 'number' && !Number.isFinite(node)
        ? String(node)
        : node,
  )
}

/** What is wrong with the case, or undefined. */
function check(manifest: Manifest, seed: number): string | undefined {
  const { text, path } = manifest
  const documents = parseDocuments({ path: 'case.yaml', text })
  const document = documents[manifest.document]
  if (document === undefined) return 'no document'
  const before = at(document.value, path)
  const operations = randomChange(random(seed + 7_000_000), before)
  const after = change(operations, before) as Json
  const read = oracle(text)
  const wanted = read.map((value, i) => (i === manifest.document ? changeAt(operations, value, path) : value))

  const edits = write({ document, path, after })
  const output = applyEdits(text, edits)
  const again = parseDocuments({ path: 'case.yaml', text: output })
  if (!equal(at(again[manifest.document]?.value, path), after)) return `our parser reads something else\n${output}`
  const got = oracle(output)
  if (canonical(got) !== canonical(wanted)) return `the oracle reads\n${canonical(got)}\nand not\n${canonical(wanted)}\nin\n${output}`
  if (equal(before ?? null, after) && edits.length > 0) return 'edits without a change'

  const written = again[manifest.document]
  if (written === undefined || before === undefined) return 'the document is gone'
  const undone = applyEdits(output, write({ document: written, path, after: before, spellings: spellingsOf(edits) }))
  if (undone !== text && !manifest.hasDuplicates) return `taken back it is\n${undone}\nafter\n${output}`
  return undefined
}

/** Lines that an addition may change: an empty value that is filled. */
const EMPTY = /(?:\{ ?\}|\[\]|null|~)(?:\s+#.*)?$/

t.test('what only adds leaves every line there was, in block style', async t => {
  const failures: string[] = []
  for (let seed = SEED; seed < SEED + CASES / 10 && failures.length < 5; seed++) {
    const { text, path, document: index } = randomManifest(random(seed), true)
    const document = parseDocuments({ path: 'case.yaml', text })[index]
    if (document === undefined) continue
    const after = change(randomChange(random(seed), at(document.value, path), true), at(document.value, path)) as Json
    // The last line may get a line end.
    const output = applyEdits(text, write({ document, path, after })).split(/\r?\n/)
    let next = 0
    for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
      if (EMPTY.test(line)) continue
      const found = output.indexOf(line, next)
      if (found >= 0) next = found + 1
      else {
        failures.push(`seed ${seed}: ${line} is lost\n${text}\n---\n${output.join('\n')}`)
        break
      }
    }
  }
  t.equal(failures.join('\n\n'), '')
})

t.test(`${CASES} random changes from seed ${SEED} on are read alike, and come off again`, async t => {
  const failures: string[] = []
  for (let seed = SEED; seed < SEED + CASES && failures.length < 5; seed++) {
    const manifest = randomManifest(random(seed))
    try {
      const why = check(manifest, seed)
      if (why !== undefined) failures.push(`seed ${seed}: ${why}\n--- of ---\n${manifest.text}`)
    } catch (error) {
      failures.push(`seed ${seed}: ${error instanceof Error ? error.stack : error}\n--- of ---\n${manifest.text}`)
    }
  }
  t.equal(failures.join('\n\n'), '')
})
