// Extracts the data for a comparison with running pods from the outcome of an injection.

import type { FieldPath, Json, Workload } from '../lib/model/index.ts'
import { at, isObject, templateChange } from '../lib/model/index.ts'
import type { Rendered } from './expected.ts'

/** The part of an outcome that is used. */
export interface RenderedOutcome {
  readonly workload: Workload
  readonly change?: { readonly path: FieldPath; readonly before?: Json; readonly after: Json }
  readonly diagnostics: readonly { readonly severity: string }[]
}

/** The rendered workload of an outcome; undefined if it could not be rendered, which is reported elsewhere. */
export function renderedOf({ workload, change, diagnostics }: RenderedOutcome): Rendered | undefined {
  if (diagnostics.some(({ severity }) => severity === 'error')) return undefined
  const template = at(workload.resource.value, workload.podPath)
  const { before = template, after = template } = templateChange(workload, change)
  return isObject(before) && isObject(after) ? { workload, before, after } : undefined
}
