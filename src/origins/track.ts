// Follows the values of a pod from writer to writer, so that each one knows who wrote it.

import { namingField } from '../lib/k8s/element-names.ts'
import { equal, isObject, type Json, type Writer } from '../lib/model/index.ts'

/** A value with its writers, the last one at the end. The writer of a map or list is the one that added it. */
export interface Tracked {
  readonly value: Json
  readonly writers: readonly Writer[]
  /** Of a map by key, of a list by index. */
  readonly children: ReadonlyMap<string | number, Tracked>
  /** What each writer but the last one wrote, in their order. */
  readonly earlier?: readonly Json[]
  /** Children that are gone. */
  readonly removed?: readonly Removed[]
}

/** A child that a writer took away; of a list with the index that it had. */
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
  if (before === undefined) return { value: after, writers: [writer], children: childrenOf(undefined, after, writer) }
  if (before.value === after) return before
  const sameKind = isObject(before.value) === isObject(after) && Array.isArray(before.value) === Array.isArray(after)
  const isCollection = isObject(after) || Array.isArray(after)
  if (sameKind && isCollection) {
    const children = childrenOf(before, after, writer)
    const removed = removedFrom(before, children, writer)
    return { ...before, value: after, children, ...(removed.length > 0 || before.removed !== undefined ? { removed } : {}) }
  }
  if (sameKind && equal(before.value, after)) return before
  const earlier = [...(before.earlier ?? []), before.value]
  return { value: after, writers: [...before.writers, writer], children: childrenOf(undefined, after, writer), earlier }
}

const NO_CHILDREN: ReadonlyMap<string | number, Tracked> = new Map()

function childrenOf(before: Tracked | undefined, after: Json, writer: Writer): ReadonlyMap<string | number, Tracked> {
  if (isObject(after)) return new Map(Object.entries(after).map(([key, value]) => [key, track(before?.children.get(key), value, writer)]))
  if (!Array.isArray(after)) return NO_CHILDREN
  const match = matcher(before)
  return new Map(after.map((value, i) => [i, track(match(value), value, writer)]))
}

/** What was there before and is not now, and what has been gone for longer. */
function removedFrom(before: Tracked, children: Tracked['children'], by: Writer): readonly Removed[] {
  const identity = (key: string | number, { value }: Tracked) => (typeof key === 'string' ? key : elementKey(value))
  const present = new Map<string, number>()
  for (const [key, child] of children) count(present, identity(key, child), 1)
  const gone = [...before.children].filter(([key, node]) => !count(present, identity(key, node), -1))
  const longer = (before.removed ?? []).filter(({ key, node }) => !count(present, identity(key, node), -1))
  return [...longer, ...gone.map(([key, node]) => ({ key, node, by }))]
}

/** Adds to a count that does not go below zero; answers whether it did not have to. */
function count(counts: Map<string, number>, key: string, by: 1 | -1): boolean {
  const next = (counts.get(key) ?? 0) + by
  if (next >= 0) counts.set(key, next)
  return next >= 0
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
