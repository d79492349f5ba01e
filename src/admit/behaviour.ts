// Finds policies that depend on their order, and policies that change their own result again, by running them. Each set of policies that acts together is run
// on the first workload that it changes, and again where two of them write one field.

import { changedPaths, changesTwice, type Diagnostic, type JsonObject, locate, warning } from '../lib/model/index.ts'
import type { Admission, Invocation, PolicyRequest } from '../policies/index.ts'
import { withReadableMessages } from './readable-messages.ts'
import type { PolicyRun } from './run.ts'

export interface Trial {
  readonly run: PolicyRun
  readonly request: PolicyRequest
  /** The API server's defaults for the object's kind. */
  readonly defaults: (object: JsonObject, known?: JsonObject) => JsonObject
  /** Result of the policies for the request in the first pass. */
  readonly pass: Admission
}

/** Warnings about policies that depend on order or are not idempotent. */
export function behaviourFindings(trial: Trial): Diagnostic[] {
  const { run, request, pass } = trial
  const acting = pass.outcomes.filter(({ mutations }) => mutations.length > 0).map(({ invocation }) => invocation)
  if (acting.length === 0) return []
  const key = JSON.stringify([request.request.resource.resource, ...acting.map(invocation => invocation.key)])
  const times = run.tried.get(key) ?? 0
  // Two that write one field need not do so on the first workload.
  if (times > 0 && (times >= MOST_TRIALS || !writesTwice(pass))) return []
  run.tried.set(key, times + 1)
  return [...(times === 0 ? repeated(trial) : []), ...ordered(trial, acting)]
}

/** Warnings about policies that are not idempotent: they change their own result when they are applied to it. */
function repeated({ run, request, defaults, pass }: Trial): Diagnostic[] {
  const again = withReadableMessages(run.engine.admit(run.policies, { ...request, object: pass.object }, { defaults }), pass.object)
  const hint = 'let it check first whether its change is already there, for example with a match condition'
  const [failure] = again.failures.filter(({ missing }) => missing === undefined)
  if (failure !== undefined || again.fatal !== undefined) {
    const policy = again.fatal?.by.policy ?? failure?.policy
    const message = `policy '${policy?.name}' fails when it is applied to the result of the policies: ${again.fatal?.message ?? failure?.message}`
    return at(run, policy, { code: 'admission-policy-not-idempotent', message, hint })
  }
  if (changedPaths(pass.object, again.object).length === 0) return []
  return again.outcomes.flatMap(({ invocation, mutations }) =>
    mutations.flatMap(({ before, after, mutation }) => {
      const paths = changedPaths(before, after).filter(path => changedPaths(pass.object, again.object).includes(path))
      if (paths.length === 0) return []
      const message = `policy '${invocation.policy.name}' is not idempotent: applied again to its own result, it changes ${listed(paths)}`
      return at(run, invocation.policy, { code: 'admission-policy-not-idempotent', message, hint, field: ['spec', 'mutations', mutation] })
    }),
  )
}

/** Warnings about pairs of invocations that give another result in the reverse order. */
function ordered({ run, request, defaults }: Trial, acting: readonly Invocation[]): Diagnostic[] {
  const inOrder = (keys: readonly string[]) =>
    run.engine.admit(run.policies, request, { defaults, arrange: all => keys.flatMap(key => all.find(invocation => invocation.key === key) ?? []) })
  const difference = (keys: readonly string[]): readonly string[] => {
    const [there, back] = [inOrder(keys), inOrder(keys.toReversed())]
    const failing = [there, back].map(({ failures, fatal }) => failures.length + (fatal === undefined ? 0 : 1))
    return failing[0] === failing[1] ? changedPaths(back.object, there.object) : ['whether they fail']
  }
  const keys = acting.slice(0, MOST).map(({ key }) => key)
  if (keys.length < 2 || difference(keys).length === 0) return []
  return acting.slice(0, MOST).flatMap((later, i) =>
    acting.slice(0, i).flatMap(earlier => {
      const paths = difference([earlier.key, later.key])
      if (paths.length === 0) return []
      const message = `${nameOf(earlier)} and ${nameOf(later)} give different results in the reverse order: ${listed(paths)}; the API server applies them in no fixed order; here they are applied in the order of their names`
      return at(run, later.policy, { code: 'admission-policy-order', message, hint: 'let only one of them write it, or put both mutations into one policy' })
    }),
  )
}

/** Maximum number of tests of a set of invocations. */
const MOST_TRIALS = 3

/** Maximum number of invocations whose pairs are tried. */
const MOST = 16

/** Whether two invocations change one field. */
function writesTwice({ outcomes }: Admission): boolean {
  const acting = outcomes.filter(({ mutations }) => mutations.length > 0)
  return changesTwice([acting[0]?.mutations[0]?.before, ...acting.map(({ object }) => object)])
}

function listed(paths: readonly string[]): string {
  return paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more`
}

function at({ resourceOf }: PolicyRun, policy: Invocation['policy'] | undefined, finding: Omit<Diagnostic, 'severity'>): Diagnostic[] {
  const resource = policy && resourceOf(policy.value)
  return [resource === undefined ? warning(finding) : locate(warning(finding), resource)]
}

function nameOf({ policy, binding, param }: Invocation): string {
  return `policy '${policy.name}' (binding '${binding.name}'${param === undefined ? '' : `, parameter '${param.name}'`})`
}
