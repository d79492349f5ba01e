// matchConditions of a webhook: all are evaluated, one false ends the matter, else one error fails it
// (k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions). The CEL evaluator itself is handed in, so that it is loaded only when a condition exists.

import type { AdmissionRequest } from '../lib/k8s/admission/request.ts'
import type { MatchCondition } from './webhook.ts'

/** Compiles an expression once. Neither it nor the condition throws anything but a ConditionError. */
export type ConditionCompiler = (expression: string) => Condition
export type Condition = (request: AdmissionRequest) => boolean

/** An expression that does not compile or fails. */
export class ConditionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ConditionError'
  }
}

export interface ConditionResult {
  readonly name: string
  readonly expression: string
  readonly result: 'yes' | 'no' | 'error'
  readonly error?: string
}

export interface ConditionsOutcome {
  readonly result: boolean
  /** What failed; several findings in brackets, as Go's error aggregate prints them. */
  readonly error?: string
  readonly conditions: readonly ConditionResult[]
}

export function checkConditions(list: readonly MatchCondition[], request: AdmissionRequest, compile: ConditionCompiler): ConditionsOutcome {
  const conditions = list.map(condition => evaluate(condition, request, compile))
  if (conditions.some(c => c.result === 'no')) return { result: false, conditions }
  const errors = [...new Set(conditions.flatMap(c => c.error ?? []))]
  if (errors.length === 0) return { result: true, conditions }
  return { result: false, error: errors.length === 1 ? errors.join() : `[${errors.join(', ')}]`, conditions }
}

function evaluate({ name, expression }: MatchCondition, request: AdmissionRequest, compile: ConditionCompiler): ConditionResult {
  try {
    return { name, expression, result: compile(expression)(request) ? 'yes' : 'no' }
  } catch (error) {
    if (error instanceof ConditionError) return { name, expression, result: 'error', error: error.message }
    throw error
  }
}
