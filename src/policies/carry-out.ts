// Carries out one invocation: its match conditions, then its mutations, each on what the one before it left (docs/policies.md).

import { type AdmissionInput, CONDITIONS_BUDGET, type Evaluated, evaluate, OUT_OF_BUDGET, POLICY_BUDGET } from '../lib/admission/index.ts'
import { type CelValue, fromJson } from '../lib/cel/index.ts'
import type { JsonObject } from '../lib/model/index.ts'
import type { Invocation, PolicyFailure } from './invocations.ts'
import { InternalError, MutationError, mutate } from './mutate.ts'
import { type Facts, parameterValue, UNKNOWN, visibleObject } from './request.ts'

export interface ConditionOutcome {
  readonly name: string
  readonly result: 'yes' | 'no' | 'error' | 'unknown'
  /** Of an error; of `unknown` the name of what is not known. */
  readonly message?: string
  /** Cost of the expression. */
  readonly cost: number
}

export interface MutationOutcome {
  /** Of the policy's mutations. */
  readonly mutation: number
  readonly before: JsonObject
  readonly after: JsonObject
  readonly error?: string
  /** The name of what is not known. */
  readonly unknown?: string
  /** Cost of the expression. */
  readonly cost: number
}

/** Result of one invocation in one pass. */
export interface InvocationOutcome {
  readonly invocation: Invocation
  readonly conditions: readonly ConditionOutcome[]
  /** `unknown`: it depends on a fact that is not known. */
  readonly result: 'carried out' | 'skipped' | 'failed' | 'unknown'
  readonly mutations: readonly MutationOutcome[]
  readonly failures: readonly PolicyFailure[]
  readonly object: JsonObject
}

/** Sets the API server's defaults. Parts that the object shares with `known`, an earlier result, are skipped. */
export type Defaults = (object: JsonObject, known: JsonObject | undefined) => JsonObject

export interface Context {
  readonly facts: Facts
  /** The value of an object in expressions (`lastValue`). */
  readonly valueFor: (object: JsonObject) => CelValue
  /** The API server's defaults, which it sets after each mutation. */
  readonly defaults: Defaults
  /** The last result of `defaults` in this pass. */
  readonly known: JsonObject | undefined
  /** Whether mutations are carried out where the conditions say yes. */
  readonly mutates: boolean
}

/**
 * @throws InternalError, PanicError where the API server would give up the request at once
 */
export function carryOut(invocation: Invocation, object: JsonObject, context: Context): InvocationOutcome {
  const params = invocation.param === undefined ? null : paramsOf(invocation.param.value)
  const within = { ...context, params }
  const conditions = conditionsOf(invocation, inputFor(object, within, null))
  const sofar = { invocation, conditions, mutations: [], failures: [], object }
  if (conditions.some(({ result }) => result === 'no')) return { ...sofar, result: 'skipped' }
  if (conditions.some(({ result }) => result === 'unknown')) return { ...sofar, result: 'unknown' }
  const errors = conditions.flatMap(({ message }, condition) => (message === undefined ? [] : [{ message, condition }]))
  if (errors.length > 0) {
    const ignored = invocation.policy.failurePolicy === 'Ignore'
    return { ...sofar, result: ignored ? 'skipped' : 'failed', failures: ignored ? [] : [conditionFailure(invocation, errors)] }
  }
  return context.mutates ? mutations(invocation, object, { ...within, conditions }) : { ...sofar, result: 'skipped' }
}

function conditionsOf({ policy }: Invocation, input: AdmissionInput): ConditionOutcome[] {
  const budget = { remaining: CONDITIONS_BUDGET }
  return policy.programs.conditions.map(({ name, expression, program }) => {
    const result = evaluate(program, { input, budget })
    const { cost } = result
    if (result.ok) return { name, cost, result: result.value === true ? 'yes' : 'no' }
    const unknown = unknownIn(result.error)
    return { name, cost, ...(unknown === undefined ? { result: 'error', message: errorText(expression, result) } : { result: 'unknown', message: unknown }) }
  })
}

