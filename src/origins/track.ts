// Tracks the values of a pod across its writers, so that the writers of each value are known.

import { contains, elementKey, namingField } from '../lib/k8s/element-names.ts'
import { equal, isObject, type Json, type Writer } from '../lib/model/index.ts'

/** A value with its writers, the last one at the end. The writer of a map or list is the one that added it. */
export interface Tracked {
  readonly value: Json
  readonly writers: readonly Writer[]
  /** The children of a map by key, of a list by index. */
  readonly children: ReadonlyMap<string | number, Tracked>
  /** Values of all writers but the last, in their order. */
  readonly earlier?: readonly Json[]
  /** Removed children. */
  readonly removed?: readonly Removed[]
}

/** A child that a writer removed, with its former index in a list. */
export interface Removed {
  readonly key: string | number
  readonly node: Tracked
  readonly by: Writer
}

/**
 * The value after one more writer. Elements of lists are matched by the field that names them, as merging does.
 * @example track(track(undefined, { image: 'a' }, user), { image: 'b' }, policy).children.get('image')?.writers // [user, policy]
 */
export function track(before: Tracked | undefined, after: Json, writer: Writer): Tracked {
  if (before === undefined) return { value: after, writers: [writer], children: childrenOf(undefined, after, writer).children }
  if (before.value === after) return before
  const sameKind = isObject(before.value) === isObject(after) && Array.isArray(before.value) === Array.isArray(after)
  const isCollection = isObject(after) || Array.isArray(after)
  if (sameKind && isCollection) {
    const matched = childrenOf(before, after, writer)
    const removed = removedFrom(before, matched, writer)
    return { ...before, value: after, children: matched.children, ...(removed.length > 0 || before.removed !== undefined ? { removed } : {}) }
  }
  if (sameKind && equal(before.value, after)) return before
  const earlier = [...(before.earlier ?? []), before.value]
  return { value: after, writers: [...before.writers, writer], children: childrenOf(undefined, after, writer).children, earlier }
}

/** The children of a value, and their former versions. */
interface Matched {
  readonly children: Tracked['children']
  readonly kept: ReadonlySet<Tracked>
}

function childrenOf(before: Tracked | undefined, after: Json, writer: Writer): Matched {
  const kept = new Set<Tracked>()
  const match = Array.isArray(after) ? matcher(before) : (_value: Json, key: string | number) => before?.children.get(key)
  const child = <Key extends string | number>([key, value]: readonly [Key, Json]): [Key, Tracked] => {
    const known = match(value, key)
    if (known !== undefined) kept.add(known)
    return [key, track(known, value, writer)]
  }
  if (Array.isArray(after)) return { children: new Map(after.map((value, i) => child([i, value]))), kept }
  return { children: new Map(isObject(after) ? Object.entries(after).map(child) : []), kept }
}

/** Fields that this step removed, and fields that earlier steps removed. */
function removedFrom(before: Tracked, { children, kept }: Matched, by: Writer): readonly Removed[] {
  const identity = (key: string | number, { value }: Tracked) => (typeof key === 'string' ? key : elementKey(value))
  const removed = [...before.children].flatMap(([key, node]) => (kept.has(node) ? [] : [{ key, node, by }]))
  if (before.removed === undefined) return removed
  const present = new Set([...children].map(([key, child]) => identity(key, child)))
  return [...before.removed.filter(({ key, node }) => !present.has(identity(key, node))), ...removed]
}

/** The former version of an element that no field names and that only got additions. */
function withoutDefaults(waiting: ReadonlyMap<string, Tracked[]>, value: Json): Tracked | undefined {
  if (!isObject(value) || namingField(value) !== undefined) return undefined
  for (const [key, nodes] of waiting) {
    const [first] = nodes
    if (first !== undefined && isObject(first.value) && key.startsWith('{') && contains(value, first.value)) return nodes.shift()
  }
  return undefined
}

/** Creates a function that finds the former version of an element; each is returned once. */
function matcher(list: Tracked | undefined): (value: Json) => Tracked | undefined {
  const waiting = new Map<string, Tracked[]>()
  for (const child of list?.children.values() ?? []) {
    const key = elementKey(child.value)
    const known = waiting.get(key)
    if (known === undefined) waiting.set(key, [child])
    else known.push(child)
  }
  return value => waiting.get(elementKey(value))?.shift() ?? withoutDefaults(waiting, value)
}
