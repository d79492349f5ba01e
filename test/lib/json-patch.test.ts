// JSON patches of policies, applied as the API server's library does: its liberties, its words.

import t from 'tap'
import { applyJsonPatch, JsonPatchError, type PatchOperation } from '../../src/lib/k8s/json-patch.ts'
import { strictProblem } from '../../src/lib/k8s/strict-decode.ts'
import type { Json, JsonObject } from '../../src/lib/model/index.ts'

const DOCUMENT: JsonObject = { labels: { app: 'web' }, list: ['a', 'b'], 'a/b': { '~': 1 } }

function operation(op: string, path: string, value: Json = null): PatchOperation {
  return { op, path, value }
}

function after(...operations: PatchOperation[]): JsonObject | undefined {
  return applyJsonPatch(DOCUMENT, operations)
}

function refusal(op: string, path: string, from?: string): string {
  try {
    after({ op, path, value: null, ...(from === undefined ? {} : { from }) })
  } catch (error) {
    if (error instanceof JsonPatchError) return error.message
    throw error
  }
  return 'nothing'
}

t.test('add sets a key, inserts into a list, appends at the end mark, and counts negative indexes from the end of the grown list', async t => {
  t.same(after(operation('add', '/labels/x', 1))?.labels, { app: 'web', x: 1 })
  t.same(after(operation('add', '/list/1', 'x'))?.list, ['a', 'x', 'b'])
  t.same(after(operation('add', '/list/2', 'x'))?.list, ['a', 'b', 'x'])
  t.same(after(operation('add', '/list/-', 'x'))?.list, ['a', 'b', 'x'])
  t.same(after(operation('add', '/list/-1', 'x'))?.list, ['a', 'b', 'x'])
  t.same(after(operation('add', '/list/-3', 'x'))?.list, ['x', 'a', 'b'])
  t.same(after(operation('add', '/list/00', 'x'))?.list, ['x', 'a', 'b'])
  t.same(after(operation('add', '/a~1b/~0', 2))?.['a/b'], { '~': 2 })
  t.same(after(operation('add', 'first/labels/x', 1))?.labels, { app: 'web', x: 1 }, 'what stands before the first slash is dropped')
  t.same(DOCUMENT.list, ['a', 'b'], 'the document given is not changed')
})

t.test('replace adds a missing key, and fails only in lists', async t => {
  t.same(after(operation('replace', '/labels/x', 1))?.labels, { app: 'web', x: 1 })
  t.same(after(operation('replace', '/list/-1', 'x'))?.list, ['a', 'x'])
  t.equal(refusal('replace', '/list/2'), 'replace operation does not apply: doc is missing key: /list/2: missing value')
  t.equal(refusal('replace', '/none/x'), 'replace operation does not apply: doc is missing path: /none/x: missing value')
})

t.test('what is missing is said in the words of the library', async t => {
  t.equal(refusal('add', '/none/x'), 'add operation does not apply: doc is missing path: "/none/x": missing value')
  t.equal(refusal('add', ''), 'add operation does not apply: doc is missing path: "": missing value')
  t.equal(refusal('add', '/labels/app/x'), 'add operation does not apply: doc is missing path: "/labels/app/x": missing value')
  t.equal(refusal('add', '/list/5'), "error in add for path: '/list/5': Unable to access invalid index: 5: invalid index referenced")
  t.equal(refusal('add', '/list/x'), `error in add for path: '/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`)
  t.equal(refusal('remove', '/labels/x'), "error in remove for path: '/labels/x': Unable to remove nonexistent key: x: missing value")
  t.equal(refusal('remove', '/list/2'), "error in remove for path: '/list/2': Unable to access invalid index: 2: invalid index referenced")
  t.equal(refusal('move', '/labels/y', '/labels/x'), "error in move for path: 'x': Unable to remove nonexistent key: x: missing value")
  t.equal(refusal('append', '/x'), 'Unexpected kind: append')
  t.equal(refusal('', '/x'), 'Unexpected kind: ')
  t.equal(refusal('add', '/labels/a\u0007'), 'add operation failed to decode path: missing value')
})

t.test('move and copy take what stands there; a key that is missing is copied as null', async t => {
  t.same(after({ op: 'move', from: '/labels/app', path: '/labels/x', value: null })?.labels, { x: 'web' })
  t.same(after({ op: 'copy', from: '/list/0', path: '/list/-', value: null })?.list, ['a', 'b', 'a'])
  t.same(after({ op: 'copy', from: '/labels/none', path: '/labels/x', value: null })?.labels, { app: 'web', x: null })
})

t.test('a test that fails takes the whole patch back without an error, also where nothing stands', async t => {
  t.equal(after(operation('add', '/labels/x', 1), operation('test', '/labels/app', 'api')), undefined)
  t.equal(after(operation('test', '/labels/none')), undefined)
  t.equal(after(operation('test', '', {})), undefined)
  t.equal(after({ op: 'test', path: '/labels/app' }), undefined)
  t.same(after(operation('test', '/list', ['a', 'b']), operation('remove', '/list/0'))?.list, ['b'])
  t.same(after({ op: 'test', path: '/labels/none' }, operation('remove', '/list/0'))?.list, ['b'])
})

t.test('a test of what cannot be is an error', async t => {
  t.equal(refusal('test', '/none/none'), 'test operation does not apply: is missing path: /none/none: missing value')
  t.equal(refusal('test', '/list/9'), "error in test for path: '/list/9': Unable to access invalid index: 9: invalid index referenced")
  t.equal(refusal('test', '/list/-'), `error in test for path: '/list/-': strconv.Atoi: parsing "-": invalid syntax`)
})

t.test('the strict decoder names unknown fields and wrong types as Go does', async t => {
  t.equal(
    strictProblem('Pod', { spec: { colour: 1 }, metadata: { shade: 2 } }),
    'strict decoding error: unknown field "metadata.shade", unknown field "spec.colour"',
  )
  t.equal(
    strictProblem('Pod', { spec: { terminationGracePeriodSeconds: 7.5 } }),
    'json: cannot unmarshal number 7.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
  )
  t.equal(strictProblem('Deployment', { spec: { replicas: 1, template: { spec: { containers: [{ name: 'a', args: null }] } } } }), undefined)
})
