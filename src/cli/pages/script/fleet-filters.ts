// Filters of the fleet page: by text, state, report, namespace, version and running pods.

import { matcher } from './filter.ts'
import type { Workload } from './fleet-workloads.ts'

export interface Filters {
  readonly text: string
  /** Empty: all of them. */
  readonly states: ReadonlySet<string>
  /** '' or absent: all of them. */
  readonly source?: string
  readonly namespace?: string
  readonly version?: string
  readonly drift?: string
}

export function filtered(workloads: readonly Workload[], { text, states, source, namespace, version, drift }: Filters): readonly Workload[] {
  const matches = matcher(text)
  return workloads.filter(
    workload =>
      (states.size === 0 || states.has(workload.state)) &&
      (!source || workload.source === source) &&
      (!namespace || workload.namespace === namespace) &&
      (!version || workload.version === version) &&
      (!drift || driftState(workload) === drift) &&
      matches(workload.text),
  )
}

export function isFiltering({ text, states, source, namespace, version, drift }: Filters): boolean {
  return states.size > 0 || [text.trim(), source, namespace, version, drift].some(Boolean)
}

function driftState({ drift }: Workload): string {
  if (drift === undefined || drift.pods === 0) return 'none'
  return drift.groups.length > 0 ? 'differs' : 'same'
}
