// Computes the key of an item of a list that is merged by keys, or of a set (sigs.k8s.io/structured-merge-diff, typed/helpers.go).

import { GoValue, isPatchObject, keyText, type PatchValue } from './patch-value.ts'
import type { ListType } from './schema.ts'

/** The key as a path element: `[name="web"]`, `[containerPort=80,protocol="TCP"]`, `[="text"]` of a set; or why an item has none. */
export type ItemKey = { readonly key: string } | { readonly problem: string }

/**
 * The key of one item. A key field that is missing counts as having its default.
 * @example itemKey({ name: 'web' }, containers) // { key: '[name="web"]' }
 */
export function itemKey(item: PatchValue, type: ListType): ItemKey {
  return type.list === 'set' ? setKey(item) : mapKey(item, type)
}

/**
 * A value that is the same for items with the same key: the only key field itself where it is a text. Undefined where an item has no key.
 * @example mergeKey({ name: 'web' }, containers) // 'web'
 */
export function mergeKey(item: PatchValue, type: ListType): string | undefined {
  const [first, second] = type.keys
  if (first !== undefined && second === undefined && isPatchObject(item) && Object.hasOwn(item, first.name)) {
    const value = item[first.name]
    if (typeof value === 'string') return value
  }
  const found = itemKey(item, type)
  return 'key' in found ? `\0${found.key}` : undefined
}

function setKey(item: PatchValue): ItemKey {
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" }
  if (Array.isArray(item)) return { problem: 'not supported: associative list with lists as elements' }
  if (isPatchObject(item)) return { problem: "associative list without keys has an element that's a map type" }
  return { key: `[=${keyText(item)}]` }
}

function mapKey(item: PatchValue, { keys }: ListType): ItemKey {
  if (item === null) return { problem: 'associative list with keys may not have a null element' }
  if (item instanceof GoValue || !isPatchObject(item)) return { problem: 'associative list with keys may not have non-map elements' }
  const parts = keys.map(({ name, fallback }) => `${name}=${keyText(Object.hasOwn(item, name) ? (item[name] ?? null) : fallback)}`)
  return { key: `[${parts.join(',')}]` }
}
