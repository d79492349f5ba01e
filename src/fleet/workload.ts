// Creates the entry of one workload in a fleet report from the outcome of its injection.

import type { Outcome } from '../inject-workload.ts'
import { at, injectorKey, isObject, type JsonObject, type Reason, templateChange } from '../lib/model/index.ts'
import { sidecarsOf } from './sidecars.ts'
import type { FleetWorkload } from './types.ts'

/** The entry without fields that are known only after all workloads. */
export type WorkloadFacts = Omit<FleetWorkload, 'state' | 'findings' | 'drift' | 'file' | 'line'> & {
  readonly failed: boolean
  readonly conflicting: boolean
}

const CONFLICTS: ReadonlySet<string> = new Set(['injector-conflict', 'webhook-conflict'])

/**
 * The entry of a workload.
 * @example factsOf(outcome).injectors // ['istio/default', 'own/log-shipper']
 */
export function factsOf({ workload, decision, change, diagnostics }: Outcome): WorkloadFacts {
  const { ref, value } = workload.resource
  const template = objectOr(at(value, workload.podPath), {})
  const templates = templateChange(workload, change)
  const before = objectOr(templates.before, template)
  const { proxy, others } = sidecarsOf({ before, after: objectOr(templates.after, template) })
  const injections = decision?.injections ?? []
  const istio = injections.map(({ injector }) => injector).find(injector => injector.kind === 'istio')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return {
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    namespace: workload.namespace,
    name: ref.name === '' && ref.generateName !== undefined ? `${ref.generateName}*` : ref.name,
    why: sentencesOf(decision?.because ?? []),
    ...(istio?.kind === 'istio' ? { revision: istio.revision } : {}),
    ...(proxy === undefined ? {} : { proxy }),
    sidecars: others,
    injectors: [...new Set(injections.map(({ injector }) => injectorKey(injector)))],
    policies: [...new Set(decision?.trace.admission.filter(({ result }) => result === 'applied').map(({ policy }) => policy) ?? [])],
    failed: errors.length > 0,
    conflicting: errors.some(({ code }) => CONFLICTS.has(code)),
  }
}

/** The reasons as sentences. Each webhook reports a missing label differently; the report keeps one of these sentences, `explain` shows all. */
function sentencesOf(reasons: readonly Reason[]): string[] {
  const isAlike = ({ code }: Reason) => code === 'no-matching-label'
  const several = reasons.filter(isAlike).length > 1
  return [...new Set(reasons.map(reason => (several && isAlike(reason) ? NO_LABEL : reason.message)))]
}

const NO_LABEL = 'No webhook matches the labels of its namespace or of its pods'

function objectOr(value: unknown, otherwise: JsonObject): JsonObject {
  return isObject(value) ? value : otherwise
}
