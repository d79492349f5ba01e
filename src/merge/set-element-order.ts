// `$setElementOrder/F` of a strategic merge patch: list F merged, then put in the order that the directive gives.

import type { Json } from '../lib/model/index.ts'
import { get } from '../lib/model/index.ts'
import { goText, MergeError } from './merge-error.ts'
import type { ListField, MergedList } from './strategic-list.ts'
import { elementType, mergeList } from './strategic-list.ts'
import { inMergedOrder, isMarkedDeleted, keyOf, requireKey, requireMap } from './strategic-order.ts'

interface Directed {
  readonly original: Json[] | undefined
  readonly patch: Json[] | undefined
  readonly order: readonly Json[]
  readonly field: ListField
  /** The form in which a list of the patch enters a document that has none. */
  readonly asNewList: (list: Json[]) => Json[]
}

/**
 * The list as the directive wants it; undefined when there is no list at all.
 * @throws MergeError also when the patch's own elements stand in another order than the directive's
 */
export function orderAsDirected({ original, patch, order, field, asNewList }: Directed): Json[] | undefined {
  checkOrder(patch ?? [], order, field.mergeKey)
  if (original === undefined && patch === undefined) return undefined
  const { list, leftBehind } = mergeBoth(original, patch, field, asNewList)
  const ordered = inMergedOrder(list, { patchOrder: order, serverOrder: leftBehind, mergeKey: field.mergeKey })
  elementType(original ?? [], patch ?? [])
  return ordered
}

function mergeBoth(original: Json[] | undefined, patch: Json[] | undefined, field: ListField, asNewList: Directed['asNewList']): MergedList {
  if (patch === undefined) return { list: original ?? [], leftBehind: original ?? [] }
  if (original === undefined) return { list: asNewList(patch), leftBehind: [] }
  return field.merges ? mergeList(original, patch, field) : { list: patch, leftBehind: original }
}

/** The elements of the patch, those to be deleted left out, have to occur in the directive in the same order. */
function checkOrder(patch: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return
  const kept = mergeKey === '' ? patch : patch.map(requireMap).filter(item => !isMarkedDeleted(item))
  let next = 0
  for (const wanted of order) {
    while (mergeKey !== '' && get(kept[next], '$patch') !== undefined) next++
    const item = kept[next]
    if (item === undefined) return
    if (sameElement(item, wanted, mergeKey)) next++
  }
  if (next < kept.length)
    throw new MergeError(`The order in patch list:\n${goText([...patch])}\n doesn't match $setElementOrder list:\n${goText([...order])}\n`)
}

function sameElement(item: Json, wanted: Json, mergeKey: string): boolean {
  if (mergeKey === '') return item === wanted
  requireKey(requireMap(item), mergeKey)
  requireKey(requireMap(wanted), mergeKey)
  return keyOf(item, mergeKey) === keyOf(wanted, mergeKey)
}
