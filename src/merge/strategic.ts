// Applies Kubernetes' strategic merge patch: merges maps field by field and lists by the pod schema's merge keys, and obeys directives
// (istio-rules.md, 6.3; apimachinery's strategicpatch). Results share unchanged parts with the input, which is not modified.

import type { JsonField, SchemaType } from '../lib/k8s/pod-schema.ts'
import { foldedField, structSchema } from '../lib/k8s/pod-schema.ts'
import type { Json, JsonObject } from '../lib/model/index.ts'
import { get, isObject, set } from '../lib/model/index.ts'
import { MergeError, requireHashable, unknownPatchType, wrongType } from './merge-error.ts'
import { orderAsDirected } from './set-element-order.ts'
import type { ListField } from './strategic-list.ts'
import { mergeList, removeFromList } from './strategic-list.ts'

/**
 * `patch` over `original`, both of the Go struct `struct`, as StrategicMergePatch does it. The result is `original` itself when the patch
 * changes nothing.
 * @throws MergeError with apimachinery's text, as `map: map[image:x] does not contain declared merge key: name`
 * @example strategicMerge({ spec: { containers: [{ name: 'a' }] } }, { spec: { containers: [{ name: 'b' }] } }) // b before a
 */
export function strategicMerge(original: JsonObject, patch: JsonObject, struct = 'v1.Pod'): JsonObject {
  if (!isObject(original) || !isObject(patch)) throw new MergeError('invalid JSON document')
  return mergeMap(original, patch, typeOfStruct(struct))
}

const PATCH = '$patch'
const RETAIN_KEYS = '$retainKeys'
const DELETE_FROM_LIST = '$deleteFromPrimitiveList'
const SET_ORDER = '$setElementOrder'

/** A map under construction: copied from the original when it is first written to. */
interface Draft {
  readonly original: JsonObject
  copy?: JsonObject
}

function typeOfStruct(name: string): SchemaType {
  const struct = structSchema(name)
  if (struct === undefined) throw new Error(`the pod schema has no struct ${name}`)
  return { kind: 'struct', name, struct }
}

function mergeMap(original: JsonObject, patch: JsonObject, type: SchemaType): JsonObject {
  const draft: Draft = { original }
  // A directive is rare, so one look at the keys decides whether the slow steps are needed at all.
  const directives = hasDirective(patch)
  if (directives) {
    const marker = get(patch, PATCH)
    if (marker !== undefined) return replaceMap(marker, patch)
    retainKeys(draft, patch)
  }
  const ordered = directives ? orderLists(draft, patch, type) : NONE
  for (const key of Object.keys(patch)) {
    if (directives && (key === RETAIN_KEYS || key.startsWith(SET_ORDER) || ordered.has(key))) continue
    const deletion = directives && key.startsWith(DELETE_FROM_LIST)
    const field = deletion ? directedField(key, DELETE_FROM_LIST) : key
    mergeField(draft, { field, patch: patch[key] ?? null, type, deletion })
  }
  return draft.copy ?? original
}

const NONE: ReadonlySet<string> = new Set()

function mergeField(draft: Draft, { field, patch, type, deletion }: { field: string; patch: Json; type: SchemaType; deletion: boolean }): void {
  const before = get(draft.copy ?? draft.original, field)
  if (patch === null) {
    remove(draft, field)
  } else if (before === undefined || before === null || kindOf(before) !== kindOf(patch)) {
    if (deletion) return
    const taken = asNewValue(patch, true)
    if (taken === undefined) remove(draft, field)
    else assign(draft, field, taken)
  } else if (isObject(before) && isObject(patch)) {
    const merged = mergeMap(before, patch, fieldOf(type, field).type)
    if (merged !== before) assign(draft, field, merged)
  } else if (Array.isArray(before) && Array.isArray(patch)) {
    const merged = mergeListField(before, patch, listField(type, field), deletion)
    if (merged !== before) assign(draft, field, merged)
  } else if (before !== patch) {
    assign(draft, field, patch)
  }
}

function mergeListField(original: Json[], patch: Json[], field: ListField, deletion: boolean): Json[] {
  if (deletion) return removeFromList(original, patch, field)
  return field.merges ? mergeList(original, patch, field).list : patch
}

/** Carries out `$patch` in a map: replaces or deletes it. */
function replaceMap(marker: Json, patch: JsonObject): JsonObject {
  if (marker === 'delete') return {}
  if (marker !== 'replace') throw unknownPatchType(marker, patch)
  const { [PATCH]: _marker, ...rest } = patch
  return rest
}

