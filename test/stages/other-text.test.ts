// A string that is put in the place of another one, after writing, stands there as `write` writes it.

import t from 'tap'
import { at, isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { documentOf, inOrder, parseDocuments } from '../../src/lib/yaml/index.ts'
import { withOtherText, writeParts } from '../../src/write/index.ts'
import { random } from '../support/random.ts'
import { type Operation, randomChange } from '../support/random-change.ts'
import { randomManifest } from '../support/random-manifest.ts'

const CASES = 1500

/** As records are: JSON, with characters of manifests in it. */
const TEXTS = ['{"a":"b"}', '{"text":"it\'s"}', '{"text":" \\n  - a"}', '{"é":"\u{1F600}"}', '{"del":"\x7f"}', '{"line":"\u2028"}', '{"*":"# x: y"}']

function withNote(value: Json, text: string): JsonObject {
  const object = isObject(value) ? value : {}
  const metadata = isObject(object.metadata) ? object.metadata : {}
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {}
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, 'x.dev/note': text } } }
}

t.test(`${CASES} random injections with a note: another note gives the same edits as writing it`, async t => {
  const wrong: string[] = []
  let [known, asked] = [0, 0]
  for (let seed = 1; seed <= CASES; seed++) {
    const { text, path, document: index } = randomManifest(random(seed), seed % 5 > 0)
    const document = parseDocuments({ path: 'a.yaml', text })[index]
    const before = at(document?.value ?? null, path)
    if (document === undefined || before === undefined) continue
    const operations: readonly Operation[] = randomChange(random(seed), structuredClone(before), seed % 4 > 0)
    const after = operations.reduce<unknown>((result, operation) => operation(result), structuredClone(before)) as Json
    const [first = '', second = ''] = [TEXTS[seed % TEXTS.length], TEXTS[Math.floor(seed / TEXTS.length) % TEXTS.length]]
    const parts = (note: string) => writeParts({ document, changes: [{ path, after: withNote(after, note) }] })
    const [part, ...others] = parts(first)
    if (part?.changed === undefined || others.length > 0) continue
    asked++
    const { edits, changed } = part
    const written = documentOf({ path: 'a.yaml', text: changed.text }, changed.reading)
    const inner = [...path.slice(changed.region.path.length), 'metadata', 'annotations', 'x.dev/note']
    const other = withOtherText(document, { edits, changed }, { written, path: inner, text: second })
    if (other === undefined) continue
    known++
    const [want] = parts(second)
    if (JSON.stringify(other.edits) !== JSON.stringify(inOrder(want?.edits ?? []))) wrong.push(`seed ${seed}: edits of ${text}`)
    if (other.changed.text !== want?.changed?.text) wrong.push(`seed ${seed}: text of ${text}`)
  }
  t.same(wrong, [])
  t.equal(known > asked / 8, true, `${known} of ${asked} were known`)
})

/** A manifest, the note in it, the other note, and whether it can be put there by rule. */
const CASES_BY_HAND: readonly (readonly [name: string, text: string, first: string, second: string, isKnown: boolean])[] = [
  ['a note in single quotes', 'kind: A\n', '{"a":1}', '{"b":2}', true],
  ['an apostrophe where people write double quotes', 'kind: "A"\nname: "b"\n', '{"a":1}', `{"b":"'"}`, false],
  ['an apostrophe where people write single quotes', "kind: 'A'\nname: 'b'\n", '{"a":1}', `{"b":"'"}`, true],
  ['a note in double quotes', 'kind: A\n', `{"b":"'"}`, '{"b":2}', false],
  ['a plain note', 'kind: A\n', 'a', '{"b":2}', false],
  ['another note that is plain', 'kind: A\n', '{"a":1}', 'b', false],
  ['characters that only double quotes hold', 'kind: A\n', '{"a":1}', '{"b":"\x7f"}', false],
  ['two lines', 'kind: A\n', '{"a":1}', '{"b":\n1}', false],
  ['a note in a flow mapping', '{kind: A, metadata: {annotations: {a: b}}}\n', '{"a":1}', '{"b":2}', true],
  ['a note in JSON', '{"kind":"A","metadata":{"annotations":{"a":"b"}}}\n', '{"a":1}', '{"b":2}', false],
]

for (const [name, text, first, second, isKnown] of CASES_BY_HAND) {
  t.test(`${name}: ${isKnown ? 'known' : 'not known'}`, async t => {
    const [document] = parseDocuments({ path: 'a.yaml', text })
    if (document === undefined) throw new Error('no document')
    const parts = (note: string) => writeParts({ document, changes: [{ path: [], after: withNote(document.value, note) }] })
    const [part] = parts(first)
    if (part?.changed === undefined) throw new Error('nothing was written')
    const { edits, changed } = part
    const written = documentOf({ path: 'a.yaml', text: changed.text }, changed.reading)
    const other = withOtherText(document, { edits, changed }, { written, path: ['metadata', 'annotations', 'x.dev/note'], text: second })
    t.equal(other !== undefined, isKnown)
    if (other !== undefined) t.equal(other.changed.text, parts(second)[0]?.changed?.text)
  })
}
