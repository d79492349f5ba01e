// Texts for all reports on running pods: the meaning of a kind of difference, a field's path, a value.

import { type FieldPath, formatPath, type Json, shownValue } from '../lib/model/index.ts'
import type { DriftKind } from './types.ts'

/** Text of a kind of difference, after the number of pods. */
export const MEANINGS: Readonly<Record<DriftKind, string>> = {
  'not-injected': 'not injected',
  'other-webhook': 'injected by another webhook or revision',
  'other-version': 'injected with another version',
  'other-configuration': 'injected with another configuration',
  edited: 'not as the manifest says: edited in the cluster, or not rolled out',
}

/** Maximum length of a value in a report. */
const LONGEST_VALUE = 200

/**
 * A value for a report, without what is secret.
 * @example shownAt(['spec', 'priority'], undefined) // 'absent'
 */
export function shownAt(path: FieldPath, value: Json | undefined): string {
  return value === undefined ? 'absent' : shownValue({ path, value, longest: LONGEST_VALUE })
}

const NAMED_LISTS: ReadonlySet<string | number> = new Set([
  'containers',
  'initContainers',
  'volumes',
  'env',
  'ports',
  'volumeMounts',
  'tolerations',
  'imagePullSecrets',
])

/**
 * The path as text, with elements of lists in brackets.
 * @example pathText(['spec', 'containers', 'web', 'image']) // 'spec.containers[web].image'
 */
export function pathText(path: FieldPath): string {
  let result = ''
  let start = 0
  for (let i = 1; i < path.length; i++) {
    if (path[0] !== 'spec' || !NAMED_LISTS.has(path[i - 1] ?? '') || i === start) continue
    result += `${separated(result, path.slice(start, i))}[${String(path[i])}]`
    start = i + 1
  }
  return result + separated(result, path.slice(start))
}

function separated(before: string, path: FieldPath): string {
  const rest = formatPath(path)
  return before === '' || rest === '' || rest.startsWith('[') ? rest : `.${rest}`
}
