// Traces what policies did to an object, or why they did nothing, for `explain`: each step with its position in the policy or binding.

import type { AdmissionCheck, AdmissionTrace, Decision, FieldPath, FieldRef, JsonObject, Resource } from '../lib/model/index.ts'
import { changedPaths } from '../lib/model/index.ts'
import type { Absence, Admission, InvocationOutcome } from '../policies/index.ts'

interface Context {
  readonly resourceOf: (value: JsonObject) => Resource | undefined
  readonly of: AdmissionTrace['of']
  readonly pass: 1 | 2
}

/**
 * One trace for each invocation, then one for each policy or binding that takes no part. A second pass shows only what it carried out.
 * @example admissionTraces(pass, { resourceOf, of: 'pod', pass: 1 })[0]?.changed // ['metadata.labels.team']
 */
export function admissionTraces({ outcomes, selection }: Admission, context: Context): AdmissionTrace[] {
  const carriedOut = context.pass === 1 ? outcomes : outcomes.filter(({ mutations }) => mutations.length > 0)
  const traces = carriedOut.map(outcome => outcomeTrace(outcome, context))
  return context.pass === 1 ? [...traces, ...selection.absent.map(absence => absenceTrace(absence, context))] : traces
}

/**
 * The decision with what policies did; worked out when it is first read.
 * @param traces undefined where there is no policy
 */
export function withAdmission(decision: Decision, traces: (() => readonly AdmissionTrace[]) | undefined): Decision {
  if (traces === undefined) return decision
  const { workload, injections, because, trace, diagnostics } = decision
  const { namespace, webhooks, policies } = trace
  return {
    workload,
    injections,
    because,
    trace: {
      namespace,
      webhooks,
      policies,
      get admission() {
        return traces()
      },
    },
    get flip() {
      return decision.flip
    },
    diagnostics,
  }
}

function outcomeTrace(outcome: InvocationOutcome, { resourceOf, of, pass }: Context): AdmissionTrace {
  const { policy, binding, param } = outcome.invocation
  const place = fieldRefsIn(resourceOf(policy.value))
  const conditions = outcome.conditions.map(({ name, result, message }, i): AdmissionCheck => {
    const text = message === undefined ? '' : `: ${message}`
    return {
      asked: `condition ${name}`,
      result,
      found: `${result === 'yes' ? 'true' : result === 'no' ? 'false' : result}${text}`,
      ...place(['spec', 'matchConditions', i]),
    }
  })
  const mutations = outcome.mutations.map(({ mutation, before, after, error }): AdmissionCheck => {
    const changed = changedPaths(before, after)
    const found = error ?? (changed.length === 0 ? 'changes nothing' : `changes ${changed.join(', ')}`)
    return { asked: `mutation ${mutation + 1}`, result: error === undefined ? 'yes' : 'error', found, ...place(['spec', 'mutations', mutation]) }
  })
  const paramName = param === undefined ? '' : param.namespace === undefined ? param.name : `${param.namespace}/${param.name}`
  const bound: AdmissionCheck = {
    asked: `binding ${binding.name}`,
    result: 'yes',
    found: 'matches',
    ...fieldRefsIn(resourceOf(binding.value))(['metadata', 'name']),
  }
  const found: AdmissionCheck[] =
    param === undefined
      ? []
      : [{ asked: `parameter ${paramName}`, result: 'yes', found: 'found', ...fieldRefsIn(resourceOf(param.value))(['metadata', 'name']) }]
  const failing = outcome.conditions.findIndex(({ result }) => result === 'no')
  const changed = [...new Set(outcome.mutations.flatMap(({ before, after }) => changedPaths(before, after)))]
  return {
    policy: policy.name,
    binding: binding.name,
    ...(param === undefined ? {} : { param: paramName }),
    of,
    pass,
    result: outcome.result === 'carried out' ? (changed.length > 0 ? 'applied' : 'unchanged') : outcome.result,
    reason: reasonOf(outcome, changed),
    ...(failing >= 0 ? place(['spec', 'matchConditions', failing]) : place(['metadata', 'name'])),
    changed,
    checks: [bound, ...found, ...conditions, ...mutations],
  }
}

function reasonOf({ result, conditions }: InvocationOutcome, changed: readonly string[]): string {
  const no = conditions.find(condition => condition.result === 'no')
  if (no !== undefined) return `its condition ${no.name} is false`
  if (result === 'failed') return 'it fails'
  if (result === 'unknown') return 'it depends on a value that is not known'
  return changed.length === 0 ? 'it matches and changes nothing' : `it changes ${changed.join(', ')}`
}

function absenceTrace({ policy, binding, match, missing }: Absence, { resourceOf, of, pass }: Context): AdmissionTrace {
  const owner = binding ?? policy
  const place = fieldRefsIn(resourceOf(owner.value))
  const base = binding === undefined ? 'matchConstraints' : 'matchResources'
  const by = match?.by ?? 'resourceRules'
  const field: FieldPath = ['spec', base, by, ...(match?.rule === undefined ? [] : [match.rule])]
  return {
    policy: policy.name,
    ...(binding === undefined ? {} : { binding: binding.name }),
    of,
    pass,
    result: 'skipped',
    reason: missing === undefined ? `${binding === undefined ? 'its' : `binding ${binding.name}: its`} ${WORDS[by]}` : `its parameter is missing: ${missing}`,
    ...place(field),
    changed: [],
    checks: [],
  }
}

const WORDS = {
  namespaceSelector: 'namespaceSelector does not match',
  objectSelector: 'objectSelector does not match',
  excludeResourceRules: 'excludeResourceRules match',
  resourceRules: 'resourceRules do not match',
}

function fieldRefsIn(resource: Resource | undefined): (field: FieldPath) => { readonly at?: FieldRef } {
  return field => (resource === undefined ? {} : { at: { resource, field } })
}
