// Creates a JSON patch (RFC 6902) with the fewest operations. List items are found by name, and tested before they are changed.

import { equal, get, isObject, type Json, type JsonObject } from '../lib/model/index.ts'
import { fieldType, itemType, keysOf, type ValueType } from './schema.ts'

export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move'; readonly from: string; readonly path: string }

export interface JsonPatchOptions {
  readonly type: ValueType
  /** Whether to test the names of the list items that follow, so that a changed base is an error. */
  readonly tests: boolean
}

/**
 * The operations from `before` to `after` in order; [] if they are equal. A null counts as absent, as in kustomize.
 * @example jsonPatch({ a: 1 }, { a: 2 }, { type: {}, tests: true }) // [{ op: 'replace', path: '/a', value: 2 }]
 */
export function jsonPatch(before: JsonObject, after: JsonObject, { type, tests }: JsonPatchOptions): readonly JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = []
  patchObject({ before, after, type, path: '' }, { operations, tests })
  return operations
}

interface Output {
  readonly operations: JsonPatchOperation[]
  readonly tests: boolean
}

interface Pair<Value> {
  readonly before: Value
  readonly after: Value
  readonly type: ValueType
  readonly path: string
}

function patchObject({ before, after, type, path }: Pair<JsonObject>, output: Output): void {
  for (const [key, value] of Object.entries(before)) {
    if (value !== null && (get(after, key) ?? null) === null) output.operations.push({ op: 'remove', path: `${path}/${escaped(key)}` })
  }
  for (const [key, value] of Object.entries(after)) {
    patchValue({ before: get(before, key) ?? null, after: value, type: fieldType(type, key), path: `${path}/${escaped(key)}` }, output)
  }
}

function patchValue({ before, after, type, path }: Pair<Json>, output: Output): void {
  if (equal(before, after) || after === null) return
  if (before === null) output.operations.push({ op: 'add', path, value: after })
  else if (isObject(before) && isObject(after)) patchObject({ before, after, type, path }, output)
  else if (Array.isArray(before) && Array.isArray(after)) patchList({ before, after, type, path }, output)
  else output.operations.push({ op: 'replace', path, value: after })
}

function patchList({ before, after, type, path }: Pair<readonly Json[]>, output: Output): void {
  const { operations } = output
  const { mergeKey = '' } = type
  const [was, is] = [keysOf(before, type.mergeKey), keysOf(after, type.mergeKey)]
  if (was === undefined || is === undefined) {
    operations.push({ op: 'replace', path, value: [...after] })
    return
  }
  const list = was.map((key, i) => ({ key, item: before[i] ?? null }))
  const test = (i: number) => {
    const entry = list[i]
    if (output.tests && entry !== undefined) operations.push({ op: 'test', path: `${path}/${i}/${escaped(mergeKey)}`, value: entry.key })
  }
  for (let i = list.length - 1; i >= 0; i--) {
    if (is.includes(list[i]?.key ?? '')) continue
    test(i)
    operations.push({ op: 'remove', path: `${path}/${i}` })
    list.splice(i, 1)
  }
  is.forEach((key, i) => {
    const found = list.findIndex(entry => entry.key === key)
    const item = after[i] ?? null
    if (found < 0) {
      operations.push({ op: 'add', path: `${path}/${i === list.length ? '-' : i}`, value: item })
      list.splice(i, 0, { key, item })
      return
    }
    if (found !== i) {
      test(found)
      operations.push({ op: 'move', from: `${path}/${found}`, path: `${path}/${i}` })
      list.splice(i, 0, ...list.splice(found, 1))
    }
    const entry = list[i]?.item ?? null
    if (equal(entry, item)) return
    if (found === i) test(i)
    patchValue({ before: entry, after: item, type: itemType(type), path: `${path}/${i}` }, output)
  })
}

/** A key as a step of a JSON pointer. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
