// Evaluates the matchConditions of a webhook: one false result excludes the request; otherwise an error fails it
// (k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions). The CEL compiler is a parameter, so that it is loaded only if there is a condition.

import { type Budget, CONDITIONS_BUDGET } from '../lib/admission/budget.ts'
import type { AdmissionRequest } from '../lib/k8s/admission/request.ts'
import { secretsIn, withoutSecrets } from '../lib/model/index.ts'

/** An entry of a webhook's `matchConditions`. */
export interface MatchCondition {
  readonly name: string
  readonly expression: string
}

/** Compiles an expression. Neither the compiler nor the condition throws. */
export type ConditionCompiler = (expression: string) => Condition
export type Condition = (request: AdmissionRequest, budget: Budget) => boolean | ConditionFailure

/** An expression that does not compile or fails. */
export interface ConditionFailure {
  readonly error: string
  /** Set if the cost budget of the webhook's conditions is used up. */
  readonly outOfBudget?: true
}

export interface ConditionResult {
  readonly name: string
  readonly expression: string
  readonly result: 'yes' | 'no' | 'error'
  readonly error?: string
}

export interface ConditionsOutcome {
  readonly result: boolean
  /** Error message; several errors in brackets, as Go's error aggregate prints them. */
  readonly error?: string
  readonly conditions: readonly ConditionResult[]
}

/** Evaluates the match conditions of a webhook, within one budget, and combines their results. */
export function checkConditions(list: readonly MatchCondition[], request: AdmissionRequest, compile: ConditionCompiler): ConditionsOutcome {
  const budget: Budget = { remaining: CONDITIONS_BUDGET }
  const conditions: ConditionResult[] = []
  for (const { name, expression } of list) {
    const verdict = compile(expression)(request, budget)
    const result = typeof verdict === 'object' ? 'error' : verdict ? 'yes' : 'no'
    const error = typeof verdict === 'object' ? withoutSecrets(verdict.error, secretsIn(request.object ?? null)) : undefined
    conditions.push({ name, expression, result, ...(error === undefined ? {} : { error }) })
    // The server then says nothing of the others.
    if (error !== undefined && typeof verdict === 'object' && verdict.outOfBudget === true) return { result: false, error, conditions }
  }
  if (conditions.some(c => c.result === 'no')) return { result: false, conditions }
  const errors = [...new Set(conditions.flatMap(c => c.error ?? []))]
  if (errors.length === 0) return { result: true, conditions }
  return { result: false, error: errors.length === 1 ? errors.join() : `[${errors.join(', ')}]`, conditions }
}
