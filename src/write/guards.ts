// Removes the guards of a ResourceList: clusters do not know their kind, so manifests that the function never saw cannot be applied.

import { at, isGuard, isObject, type Json, stringAt } from '../lib/model/index.ts'
import type { Document, Edit } from '../lib/yaml/index.ts'
import { write } from './write.ts'

/**
 * The edits that take guards out of the items; none where there is no guard.
 * @example guardEdits(documents)
 */
export function guardEdits(documents: readonly Document[]): Edit[] {
  return documents.flatMap(document => {
    const items = at(document.value, ['items'])
    if (!Array.isArray(items)) return []
    const after = items.filter(item => !isGuardItem(item))
    return after.length === items.length ? [] : write({ document, path: ['items'], after })
  })
}

function isGuardItem(value: Json): boolean {
  if (!isObject(value) || typeof value.kind !== 'string') return false
  return isGuard({ apiVersion: stringAt(value, ['apiVersion']) ?? '', kind: value.kind, name: '' })
}
