// A record's checksum keeps out accidents, not people. What a forged record says is at worst refused: it cannot put a document, a resource or a broken
// text in the place of a workload, and it costs no more than its length.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import { at, InjectError, type Json } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { digest } from '../../src/record/hash.ts'
import { printRecord, RECORD, readRecord, recordOf } from '../../src/record/index.ts'
import { uninject } from '../../src/uninject.ts'
import { inTime } from '../support/bounded.ts'
import { example } from '../support/rig.ts'

const CONTEXT = [
  { path: 'config.yaml', text: example('istio/config.yaml') },
  { path: 'namespace.yaml', text: example('namespace.yaml') },
]
const WEB = example('web.yaml')
const INJECTED = inject({ files: [...CONTEXT, { path: 'web.yaml', text: WEB }] }).files[2]?.text ?? ''
const LINE = new RegExp(`(?<=${RECORD.replaceAll('.', '\\.')}: ).*`)
const GENUINE = JSON.parse((String(at(workloadIn(INJECTED), ['metadata', 'annotations', RECORD])) || '{}').slice(0, -10)) as {
  undo: Json
  ours: string
  all: string
}

function workloadIn(text: string): Json {
  const documents = parseDocuments({ path: 'web.yaml', text })
  if (documents.length !== 1) throw new Error(`${documents.length} documents`)
  return documents[0]?.value ?? null
}

/** The injected workload with this as its record, under a checksum that is right. */
function forged(body: string): string {
  return INJECTED.replace(LINE, () => JSON.stringify(body + digest(body, 10)))
}

interface Outcome {
  readonly codes: readonly string[]
  readonly text: string
}

/** What comes of a record, within the time that any input may take. */
function attempt(body: string): { again: Outcome; off: Outcome } {
  const file = { path: 'web.yaml', text: forged(body) }
  const again = inTime(() => inject({ files: [...CONTEXT, file] }))
  const off = inTime(() => uninject({ files: [file] }))
  const codesOf = ({ diagnostics }: Pick<typeof off, 'diagnostics'>) => [
    ...new Set(diagnostics.flatMap(({ code, severity }) => (severity === 'info' ? [] : [code]))),
  ]
  return {
    again: { codes: codesOf(again), text: again.files[2]?.text ?? '' },
    off: { codes: codesOf(off), text: off.files[0]?.text ?? '' },
  }
}

const undo = (value: unknown, more: object = {}) => JSON.stringify({ v: 2, undo: value, ours: GENUINE.ours, all: GENUINE.all, ...more })
const text = (...texts: [path: unknown[], part: number, text: string][]) => undo(GENUINE.undo, { text: texts })
const inContainers = (list: unknown) => undo({ k: { spec: { k: { template: { k: { spec: { k: { containers: list } } } } } } } })
const was = (key: string, json: string) => `{"v":2,"undo":{"k":{"${key}":{"=":${json}}},"o":["${key}"]},"ours":"","all":"AAAAAAAAAA"}`
const range = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
const deep = (count: number) => '['.repeat(count) + ']'.repeat(count)

const WRONG_FORM: [name: string, body: string][] = [
  ['nothing in it', '{}'],
  ['a list', '[]'],
  ['another version', undo(null).replace('"v":2', '"v":3')],
  ['a version that it inherits', '{"__proto__":{"v":2,"undo":null,"ours":"","all":"AAAAAAAAAA"}}'],
  ['no digests', '{"v":2,"undo":null,"all":"AAAAAAAAAA"}'],
  ['digests cut off', undo(null, { ours: 'AAAAAAAA' })],
  ['a hundred thousand levels', `{"v":2,"undo":${'{"k":{"a":'.repeat(90_000)}null${'}}'.repeat(90_000)},"ours":"","all":"AAAAAAAAAA"}`],
  ['an old value of a hundred thousand levels', was('zzz', deep(100_000))],
  ['an old value of 101 levels', was('zzz', deep(101))],
  ['an infinite number', was('zzz', '[1e999]')],
  ['a key order that repeats itself', undo({ k: {}, o: range(1000, () => 'spec') })],
  ['items that repeat themselves', inContainers({ l: ['web', 'web'] })],
  ['a text at a path of a hundred thousand steps', text([range(100_000, () => 'a'), 0, 'x'])],
  ['a text that is none', undo(null, { text: [[[], 0, 5]] })],
  ['a megabyte', undo(null, { ours: 'A'.repeat(10 * 150_000) })],
  ['no JSON', 'v1'],
  ['another kind', undo({ k: { kind: { '=': 'Secret' } }, o: ['apiVersion', 'kind', 'metadata', 'spec'] }, { ours: forgedDigests({ kind: 'Deployment' }) })],
  ['another name', undo({ k: { metadata: { k: { name: { '=': 'x\n---\nkind: Secret' } } } } }, { ours: forgedDigests({ metadata: { name: 'web' } }) })],
  ['no name', undo({ k: { metadata: { k: { name: null } } } })],
  ['another resource', undo({ '=': { kind: 'Secret' } }, { ours: '' })],
]

