// Carries out `$setElementOrder/F` of a strategic merge patch: merges list F, and sorts it into the order of the directive.

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
 * The list in the order of the directive; undefined if there is no list.
 * @throws MergeError also if the patch's own elements have another order than the directive
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

/** Throws unless the elements of the patch, except those to be deleted, have the order of the directive. */
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
