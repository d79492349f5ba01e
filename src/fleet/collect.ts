// Collects the report of a fleet: the effect of injection on each workload of an input, and the differences of its running pods.

import { type CheckResult, isInjected } from '../check.ts'
import type { DriftReport, WorkloadDrift } from '../drift/drift.ts'
import type { Outcome } from '../inject-workload.ts'
import { CONFIGURATION_ERRORS, type Diagnostic, type DiagnosticCode, get, type Workload } from '../lib/model/index.ts'
import { fleetDrift } from './drift.ts'
import { fileAndLine, findingOf } from './finding.ts'
import { ownersOf } from './owners.ts'
import type { FleetReport, FleetWorkload, State } from './types.ts'
import { factsOf, type WorkloadFacts } from './workload.ts'

/** A report to which outcomes are added in order. */
export interface FleetCollector {
  add(outcome: Outcome): void
  /**
   * @param checked of the same run
   * @param notes findings of the caller, such as files that were left out
   */
  report(checked: CheckResult, notes?: readonly Diagnostic[], drift?: DriftReport): FleetReport
}

/**
 * Creates a collector, which keeps only the shown parts of outcomes.
 * @example
 * const fleet = collectFleet()
 * const checked = check({ files, onOutcome: fleet.add }, { sources: true })
 * fleet.report(checked).workloads[0]?.state // 'at-render'
 */
export function collectFleet(): FleetCollector {
  const judged: { readonly workload: Workload; readonly facts: WorkloadFacts }[] = []
  return {
    add: outcome => {
      judged.push({ workload: outcome.workload, facts: factsOf(outcome) })
    },
    report: (checked, notes = [], drift) => {
      const { original, pending } = checked
      const findings = [...checked.findings.filter(({ code }) => !STATES_OF_PENDING.has(code)), ...notes]
      const unusable = findings.filter(({ severity, code }) => severity === 'error' && CONFIGURATION_ERRORS.has(code)).map(({ message }) => message)
      const owners = ownersOf(original.workloads)
      const byOwner = new Map<Workload | undefined, Diagnostic[]>()
      for (const finding of findings) {
        const owner = owners(finding)
        const others = byOwner.get(owner)
        if (others === undefined) byOwner.set(owner, [finding])
        else others.push(finding)
      }
      const drifts = new Map(drift?.workloads.map(each => [each.workload, each]))
      const workloads = judged.map(({ workload: given, facts }, i): FleetWorkload => {
        // Those without earlier injections stand in for those of the input, in the same order.
        const workload = original.workloads[i] ?? given
        const own = byOwner.get(workload) ?? []
        const state = stateOf(workload, { facts, own, pending: pending.get(workload), unusable: unusable.length > 0 })
        return { ...entry(facts, workload), state, ...factsBehind(facts, state, unusable), findings: own.map(findingOf), ...driftOf(drifts.get(given)) }
      })
      const general = (byOwner.get(undefined) ?? []).filter(({ severity }) => severity !== 'info').map(findingOf)
      return { workloads, findings: general, ...(drift === undefined ? {} : { pods: { pods: drift.pods, ended: drift.ended, others: drift.others } }) }
    },
  }
}

/** Findings of `check` that are states in a report. */
const STATES_OF_PENDING: ReadonlySet<DiagnosticCode> = new Set(['injection-missing', 'injection-outdated'])

interface Judgement {
  readonly facts: WorkloadFacts
  readonly own: readonly Diagnostic[]
  readonly pending: Diagnostic | undefined
  readonly unusable: boolean
}

function stateOf(workload: Workload, { facts, own, pending, unusable }: Judgement): State {
  if (facts.conflicting) return 'conflict'
  if (facts.failed || unusable || own.some(({ severity, code }) => severity === 'error' && code.startsWith('record-'))) return 'error'
  if (pending !== undefined) return pending.code === 'injection-outdated' ? 'outdated' : 'at-render'
  return isInjected(workload) || facts.injectors.length > 0 ? 'injected' : 'not-injected'
}

function entry({ apiVersion, kind, namespace, name }: WorkloadFacts, { resource }: Workload) {
  const field = get(resource.value.metadata, 'name') === undefined ? 'generateName' : 'name'
  return { apiVersion, kind, namespace, name, ...fileAndLine(resource.source.positionOf([...resource.path, 'metadata', field])) }
}

function factsBehind({ why, revision, proxy, sidecars, injectors, policies }: WorkloadFacts, state: State, unusable: readonly string[]) {
  return {
    why: state === 'error' && unusable.length > 0 ? unusable : why,
    ...(revision === undefined ? {} : { revision }),
    ...(proxy === undefined ? {} : { proxy }),
    ...{ sidecars, injectors, policies },
  }
}

function driftOf(drift: WorkloadDrift | undefined): Pick<FleetWorkload, 'drift'> {
  return drift === undefined ? {} : { drift: fleetDrift(drift) }
}
