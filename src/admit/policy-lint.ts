// Lints policies: errors that the API server reports on creation, errors at run time, and policies without effect.

import { type Diagnostic, describe, locate, type Resource, type Workload, warning } from '../lib/model/index.ts'
import type { FieldError, InvocationOutcome } from '../policies/index.ts'
import { lineAndColumnOf, positionInExpression } from './expression-position.ts'
import type { PolicyRun } from './run.ts'
import { shortExpression } from './short-expression.ts'

/** Findings about policies and bindings that the API server rejects; one for each error of an expression. */
export function refusals({ policies, resourceOf }: PolicyRun): Diagnostic[] {
  return policies.refused.flatMap(({ value, errors }) => errors.flatMap(error => refusal(error, resourceOf(value))))
}

const REFUSED = { code: 'admission-policy-invalid', severity: 'error' } as const

function refusal({ field, reason, issues = [], expression }: FieldError, resource: Resource | undefined): Diagnostic[] {
  const placed = issues.filter(({ line }) => line > 0)
  if (resource === undefined || expression === undefined || placed.length === 0) {
    const shown = expression === undefined ? reason : reason.replace(JSON.stringify(expression), () => JSON.stringify(shortExpression(expression)))
    const finding: Diagnostic = { ...REFUSED, message: `the API server rejects it: ${shown}`, field }
    return [resource === undefined ? finding : locate(finding, resource)]
  }
  return placed.map(issue => {
    const at = positionInExpression({ resource, field, text: expression }, issue)
    return locate({ ...REFUSED, message: `the API server rejects it: compilation failed: ${issue.message}`, field, at }, resource)
  })
}

/** Findings that do not depend on workloads. */
export function lintPolicies({ policies, engine, resourceOf }: PolicyRun): Diagnostic[] {
  const unbound = policies.unbound.flatMap(({ value, name }) => {
    const message = `policy '${name}' has no binding, so it has no effect`
    const hint = `add a MutatingAdmissionPolicyBinding with \`policyName: ${name}\``
    return findingAt(resourceOf(value), { code: 'admission-policy-unbound', message, hint })
  })
  const dangling = policies.dangling.flatMap(({ value, name, policyName }) => {
    const message = `binding '${name}' names policy '${policyName}', which is not among the resources, so it has no effect`
    const hint = 'add the policy, or correct `policyName`'
    return findingAt(resourceOf(value), { code: 'admission-policy-unbound', message, hint, field: ['spec', 'policyName'] })
  })
  const lint = [...policies.active.map(({ policy }) => policy), ...policies.unbound].flatMap(policy =>
    engine.lintPolicy(policy).flatMap(({ offset, text, ...finding }) => {
      const resource = resourceOf(policy.value)
      const at = resource && positionInExpression({ resource, field: finding.field, text }, lineAndColumnOf(text, offset))
      return findingAt(resource, { ...finding, ...(at === undefined ? {} : { at }) })
    }),
  )
  return [...unbound, ...dangling, ...lint]
}

function findingAt(resource: Resource | undefined, finding: Omit<Diagnostic, 'severity'>): Diagnostic[] {
  return [resource === undefined ? warning(finding) : locate(warning(finding), resource)]
}

/** Findings after all workloads were processed. */
export function lintAfterwards(run: PolicyRun): Diagnostic[] {
  return [...unused(run), ...costs(run)]
}

/** Warnings about policies of the input without effect. Policies of `sources` may be meant for other repositories. */
function unused({ policies, used, resourceOf, isInInput, workloads }: PolicyRun): Diagnostic[] {
  return policies.active.flatMap(({ policy: { value, name } }) => {
    const resource = resourceOf(value)
    if (resource === undefined || workloads === 0 || used.has(name) || !isInInput(resource)) return []
    const message = `policy '${name}' matches none of the ${workloads} workloads in the input`
    const hint = 'check its matchConstraints and the matchResources of its bindings with `explain --trace`'
    return [locate({ code: 'admission-policy-unused', severity: 'info', message, hint }, resource)]
  })
}

/** Records the cost of each expression that uses more than half of the API server's limit. */
export function noteCosts({ costs, engine }: PolicyRun, workload: Workload, outcomes: readonly InvocationOutcome[]): void {
  for (const { invocation, conditions, mutations } of outcomes) {
    const { policy } = invocation
    const isHigh = ({ cost }: { readonly cost: number }) => cost > engine.costLimit / 2
    if (!conditions.some(isHigh) && !mutations.some(isHigh)) continue
    const spent = [
      ...conditions.map(({ cost }, i) => ({ cost, field: ['spec', 'matchConditions', i, 'expression'] })),
      ...mutations.map(({ cost, mutation }) => ({ cost, field: ['spec', 'mutations', mutation] })),
    ].filter(isHigh)
    for (const { cost, field } of spent) {
      const key = JSON.stringify([policy.name, field])
      if (cost > (costs.get(key)?.cost ?? 0)) costs.set(key, { cost, workload, policy, field })
    }
  }
}

function costs({ costs: noted, engine, resourceOf }: PolicyRun): Diagnostic[] {
  return [...noted.values()].flatMap(({ cost, workload, policy, field }) => {
    const [share, limit] = [`${Math.round((cost / engine.costLimit) * 100)} %`, engine.costLimit.toLocaleString('en')]
    const message = `the expression costs ${share} of the ${limit} units that the API server allows, on ${describe(workload.resource.ref)}`
    const hint = 'larger objects cost more: iterate over fewer items, or split the expression into several mutations'
    return findingAt(resourceOf(policy.value), { code: 'admission-policy-cost', message, hint, field })
  })
}
