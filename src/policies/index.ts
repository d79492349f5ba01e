// Applies MutatingAdmissionPolicies as the API server does (docs/policies.md): validates and compiles them, and runs them on a request.

export type { InvocationOutcome } from './carry-out.ts'
export type { FieldError } from './field-error.ts'
export type { Absence, FailingExpression, Invocation } from './invocations.ts'
export type { Policies } from './prepare.ts'
export type { PolicyRequest } from './request.ts'

import { COST_LIMIT } from '../lib/cel/index.ts'
import { type Admission, type AdmitOptions, admit } from './admit.ts'
import { lintPolicy, type PolicyFinding } from './lint.ts'
import { concerns, type Policies, type PolicyObjects, preparePolicies } from './prepare.ts'
import type { PolicyRequest } from './request.ts'

export type { Admission, AdmitOptions, PolicyFinding, PolicyObjects }

/** The functions of this room that the flow calls. They are passed in, so that the room is loaded only if there is a policy. */
export interface PolicyEngine {
  readonly preparePolicies: (objects: PolicyObjects) => Policies
  readonly concerns: typeof concerns
  readonly lintPolicy: typeof lintPolicy
  /** Cost limit of one expression. */
  readonly costLimit: number
  readonly admit: (policies: Policies, given: PolicyRequest, options: AdmitOptions) => Admission
}

/**
 * The engine for MutatingAdmissionPolicies: prepares the policies of an input and applies them to objects as the API server does
 * (k8s.io/apiserver, pkg/admission/plugin/policy/mutating; docs/policies.md).
 * @example
 * const { preparePolicies, admit } = policyEngine()
 * const policies = preparePolicies({ policies: [policy], bindings: [binding], source })
 */
export function policyEngine(): PolicyEngine {
  return { preparePolicies, concerns, lintPolicy, costLimit: COST_LIMIT, admit }
}