function mutations(
  invocation: Invocation,
  object: JsonObject,
  context: Context & { readonly params: CelValue; readonly conditions: readonly ConditionOutcome[] },
): InvocationOutcome {
  const { defaults, known: before, conditions } = context
  const { policy } = invocation
  const outcomes: MutationOutcome[] = []
  const failures: PolicyFailure[] = []
  let [current, known] = [object, before]
  for (const [i, mutation] of policy.programs.mutations.entries()) {
    const input = inputFor(current, context)
    const result = evaluate(mutation.program, { input, variables: policy.programs.variables, budget: { remaining: POLICY_BUDGET } })
    const { cost } = result
    const unknown = result.ok ? undefined : unknownIn(result.error)
    const outcome = result.ok
      ? attempt(() => defaults(mutate(current, mutation, { value: result.value, known }), known))
      : { error: errorText(mutation.expression, result) }
    if ('error' in outcome) {
      outcomes.push({ mutation: i, before: current, after: current, cost, ...(unknown === undefined ? { error: outcome.error } : { unknown }) })
      if (unknown === undefined && policy.failurePolicy !== 'Ignore') {
        const failing = { what: `mutation ${i + 1}`, field: mutation.field, expression: mutation.expression }
        failures.push({ ...failureOf(invocation, outcome.error), failing })
      }
      continue
    }
    outcomes.push({ mutation: i, before: current, after: outcome.object, cost })
    current = outcome.object
    known = current
  }
  const isUnknown = outcomes.some(({ unknown }) => unknown !== undefined)
  return {
    invocation,
    conditions,
    mutations: outcomes,
    failures,
    object: current,
    result: isUnknown ? 'unknown' : failures.length > 0 ? 'failed' : 'carried out',
  }
}

function attempt(run: () => JsonObject): { readonly object: JsonObject } | { readonly error: string } {
  try {
    return { object: run() }
  } catch (error) {
    if (error instanceof MutationError) return { error: error.message }
    // A value that the schema of patches accepts, but that does not decode.
    if (error instanceof Error && error.name === 'TypedError') throw new InternalError(error.message)
    throw error
  }
}

function inputFor(
  object: JsonObject,
  { facts, valueFor, params }: Context & { readonly params: CelValue },
  namespaceObject: AdmissionInput['namespaceObject'] = facts.namespaceObject,
): AdmissionInput {
  const { request, authorizer, 'authorizer.requestResource': requestResource } = facts
  return { object: valueFor(object), oldObject: null, params, request, namespaceObject, authorizer, 'authorizer.requestResource': requestResource }
}

/** Function that gives the value of an object in expressions, and keeps the last one: conditions and mutations see one object until a mutation changes it. */
export function lastValue(): Context['valueFor'] {
  let last: { readonly object: JsonObject; readonly value: CelValue } | undefined
  return object => {
    if (last?.object !== object) last = { object, value: fromJson(visibleObject(object)) }
    return last.value
  }
}

// All requests see the same parameters.
const PARAMS = new WeakMap<JsonObject, CelValue>()

function paramsOf(parameter: JsonObject): CelValue {
  const known = PARAMS.get(parameter)
  if (known !== undefined) return known
  const value = parameterValue(parameter)
  PARAMS.set(parameter, value)
  return value
}

function errorText(expression: string, { error, outOfBudget }: Evaluated & { readonly ok: false }): string {
  if (outOfBudget === true) return OUT_OF_BUDGET
  return `expression '${expression}' resulted in error: ${error}`
}

function unknownIn(error: string): string | undefined {
  const start = error.indexOf(UNKNOWN)
  return start < 0 ? undefined : error.slice(start + UNKNOWN.length)
}

function conditionFailure(invocation: Invocation, errors: readonly { readonly message: string; readonly condition: number }[]): PolicyFailure {
  const messages = errors.map(({ message }) => message)
  const text = messages.length === 1 ? messages.join() : `[${messages.join(', ')}]`
  const condition = errors[0]?.condition ?? 0
  const { name = '', expression = '' } = invocation.policy.conditions[condition] ?? {}
  return { ...failureOf(invocation, text), failing: { what: `condition ${name}`, field: ['spec', 'matchConditions', condition, 'expression'], expression } }
}

function failureOf({ policy, binding }: Invocation, text: string): PolicyFailure {
  return { policy, binding, reason: 'Invalid', message: `policy '${policy.name}' with binding '${binding.name}' denied request: ${text}` }
}
