// Removes the guards of a ResourceList: a kind that no cluster knows, so that what the function never saw cannot be applied (design: "Guard against not running").

import { at, FUNCTION_CONFIG_API_VERSION, GUARD_KIND, isObject, type Json, type Resource, type SourceMap, stringAt } from '../lib/model/index.ts'
import type { Document, Edit } from '../lib/yaml/index.ts'
import { write } from './write.ts'

const GROUP = `${FUNCTION_CONFIG_API_VERSION.split('/')[0]}/`

/**
 * The edits that take guards out of the items; none where there is no guard.
 * @example guardEdits(documents, resources)
 */
export function guardEdits(documents: readonly Document[], resources: readonly Resource[]): Edit[] {
  const guarded = new Set<SourceMap>(resources.filter(({ value, path }) => path.length === 2 && isGuard(value)).map(({ source }) => source))
  return documents.flatMap(document => {
    const items = at(document.value, ['items'])
    if (!guarded.has(document) || !Array.isArray(items)) return []
    return write({ document, path: ['items'], after: items.filter(item => !isGuard(item)) })
  })
}

function isGuard(value: Json): boolean {
  return isObject(value) && value.kind === GUARD_KIND && (stringAt(value, ['apiVersion']) ?? '').startsWith(GROUP)
}
