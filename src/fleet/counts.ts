// Computes the numbers at the top of a fleet's report.

import { type FleetReport, STATE_NAMES, STATES, type State } from './types.ts'

export interface FleetCounts {
  readonly workloads: number
  readonly namespaces: number
  readonly states: Readonly<Record<State, number>>
  /** Numbers of workloads by version of Istio's proxy, the most frequent first. */
  readonly versions: readonly (readonly [version: string, workloads: number])[]
  /** Number of workloads with a running pod that differs from the rendered one; absent without a comparison. */
  readonly drifted?: number
}

/**
 * The numbers of a report.
 * @example countsOf(report).states.conflict // 2
 */
export function countsOf({ workloads }: FleetReport): FleetCounts {
  const states = new Map<State, number>(STATES.map(state => [state, 0]))
  const versions = new Map<string, number>()
  for (const { state, proxy } of workloads) {
    states.set(state, (states.get(state) ?? 0) + 1)
    if (proxy !== undefined) versions.set(proxy.version ?? UNKNOWN, (versions.get(proxy.version ?? UNKNOWN) ?? 0) + 1)
  }
  const compared = workloads.flatMap(({ drift }) => drift ?? [])
  return {
    workloads: workloads.length,
    namespaces: new Set(workloads.map(({ source, namespace }) => JSON.stringify([source ?? null, namespace]))).size,
    states: Object.fromEntries(states) as Record<State, number>,
    versions: [...versions].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
    ...(compared.length === 0 ? {} : { drifted: compared.filter(({ groups }) => groups.length > 0).length }),
  }
}

const UNKNOWN = 'unknown'

/**
 * The counts in one line.
 * @example summaryOf(countsOf(report)) // '12 workloads in 3 namespaces: 1 conflict, 2 outdated, 9 injected in Git; proxy 1.31.0 (9), 1.29.2 (2)'
 */
export function summaryOf({ workloads, namespaces, states, versions, drifted }: FleetCounts): string {
  const shown = STATES.filter(state => states[state] > 0).map(state => `${states[state]} ${STATE_NAMES[state].replace(/^[A-Z]/, first => first.toLowerCase())}`)
  const parts = [
    `${count(workloads, 'workload')} in ${count(namespaces, 'namespace')}${shown.length === 0 ? '' : `: ${shown.join(', ')}`}`,
    ...(versions.length === 0
      ? []
      : [
          `proxy ${versions
            .slice(0, VERSIONS_SHOWN)
            .map(([version, number]) => `${version} (${number})`)
            .join(', ')}${versions.length > VERSIONS_SHOWN ? ', …' : ''}`,
        ]),
    ...(drifted === undefined ? [] : [`pods of ${count(drifted, 'workload')} not as rendered`]),
  ]
  return parts.join('; ')
}

const VERSIONS_SHOWN = 5

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
