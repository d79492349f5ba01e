// Compares running pods, one after another, with the rendered workloads, and groups the pods of each workload by their differences.

import { isObject, type Json, type JsonObject, stringAt } from '../lib/model/index.ts'
import { podDifferences } from './compare.ts'
import { decodedPod, type ExpectedPods, expectedPods, madeUpLabels, type Rendered } from './expected.ts'
import { workloadKey, workloadKeys } from './owner.ts'
import { type Difference, DRIFT_KINDS, type DriftGroup, type DriftReport } from './types.ts'

export { podDifferences } from './compare.ts'
export { decodedPod, expectedPods, type Rendered } from './expected.ts'
export { renderedOf } from './rendered.ts'
export * from './types.ts'

/** Number of workloads whose expected pods are kept: pods of one workload follow each other in a listing. */
const KEPT = 64
const NAMES_SHOWN = 3

/** A comparison, to which pods are added one after another. */
export interface Comparison {
  /** A running pod, as the API server lists it; objects of other kinds are ignored. */
  add(pod: Json): void
  report(): DriftReport
}

/**
 * Compares any number of pods, of which only the names of the first few in a group are kept.
 * @example
 * const comparison = compareWith(rendered)
 * comparison.add(pod)
 * comparison.report().workloads[0].groups // [{ kind: 'other-version', differences: [{ path: ['spec', 'containers', …], … }], pods: 1, … }]
 */
export function compareWith(rendered: readonly Rendered[]): Comparison {
  const tallies = rendered.map(newTally)
  const byKey = new Map(tallies.map(tally => [keyOf(tally.rendered), tally]))
  const recent = new Map<string, ExpectedPods>()
  let [pods, ended, others] = [0, 0, 0]
  return {
    add: pod => {
      if (!isObject(pod) || (pod.kind !== undefined && pod.kind !== 'Pod')) return
      pods++
      const tally = workloadKeys(pod)
        .map(key => byKey.get(key))
        .find(found => found !== undefined)
      if (tally === undefined) others++
      else if (hasEnded(pod)) ended++
      else addTo(tally, pod, recent)
    },
    report: () => ({ workloads: tallies.map(reportOf), pods, ended, others }),
  }
}

interface Tally {
  readonly rendered: Rendered
  readonly groups: Map<string, { differences: readonly Difference[]; pods: number; names: string[] }>
  same: number
}

function newTally(rendered: Rendered): Tally {
  return { rendered, groups: new Map(), same: 0 }
}

function keyOf({ workload: { resource, namespace } }: Rendered): string {
  return workloadKey(namespace, resource.ref.kind, resource.ref.name)
}

/** Whether a pod is finished or being deleted. */
function hasEnded(pod: JsonObject): boolean {
  const phase = stringAt(pod, ['status', 'phase'])
  return phase === 'Succeeded' || phase === 'Failed' || stringAt(pod, ['metadata', 'deletionTimestamp']) !== undefined
}

function addTo(tally: Tally, pod: JsonObject, recent: Map<string, ExpectedPods>): void {
  const running = decodedPod(pod)
  const differences = podDifferences(expectedOf(tally.rendered, running, recent), running)
  if (differences.length === 0) {
    tally.same++
    return
  }
  const key = JSON.stringify(differences)
  const group = tally.groups.get(key) ?? { differences, pods: 0, names: [] }
  tally.groups.set(key, group)
  group.pods++
  if (group.names.length < NAMES_SHOWN) group.names.push(stringAt(pod, ['metadata', 'name']) ?? '')
}

function expectedOf(rendered: Rendered, running: JsonObject, recent: Map<string, ExpectedPods>): ExpectedPods {
  const key = `${keyOf(rendered)} ${madeUpLabels(running)}`
  const known = recent.get(key)
  if (known !== undefined) return known
  const expected = expectedPods(rendered, running)
  const [oldest] = recent.keys()
  if (recent.size >= KEPT && oldest !== undefined) recent.delete(oldest)
  recent.set(key, expected)
  return expected
}

function reportOf({ rendered, groups, same }: Tally) {
  const found = [...groups.values()].map(({ differences, pods, names }): DriftGroup => ({ kind: firstKind(differences), differences, pods, names }))
  const pods = found.reduce((sum, group) => sum + group.pods, same)
  return { workload: rendered.workload, pods, same, groups: found }
}

function firstKind(differences: readonly Difference[]): DriftGroup['kind'] {
  return DRIFT_KINDS.find(kind => differences.some(difference => difference.kind === kind)) ?? 'edited'
}