/** Digests by which parts of the user's pass for parts of the injection. */
function forgedDigests(value: Json): string {
  return JSON.parse(printRecord(recordOf(null, value)).slice(0, -10)).ours
}

for (const [name, body] of WRONG_FORM) {
  t.test(`refused: ${name}`, async t => {
    const { again, off } = attempt(body)
    const refused = again.codes.includes('record-invalid')
    // What is not ours stays: then nothing is wrong with it.
    t.equal(refused || valueMatches(again.text), true, again.codes.join())
    t.equal(off.text === forged(body) || valueMatches(off.text), true)
    if (refused) t.equal(again.text, forged(body))
  })
}

/** One document, which still is the workload. */
function valueMatches(text: string): boolean {
  const value = workloadIn(text)
  return (
    at(value, ['kind']) === 'Deployment' &&
    at(value, ['apiVersion']) === 'apps/v1' &&
    at(value, ['metadata', 'name']) === 'web' &&
    at(value, ['metadata', 'namespace']) === 'shop'
  )
}

const HARMLESS: [name: string, body: string][] = [
  ['nothing to take off', undo(null)],
  ['the specification was not there', undo({ k: { spec: null } })],
  ['the specification was a text', undo({ k: { spec: { '=': 'x' } } })],
  ['annotations were a text', undo({ k: { metadata: { k: { annotations: { '=': 'x' } } } } })],
  [
    'names of Object.prototype',
    '{"v":2,"undo":{"k":{"__proto__":{"=":"x"},"constructor":{"=":"y"}},"o":["__proto__","constructor","toString"]},"ours":"","all":"AAAAAAAAAA"}',
  ],
  ['the container of the user came by injection', inContainers({ x: ['web'] })],
  ['twenty thousand containers were there', inContainers({ l: range(20_000, i => ({ '=': { name: `c${i}` } })) })],
  ['twenty thousand containers came', inContainers({ x: range(20_000, i => `c${i}`) })],
  ['twenty thousand keys were there', undo({ k: Object.fromEntries(range(20_000, i => [`k${i}`, { '=': i }])), o: range(20_000, i => `k${i}`) })],
  ['a hundred thousand digests', undo(GENUINE.undo, { ours: range(100_000, i => `${digest(String(i), 5)}AAAAA`).join('') })],
  ['an old value of a megabyte', was('zzz', JSON.stringify('x'.repeat(900_000)))],
  ['a lone surrogate', was('zzz', '"\\ud800"')],
  ['minus nought, and a number with too many digits', was('zzz', '[-0, 123456789012345678901234567890]')],
  ['a text that is no YAML', text([[], 0, 'x: ['])],
  ['a text that is another resource', text([[], 0, 'apiVersion: v1\nkind: Secret\n'])],
  ['a text with a second document', text([[], 0, `${WEB}---\nkind: Secret\n`])],
  ['a text with a second document behind an end', text([[], 0, `${WEB}...\nkind: Secret\n`])],
  ['a small text with a second document', text([['spec', 'replicas'], 0, '2\n---\nkind: Secret'])],
  ['an entry with a second document', text([['spec', 'replicas'], 1, 'replicas: 2\n---\nkind: Secret\n'])],
  ['a text for each of twenty thousand places', text(...range(20_000, (i): [unknown[], number, string] => [['spec', `k${i}`], 0, 'x']))],
  ['a text for the same place, twenty thousand times', text(...range(20_000, (): [unknown[], number, string] => [['spec', 'replicas'], 0, '2']))],
  ['texts at places that no list has', text([['spec', 1e9], 0, 'x'], [['spec', -1], 0, 'x'], [['spec', 1.5], 1, 'x'])],
]

for (const [name, body] of HARMLESS) {
  t.test(`no harm done: ${name}`, async t => {
    readRecord(body + digest(body, 10))
    const { again, off } = attempt(body)
    for (const { codes, text } of [again, off]) {
      t.equal(valueMatches(text), true)
      t.same(
        codes.filter(
          code => !['record-forged', 'record-invalid', 'injected-field-edited', 'resource-invalid', 'record-missing', 'not-restorable'].includes(code),
        ),
        [],
      )
    }
  })
}

t.test('an emptied record, and one that is no text, are refused', async t => {
  for (const empty of ['', 'null', '~', '""', '[]', '{}', '5', 'true']) {
    const file = { path: 'web.yaml', text: INJECTED.replace(LINE, empty) }
    for (const { files, diagnostics } of [inject({ files: [...CONTEXT, file] }), uninject({ files: [file] })]) {
      t.match(
        diagnostics.filter(({ severity }) => severity === 'error'),
        [{ code: 'record-invalid', message: /inject-sidecars\.dev\/record cannot be used: its checksum is wrong/ }],
        empty,
      )
      t.equal(files.at(-1)?.text, file.text)
    }
  }
})

t.test('the genuine record still takes its injection off', async t => {
  t.equal(attempt(JSON.stringify(GENUINE)).off.text, WEB)
  t.throws(() => readRecord('x'), InjectError)
})