/** Carries out `$retainKeys`: removes the keys that the list does not name; the patch may set only these. */
function retainKeys(draft: Draft, patch: JsonObject): void {
  const list = get(patch, RETAIN_KEYS)
  if (list === undefined) return
  if (!Array.isArray(list)) throw new MergeError('invalid patch format of retainKeys')
  requireHashable(list)
  const kept = new Set(list)
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || patch[key] === null || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER)) continue
    if (!kept.has(key)) throw new MergeError('invalid patch format of retainKeys')
  }
  for (const key of Object.keys(draft.original)) if (!kept.has(key)) remove(draft, key)
}

/** Carries out `$setElementOrder/F`: merges list F and sorts it into the order of the directive. Returns the names of these lists. */
function orderLists(draft: Draft, patch: JsonObject, type: SchemaType): ReadonlySet<string> {
  const done = new Set<string>()
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ORDER)) continue
    const order = patch[key] ?? null
    if (!Array.isArray(order)) throw wrongType('list', order)
    const name = directedField(key, SET_ORDER)
    const original = listOrUndefined(get(draft.copy ?? draft.original, name))
    const change = done.has(name) ? undefined : listOrUndefined(get(patch, name))
    const field = listField(type, name)
    const ordered = orderAsDirected({ original, patch: change, order, field, asNewList: list => asNewList(list, false) })
    if (ordered === undefined) continue
    assign(draft, name, ordered)
    done.add(name)
  }
  return done
}

function listOrUndefined(value: Json | undefined): Json[] | undefined {
  if (value !== undefined && !Array.isArray(value)) throw wrongType('list', value)
  return value
}

/** The field after the slash of `$setElementOrder/F` or `$deleteFromPrimitiveList/F`. */
function directedField(key: string, directive: string): string {
  const slash = key.indexOf('/')
  if (slash === directive.length) return key.slice(slash + 1)
  throw new MergeError(`invalid patch format of ${directive === SET_ORDER ? 'setElementOrder' : 'primitive'} list`)
}

/** A patch value for an absent field: without nulls and without objects with a directive; undefined if nothing is left. */
function asNewValue(value: Json, dropNulls: boolean): Json | undefined {
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? asNewList(value, dropNulls) : asNewObject(value, dropNulls)
}

function asNewList(list: Json[], dropNulls: boolean): Json[] {
  let out: Json[] | undefined
  for (let i = 0; i < list.length; i++) {
    const item = list[i] ?? null
    const taken = asNewValue(item, dropNulls)
    if (out === undefined && taken !== item) out = list.slice(0, i)
    if (taken !== undefined) out?.push(taken)
  }
  return out ?? list
}

function asNewObject(object: JsonObject, dropNulls: boolean): JsonObject | undefined {
  const draft: Draft = { original: object }
  for (const key of Object.keys(object)) {
    const item = object[key] ?? null
    if (key === PATCH && !(item === null && dropNulls)) return undefined
    const taken = item === null && dropNulls ? undefined : asNewValue(item, dropNulls)
    if (taken === undefined) remove(draft, key)
    else if (taken !== item) assign(draft, key, taken)
  }
  return draft.copy ?? object
}

/** The field of a struct for a JSON key. Throws for any other type, also for a map, whose values cannot be merged. */
function fieldOf(type: SchemaType, key: string): JsonField {
  const target = type.kind === 'pointer' ? type.elem : type
  if (target.kind !== 'struct') throw new MergeError(`merging an object in json but data type is not struct, instead is: ${target.kind}`)
  const field = foldedField(target.struct, key)
  if (field !== undefined) return field
  const shortName = target.name.slice(target.name.indexOf('.') + 1)
  throw new MergeError(`unable to find api field in struct ${shortName} for the json field ${JSON.stringify(key)}`)
}

function listField(type: SchemaType, key: string): ListField {
  const field = fieldOf(type, key)
  const list = field.type.kind === 'pointer' ? field.type.elem : field.type
  if (field.type.kind !== 'pointer' && list.kind !== 'slice') {
    throw new MergeError(`expected slice or array type, but got: ${type.kind === 'pointer' ? 'ptr' : type.kind}`)
  }
  const element = list.kind === 'slice' ? list.elem : list
  return {
    merges: field.patchStrategies.includes('merge'),
    mergeKey: field.patchMergeKey,
    kind: element.kind,
    mergeElement: (original, patch) => mergeMap(original, patch, element),
  }
}

function hasDirective(patch: JsonObject): boolean {
  return Object.keys(patch).some(key => key.charCodeAt(0) === 36)
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'list'
  return typeof value
}

function assign(draft: Draft, key: string, value: Json): void {
  draft.copy ??= { ...draft.original }
  set(draft.copy, key, value)
}

function remove(draft: Draft, key: string): void {
  if (!Object.hasOwn(draft.copy ?? draft.original, key)) return
  draft.copy ??= { ...draft.original }
  delete draft.copy[key]
}
