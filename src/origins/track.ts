// Follows the values of a pod from writer to writer, so that each one knows who wrote it.

import { namingField } from '../lib/k8s/element-names.ts'
import { equal, isObject, type Json, type Writer } from '../lib/model/index.ts'

/** A value with its writers, the last one at the end. The writer of a map or list is the one that added it. */
export interface Tracked {
  readonly value: Json
  readonly writers: readonly Writer[]
  /** Of a map by key, of a list by index. */
  readonly children: ReadonlyMap<string | number, Tracked>
}

/**
 * The value after one more writer. Elements of lists are matched by the field that names them, as merging does.
 * @example track(track(undefined, { image: 'a' }, user), { image: 'b' }, policy).children.get('image')?.writers // [user, policy]
 */
export function track(before: Tracked | undefined, after: Json, writer: Writer): Tracked {
  if (before === undefined) return { value: after, writers: [writer], children: childrenOf(undefined, after, writer) }
  if (before.value === after) return before
  const sameKind = isObject(before.value) === isObject(after) && Array.isArray(before.value) === Array.isArray(after)
  const isCollection = isObject(after) || Array.isArray(after)
  if (sameKind && isCollection) return { value: after, writers: before.writers, children: childrenOf(before, after, writer) }
  if (sameKind && equal(before.value, after)) return before
  return { value: after, writers: [...before.writers, writer], children: childrenOf(undefined, after, writer) }
}

const NO_CHILDREN: ReadonlyMap<string | number, Tracked> = new Map()

function childrenOf(before: Tracked | undefined, after: Json, writer: Writer): ReadonlyMap<string | number, Tracked> {
  if (isObject(after)) return new Map(Object.entries(after).map(([key, value]) => [key, track(before?.children.get(key), value, writer)]))
  if (!Array.isArray(after)) return NO_CHILDREN
  const match = matcher(before)
  return new Map(after.map((value, i) => [i, track(match(value), value, writer)]))
}

/** Finds the element of the list before that a new element was; each serves once. */
function matcher(list: Tracked | undefined): (value: Json) => Tracked | undefined {
  const waiting = new Map<string, Tracked[]>()
  for (const child of list?.children.values() ?? []) {
    const key = elementKey(child.value)
    const known = waiting.get(key)
    if (known === undefined) waiting.set(key, [child])
    else known.push(child)
  }
  return value => waiting.get(elementKey(value))?.shift()
}

/**
 * What names an element of a list: the field that merging goes by, or the whole value.
 * @example elementKey({ name: 'web', image: 'a' }) // '["name","web",""]'
 */
export function elementKey(value: Json): string {
  const field = namingField(value)
  if (field === undefined || !isObject(value)) return JSON.stringify(value)
  // Two ports of one number differ in their protocol.
  return JSON.stringify([field, value[field], field === 'containerPort' ? (value.protocol ?? 'TCP') : ''])
}
