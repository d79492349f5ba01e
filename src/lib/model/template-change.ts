// Finds the pod template before and after a change, which may be a change of the whole manifest.

import { at, type FieldPath, type Json } from './json.ts'
import type { Workload } from './resource.ts'

/**
 * The pod template before and after a change. Both are absent if nothing changes; `before` is absent if the change does not contain it.
 * @param change as it is written: a path in the workload's document, to the workload or to its pod template
 * @example templateChange(workload, { path: ['spec', 'template'], after }).after // after
 */
export function templateChange(
  { resource, podPath }: Workload,
  change: { readonly path: FieldPath; readonly before?: Json; readonly after: Json } | undefined,
): { readonly before?: Json; readonly after?: Json } {
  if (change === undefined) return {}
  const path = podPath.slice(change.path.length - resource.path.length)
  const [before, after] = [change.before === undefined ? undefined : at(change.before, path), at(change.after, path)]
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}
