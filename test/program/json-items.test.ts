// The items of a list in JSON, read in chunks of every size.

import t from 'tap'
import { jsonItems } from '../../src/cli/json-items.ts'
import { InjectError, type Json } from '../../src/lib/model/index.ts'

function itemsOf(text: string | Buffer, size = 1 << 20): Json[] {
  const bytes = Buffer.from(text)
  // One buffer for all chunks, as a reader has it.
  const buffer = Buffer.alloc(size)
  function* chunks(): Generator<Buffer> {
    for (let i = 0; i < bytes.length; i += size) yield buffer.subarray(0, bytes.copy(buffer, 0, i, i + size))
  }
  return [...jsonItems(chunks(), 'pods.json')]
}

const POD = { kind: 'Pod', metadata: { name: 'ä"\\{[', items: ['a', { b: [] }] }, spec: { items: '[{"x"}]', list: [[{}], []] } }
const LISTS: readonly (readonly [name: string, text: string, items: readonly Json[]])[] = [
  [
    'a list as kubectl prints it',
    JSON.stringify({ apiVersion: 'v1', items: [POD, POD], kind: 'List', metadata: { resourceVersion: '' } }, null, 4),
    [POD, POD],
  ],
  ['a list on one line, its items last', JSON.stringify({ kind: 'PodList', metadata: { items: [1] }, items: [POD] }), [POD]],
  ['a list without items', '{"items": [], "kind": "List"}', []],
  ['a single object', JSON.stringify(POD), [POD]],
  [
    'several lists and objects behind each other',
    `${JSON.stringify({ items: [POD] })}\n${JSON.stringify(POD)}${JSON.stringify({ items: [POD] })}\n`,
    [POD, POD, POD],
  ],
  ['items that are no list', JSON.stringify({ items: { a: [] }, b: [{}] }), [{ items: { a: [] }, b: [{}] }]],
  ['another key with the same beginning', JSON.stringify({ item: [{}], itemsX: [{}], 'items"': [{}] }), [{ item: [{}], itemsX: [{}], 'items"': [{}] }]],
  ['a byte order mark', `\uFEFF${JSON.stringify({ items: [POD] })}`, [POD]],
  ['nothing', ' \n', []],
]

for (const [name, text, items] of LISTS) {
  t.test(`${name}: whatever the chunks`, async t => {
    for (const size of [1, 2, 3, 7, 64, 1 << 20]) t.same(itemsOf(text, size), items, String(size))
  })
}

const INVALID: readonly (readonly [name: string, text: string | Buffer, message: RegExp])[] = [
  ['YAML', 'apiVersion: v1\n', /this is not JSON: an object was expected at byte 1$/],
  ['a list without object', '[{}]', /an object was expected at byte 1$/],
  ['a text behind the list', '{"items": []} x', /an object was expected at byte 15$/],
  ['a bracket too many', '{"items": []}}', /an object was expected at byte 14$/],
  ['a list that is cut off', '{"items": [{"a": 1}, {"b"', /it ends within an object/],
  ['an item that is not JSON', '{"items": [{"a": 1}, {b: 1}]}', /the object that ends at byte 27 is not JSON/],
  ['UTF-16, as PowerShell writes it', Buffer.from('\uFEFF{"items": []}', 'utf16le'), /an object was expected at byte 1$/],
]

for (const [name, text, message] of INVALID) {
  t.test(`${name}: an error with the place`, async t => {
    for (const size of [1, 5, 1 << 20]) {
      try {
        itemsOf(text, size)
        t.equal(name, 'an error')
      } catch (error) {
        t.equal(error instanceof InjectError && error.diagnostic.code, 'pods-invalid')
        t.match(error instanceof Error && error.message, message)
      }
    }
  })
}
