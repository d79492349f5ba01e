// Restores a user's container that a template changed, from the copy in `proxy.istio.io/overrides` (istio-rules.md, 6.5).

import { PROXY } from '../lib/istio/names.ts'
import { type Container, nameOf } from '../lib/k8s/pod.ts'
import { type SchemaType, structSchema } from '../lib/k8s/pod-schema.ts'
import { decodeTyped, TypedError } from '../lib/k8s/typed.ts'
import { equal, type FieldPath, get, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'

/** The user's container, and the fields of the injected one that are removed. */
export interface RestoredContainer {
  readonly container: Container
  /** Below the container: fields that the user's copy does not have. */
  readonly dropped: readonly FieldPath[]
}

/**
 * Restores one container.
 * @param now the container in the pod, with restored probes
 * @param copy the container as the user wrote it, decoded with its types
 */
export function restoreContainer(now: Container, copy: Container): RestoredContainer {
  // In the proxy, a field that the user edited later looks like one that the template set.
  if (nameOf(now) === PROXY) return { container: asWritten(now, copy), dropped: [] }
  const dropped: FieldPath[] = []
  const type: SchemaType = { kind: 'struct', name: 'v1.Container', struct: structSchema('v1.Container') ?? fail() }
  return { container: onlyOf({ now, copy, type, path: [] }, dropped) as Container, dropped }
}

function fail(): never {
  throw new Error('the pod schema has no v1.Container')
}

/** The copy, with the manifest's spelling of fields whose meaning is the same. */
function asWritten(now: Container, copy: Container): Container {
  const container: JsonObject = {}
  for (const [key, value] of Object.entries(withImage(copy))) {
    if (isObject(value) && Object.keys(value).length === 0 && !Object.hasOwn(now, key)) continue
    const written = get(now, key)
    set(container, key, written !== undefined && meansTheSame(key, written, value) ? written : value)
  }
  // Kubernetes always prints an empty `resources`; manifests do not have it.
  if (equal(get(container, 'resources'), {})) delete container.resources
  return container
}

/** Sets `image: auto` if the copy has no image: injection removes `auto`. */
function withImage(copy: Container): Container {
  if (Object.hasOwn(copy, 'image')) return copy
  const { name, ...rest } = copy
  return { name: name ?? '', image: 'auto', ...rest }
}

function meansTheSame(key: string, written: Json, value: Json): boolean {
  try {
    return equal(get(decodeTyped('v1.Container', { name: '', [key]: written }), key), value)
  } catch (error) {
    if (error instanceof TypedError) return false
    throw error
  }
}

interface Pair {
  readonly now: Json
  readonly copy: Json
  readonly type: SchemaType
  readonly path: FieldPath
}

/** The part of `now` that the copy has as well. Templates only add to a user's container, so every other difference is a later edit by the user. */
function onlyOf({ now, copy, type, path }: Pair, dropped: FieldPath[]): Json {
  const inner = type.kind === 'pointer' ? type.elem : type
  if (isObject(now) && isObject(copy)) {
    const kept: JsonObject = {}
    for (const [key, value] of Object.entries(now)) {
      const copied = get(copy, key)
      const field = inner.kind === 'struct' ? inner.struct.byJson.get(key) : undefined
      const below = { now: value, copy: copied ?? null, type: field?.type ?? (inner.kind === 'map' ? inner.elem : TEXT), path: [...path, key] }
      if (copied === undefined && !isZero(value)) dropped.push(below.path)
      else if (field !== undefined && field.patchMergeKey !== '' && Array.isArray(value))
        set(kept, key, listOnlyOf({ ...below, now: value }, field.patchMergeKey, dropped))
      else set(kept, key, copied === undefined ? value : onlyOf(below, dropped))
    }
    return kept
  }
  return now
}

const TEXT: SchemaType = { kind: 'string', name: 'string' }

function listOnlyOf({ now, copy, type, path }: Pair & { readonly now: readonly Json[] }, mergeKey: string, dropped: FieldPath[]): Json[] {
  const elem = type.kind === 'slice' ? type.elem : TEXT
  return now.flatMap((item, i) => {
    const copied = Array.isArray(copy) ? copy.find(other => equal(get(other, mergeKey), get(item, mergeKey))) : undefined
    if (copied !== undefined) return [onlyOf({ now: item, copy: copied, type: elem, path: [...path, i] }, dropped)]
    dropped.push([...path, i])
    return []
  })
}

/** Whether a value is one that Go omits from JSON. */
function isZero(value: Json): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}
