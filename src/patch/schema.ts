// Tells which lists of a pod template have named items, and the field that names them (the pod schema's merge keys).

import { type SchemaType, structSchema } from '../lib/k8s/pod-schema.ts'
import { type FieldPath, get, isObject, type Json } from '../lib/model/index.ts'

/** Type of a value: a struct of the pod schema, or any. `mergeKey` belongs to a list. */
export interface ValueType {
  readonly type?: SchemaType | undefined
  readonly mergeKey?: string | undefined
  /** For a list: whether kustomize and kubectl merge it instead of replacing it. */
  readonly merged?: boolean
  /** The rest of the path down to the pod template; undefined inside of it, and beside it. */
  readonly podPath?: FieldPath | undefined
}

/** The type of a workload that holds its pod template at `podPath`. */
export function workloadType(podPath: FieldPath): ValueType {
  return podPath.length === 0 ? { type: structType('v1.Pod') } : { podPath }
}

function structType(name: string): SchemaType {
  const struct = structSchema(name)
  if (struct === undefined) throw new Error(`the pod schema has no ${name}`)
  return { kind: 'struct', name, struct }
}

/** The type of the field `key` of an object. */
export function fieldType({ type, podPath }: ValueType, key: string): ValueType {
  if (podPath !== undefined) {
    if (podPath[0] !== key) return key === 'metadata' ? { type: structType('v1.ObjectMeta') } : {}
    return podPath.length === 1 ? { type: structType('v1.PodTemplateSpec') } : { podPath: podPath.slice(1) }
  }
  const inner = type?.kind === 'pointer' ? type.elem : type
  if (inner?.kind === 'map') return { type: inner.elem }
  const field = inner?.kind === 'struct' ? inner.struct.byJson.get(key) : undefined
  if (field === undefined) return {}
  return { type: field.type, mergeKey: field.patchMergeKey === '' ? undefined : field.patchMergeKey, merged: field.patchStrategies.includes('merge') }
}

/** The type of the items of a list. */
export function itemType({ type }: ValueType): ValueType {
  const inner = type?.kind === 'pointer' ? type.elem : type
  return inner?.kind === 'slice' ? { type: inner.elem } : {}
}

/** Name of the item in its list; undefined if it has none. */
function keyOf(item: Json, mergeKey: string): string | number | undefined {
  const key = get(item, mergeKey)
  return typeof key === 'string' || typeof key === 'number' ? key : undefined
}

/** The keys of a list's items in order; undefined if one has none or two have the same. */
export function keysOf(list: readonly Json[], mergeKey: string | undefined): readonly (string | number)[] | undefined {
  if (mergeKey === undefined) return undefined
  const keys = list.map(item => (isObject(item) ? keyOf(item, mergeKey) : undefined)).filter(key => key !== undefined)
  return keys.length === list.length && new Set(keys).size === list.length ? keys : undefined
}
