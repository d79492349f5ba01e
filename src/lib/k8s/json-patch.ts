// Applies a JSON patch as the API server does, with the error messages and deviations of evanphx/json-patch v4 (docs/policies.md):
// `replace` adds a missing key, `-1` appends, a failed `test` is distinguished from an error.

import { atoi as goAtoi } from '../go/strconv.ts'
import { isPrint } from '../go/unicode.ts'
import { errorText } from '../go/value.ts'
import { equal, isObject, type Json, type JsonObject, set } from '../model/index.ts'

export interface PatchOperation {
  readonly op: string
  readonly path: string
  readonly from?: string
  /** Absent: null, but for a test that the field is missing. */
  readonly value?: Json
}

/** An operation that does not apply, with the library's words. */
export class JsonPatchError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'JsonPatchError'
  }
}

/**
 * The document after all operations, or undefined where a `test` fails, after which nothing of the patch counts. The document is not changed.
 * @throws JsonPatchError as `add operation does not apply: doc is missing path: "/a/b": missing value`
 * @example applyJsonPatch({ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }]) // { a: [1, 2] }
 */
export function applyJsonPatch(document: JsonObject, operations: readonly PatchOperation[]): JsonObject | undefined {
  let result = document
  for (const operation of operations) {
    const next = applyOperation(result, operation)
    if (next === undefined) return undefined
    result = next
  }
  return result
}

function applyOperation(document: JsonObject, operation: PatchOperation): JsonObject | undefined {
  const op = isDecodable(operation.op) ? operation.op : 'unknown'
  switch (op) {
    case 'add':
      return put(document, decodedPath(operation, op), { value: operation.value ?? null, ...words(op, 'error in add') })
    case 'remove':
      return take(document, decodedPath(operation, op), words(op, 'error in remove'))
    case 'replace':
      return replace(document, decodedPath(operation, op), operation.value ?? null)
    case 'move':
      return move(document, operation)
    case 'copy':
      return copy(document, operation)
    case 'test':
      return test(document, decodedPath(operation, op), operation.value)
    default:
      throw new JsonPatchError(`Unexpected kind: ${op}`)
  }
}

type Parent = Json[] | JsonObject

/** Error message of an operation that fails. */
interface Words {
  readonly missing: (path: string) => string
  readonly failed: (path: string, why: string) => string
}

function words(op: string, failure: string): Words {
  return {
    // The library quotes it by hand, and of a replacement not at all.
    missing: path => `${op} operation does not apply: doc is missing path: ${op === 'replace' ? path : `"${path}"`}: missing value`,
    failed: (path, why) => `${failure} for path: '${path}': ${why}`,
  }
}

function put(document: JsonObject, path: string, { value, missing, failed }: Words & { readonly value: Json }): JsonObject {
  return change(document, path, missing, (parent, key) => {
    if (!Array.isArray(parent)) return withKey(parent, key, value)
    if (key === '-') return [...parent, value]
    const index = atoi(key)
    if (index === undefined) throw new JsonPatchError(failed(path, `value was not a proper array index: '${key}': ${syntaxError(key)}`))
    if (index > parent.length || index < -parent.length - 1) throw new JsonPatchError(failed(path, invalidIndex(index)))
    return parent.toSpliced(index < 0 ? index + parent.length + 1 : index, 0, value)
  })
}

function take(document: JsonObject, path: string, { missing, failed }: Words): JsonObject {
  return change(document, path, missing, (parent, key) => {
    if (Array.isArray(parent)) {
      const index = atoi(key)
      if (index === undefined) throw new JsonPatchError(failed(path, syntaxError(key)))
      if (index >= parent.length || index < -parent.length) throw new JsonPatchError(failed(path, invalidIndex(index)))
      return parent.toSpliced(index < 0 ? index + parent.length : index, 1)
    }
    if (!Object.hasOwn(parent, key)) throw new JsonPatchError(failed(path, `Unable to remove nonexistent key: ${key}: missing value`))
    const { [key]: _, ...rest } = parent
    return rest
  })
}

function replace(document: JsonObject, path: string, value: Json): JsonObject {
  const { missing } = words('replace', 'error in replace')
  return change(document, path, missing, (parent, key) => {
    if (!Array.isArray(parent)) return withKey(parent, key, value)
    const index = indexIn(parent, key)
    if (index === undefined) throw new JsonPatchError(`replace operation does not apply: doc is missing key: ${path}: missing value`)
    return parent.with(index, value)
  })
}

function move(document: JsonObject, operation: PatchOperation): JsonObject {
  const from = decodedFrom(operation, 'move')
  const value = read(document, from, 'move')
  // The library names the key alone here.
  const failed = (path: string, why: string) => `error in move for path: '${path === from ? keyOf(path) : path}': ${why}`
  const without = take(document, from, { missing: () => '', failed })
  return put(without, decodedPath(operation, 'move'), { value, failed, missing: missingDestination('move') })
}

function copy(document: JsonObject, operation: PatchOperation): JsonObject {
  const value = read(document, decodedFrom(operation, 'copy'), 'copy')
  const failed = (_path: string, why: string) => `error while adding value during copy: ${why}`
  return put(document, decodedPath(operation, 'copy'), { value, failed, missing: missingDestination('copy') })
}

