// Runs all policies on a request: the first pass, and the second pass after webhooks (docs/policies.md).

import type { JsonObject } from '../lib/model/index.ts'
import { carryOut, type Defaults, type InvocationOutcome, lastValue } from './carry-out.ts'
import { type Invocation, type PolicyFailure, type Selection, selectInvocations } from './invocations.ts'
import { PanicError } from './json-values.ts'
import { InternalError } from './mutate.ts'
import type { Policies } from './prepare.ts'
import { factsOf, type PolicyRequest, withManagedFields, withoutManagedFields } from './request.ts'

/** Result of the policies for an object in one pass. */
export interface Admission {
  readonly object: JsonObject
  readonly outcomes: readonly InvocationOutcome[]
  readonly selection: Selection
  /** Whether mutations were carried out, even without an effect: the API server then runs a second pass. */
  readonly needsSecondPass: boolean
  /** The last result of `defaults`; undefined where no mutation was carried out. */
  readonly known: JsonObject | undefined
  /** Errors of the configuration first; the first is the API server's message. */
  readonly failures: readonly PolicyFailure[]
  /** The request ends here, whatever the failure policies. */
  readonly fatal?: {
    readonly code: 500 | 0
    readonly reason: 'InternalError' | 'NoAnswer'
    readonly message: string
    readonly by: InvocationOutcome['invocation']
  }
}

export interface AdmitOptions {
  /** The API server's defaults for the object's kind. */
  readonly defaults: Defaults
  /** The pass before; then only what is marked `IfNeeded` and was carried out there is carried out. */
  readonly after?: Admission
  /** Chooses and orders the invocations, to try out what another order gives. */
  readonly arrange?: (invocations: readonly Invocation[]) => readonly Invocation[]
}

/**
 * Applies the policies to an object that is about to be created.
 * @example
 * const first = admit(policies, { object: pod, request, labels }, { defaults })
 * const second = admit(policies, { object: webhooks(first.object), request, labels }, { defaults, after: first })
 */
export function admit(policies: Policies, given: PolicyRequest, { defaults, after, arrange = invocations => invocations }: AdmitOptions): Admission {
  const selection = selectInvocations(policies, given)
  const facts = factsOf(given)
  const valueFor = lastValue()
  const before = new Set(after?.outcomes.filter(({ mutations }) => mutations.length > 0).map(({ invocation }) => invocation.key))
  const outcomes: InvocationOutcome[] = []
  let object = withManagedFields(given.object)
  let known = after?.known
  const sofar = () => ({
    object: withoutManagedFields(object),
    outcomes,
    selection,
    known,
    needsSecondPass: outcomes.some(({ mutations }) => mutations.length > 0),
    failures: [...selection.failures, ...outcomes.flatMap(({ failures }) => failures)],
  })
  for (const invocation of arrange(selection.invocations)) {
    const mutates = after === undefined || (invocation.policy.reinvocationPolicy === 'IfNeeded' && before.has(invocation.key))
    try {
      const outcome = carryOut(invocation, object, { facts, valueFor, defaults, known, mutates })
      outcomes.push(outcome)
      object = outcome.object
      if (outcome.mutations.some(({ after, error, unknown }) => after === object && error === undefined && unknown === undefined)) known = object
    } catch (error) {
      if (error instanceof InternalError) return { ...sofar(), fatal: { code: 500, reason: 'InternalError', message: error.message, by: invocation } }
      if (error instanceof PanicError) return { ...sofar(), fatal: { code: 0, reason: 'NoAnswer', message: error.message, by: invocation } }
      throw error
    }
  }
  return sofar()
}
