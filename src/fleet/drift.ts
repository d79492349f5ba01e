// Converts the drift of a workload's running pods to its form in the report of a fleet.

import type { Difference, WorkloadDrift } from '../drift/drift.ts'
import { pathText, shownAt } from '../drift/text.ts'
import type { FleetDrift } from './types.ts'

/** Maximum number of differences of a group; `verify -o json` shows all. */
const DIFFERENCES_SHOWN = 10

/**
 * The drift in a report.
 * @example fleetDrift(drift).groups[0]?.differences // ['spec.containers[istio-proxy].image: rendered "…", running "…"']
 */
export function fleetDrift({ pods, same, groups }: WorkloadDrift): FleetDrift {
  return {
    pods,
    same,
    groups: groups.map(group => ({
      kind: group.kind,
      pods: group.pods,
      names: [...group.names],
      differences: [...group.differences.slice(0, DIFFERENCES_SHOWN).map(line), ...more(group.differences.length - DIFFERENCES_SHOWN)],
    })),
  }
}

function line({ path, rendered, running }: Difference): string {
  return `${pathText(path)}: rendered ${shownAt(path, rendered)}, running ${shownAt(path, running)}`
}

function more(count: number): string[] {
  return count > 0 ? [`and ${count} more`] : []
}