function missingDestination(op: string): Words['missing'] {
  return path => `${op} operation does not apply: doc is missing destination path: ${path}: missing value`
}

/** Value at `from`; null for a missing key. */
function read(document: JsonObject, from: string, op: 'move' | 'copy'): Json {
  const parent = parentOf(document, from)
  if (parent === undefined) throw new JsonPatchError(`${op} operation does not apply: doc is missing from path: ${from}: missing value`)
  const key = keyOf(from)
  if (!Array.isArray(parent)) return own(parent, key) ?? null
  const index = indexIn(parent, key)
  if (index !== undefined) return parent[index] ?? null
  const why = wrongIndex(key)
  throw new JsonPatchError(op === 'move' ? `error in move for path: '${key}': ${why}` : `error in copy for from: '${from}': ${why}`)
}

function test(document: JsonObject, path: string, value: Json | undefined): JsonObject | undefined {
  if (path === '') return value !== undefined && equal(document, value) ? document : undefined
  const parent = parentOf(document, path)
  if (parent === undefined) throw new JsonPatchError(`test operation does not apply: is missing path: ${path}: missing value`)
  const key = keyOf(path)
  const index = Array.isArray(parent) ? indexIn(parent, key) : undefined
  if (Array.isArray(parent) && index === undefined) throw new JsonPatchError(`error in test for path: '${path}': ${wrongIndex(key)}`)
  const found = Array.isArray(parent) ? parent[index ?? 0] : own(parent, key)
  if (found === undefined || value === undefined) return found === value ? document : undefined
  return equal(found, value) ? document : undefined
}

/** Why a step means no item of a list. */
function wrongIndex(key: string): string {
  const number = atoi(key)
  return number === undefined ? syntaxError(key) : invalidIndex(number)
}

/** The document with another value in place of the parent of `path`, what is around it copied. */
function change(document: JsonObject, path: string, missing: Words['missing'], edit: (parent: Parent, key: string) => Parent): JsonObject {
  const steps = path.split('/').slice(1)
  const key = steps.pop()
  if (key === undefined) throw new JsonPatchError(missing(path))
  const within = (value: Json | undefined, depth: number): Parent => {
    if (!Array.isArray(value) && !isObject(value)) throw new JsonPatchError(missing(path))
    const step = steps[depth]
    if (step === undefined) return edit(value, decodedKey(key))
    if (!Array.isArray(value)) return withKey(value, decodedKey(step), within(own(value, decodedKey(step)), depth + 1))
    const index = indexIn(value, decodedKey(step))
    if (index === undefined) throw new JsonPatchError(missing(path))
    return value.with(index, within(value[index], depth + 1))
  }
  return within(document, 0) as JsonObject
}

function parentOf(document: JsonObject, path: string): Parent | undefined {
  const steps = path.split('/').slice(1)
  if (steps.length === 0) return undefined
  let here: Json | undefined = document
  for (const step of steps.slice(0, -1)) {
    if (Array.isArray(here)) {
      const index = indexIn(here, decodedKey(step))
      here = index === undefined ? undefined : here[index]
    } else here = isObject(here) ? own(here, decodedKey(step)) : undefined
  }
  return Array.isArray(here) || isObject(here) ? here : undefined
}

function keyOf(path: string): string {
  return decodedKey(path.slice(path.lastIndexOf('/') + 1))
}

function decodedKey(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function withKey(object: JsonObject, key: string, value: Json): JsonObject {
  const changed = { ...object }
  set(changed, key, value)
  return changed
}

/** The index that a step means in a list; a negative one counts from the end. */
function indexIn(list: readonly Json[], step: string): number | undefined {
  const index = atoi(step)
  if (index === undefined || index >= list.length || index < -list.length) return undefined
  return index < 0 ? index + list.length : index
}

/** The number that strconv.Atoi reads, or undefined. */
function atoi(text: string): number | undefined {
  return syntaxError(text) === '' ? Number(goAtoi(text)) : undefined
}

/** Error of strconv.Atoi for a string; '' if there is none. */
function syntaxError(key: string): string {
  return errorText(() => goAtoi(key)) ?? ''
}

function invalidIndex(index: number): string {
  return `Unable to access invalid index: ${index}: invalid index referenced`
}

function decodedPath({ path }: PatchOperation, op: string): string {
  if (!isDecodable(path)) throw new JsonPatchError(`${op} operation failed to decode path: missing value`)
  return path
}

function decodedFrom({ from }: PatchOperation, op: string): string {
  if (from === undefined) throw new JsonPatchError(`${op} operation failed to decode from: operation, missing from field: missing value`)
  if (!isDecodable(from)) throw new JsonPatchError(`${op} operation failed to decode from: missing value`)
  return from
}

/** The API server quotes these texts as Go does, and what Go escapes as `\a`, `\x01` or `\U000e0001` is not JSON. */
function isDecodable(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20 ? !'\b\f\n\r\t'.includes(character) : code === 0x7f || (code > 0xffff && !isPrint(code))) return false
  }
  return true
}
