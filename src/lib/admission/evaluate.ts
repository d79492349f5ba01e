// Evaluates compiled expressions on a request, with the variables of a policy and the API server's budgets (k8s.io/apiserver, pkg/admission/plugin/cel).

import { CelError, type CelValue, type Outcome, type Program, type Result, Struct, type Variables } from '../cel/index.ts'
import type { Budget } from './budget.ts'
import type { Variable } from './environments.ts'

/** Variables of expressions. Objects come from fromJson; a missing value is null. A function is called when an expression uses the variable. */
export interface AdmissionInput {
  readonly object: CelValue
  readonly oldObject: CelValue
  readonly request: CelValue | (() => Result)
  readonly namespaceObject: CelValue | (() => Result)
  readonly params: CelValue
  /** Permissions of the user; absent if they are not known. */
  readonly authorizer?: CelValue | (() => Result)
  readonly 'authorizer.requestResource'?: CelValue | (() => Result)
}

/** Error of an expression that uses the authorizer before there is a request. */
export const UNKNOWN_AUTHORIZER = new CelError("'authorizer' asks the API server who may do what, which is not known before the resources are applied")

export const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run'

export interface Evaluation {
  readonly input: AdmissionInput
  /** Variables of the policy. */
  readonly variables?: ReadonlyMap<string, Variable>
  readonly budget: Budget
  /** Cost limit of the expression, if it is lower than the API server's. */
  readonly costLimit?: number
}

export type Evaluated = Outcome & { readonly outOfBudget?: true }

/** Evaluates a program; variables are evaluated on first use, and kept for this evaluation. */
export function evaluate(program: Program, { input, variables, budget, costLimit }: Evaluation): Evaluated {
  let variablesCost = 0
  let named: Struct | undefined
  const values: Variables = {
    get: name => {
      if (name !== 'variables' || variables === undefined) return Object.hasOwn(input, name) ? input[name as keyof AdmissionInput] : undefined
      named ??= lazyVariables(variables, values, cost => {
        variablesCost += cost
      })
      return named
    },
  }
  const outcome = program.run(values, costLimit === undefined ? {} : { costLimit })
  const cost = variablesCost + outcome.cost
  budget.remaining -= cost
  if (budget.remaining < 0) return { ok: false, error: OUT_OF_BUDGET, cost, outOfBudget: true }
  return { ...outcome, cost }
}

/** Maximum depth of variables that use one another, because of JavaScript's stack; the API server has no limit. */
const MOST_NESTED = 100

function lazyVariables(variables: ReadonlyMap<string, Variable>, values: Variables, spend: (cost: number) => void): Struct {
  const known = new Map<string, Result>()
  let depth = 0
  const missing = (name: string): Result | undefined => {
    const variable = variables.get(name)
    if (variable === undefined) return undefined
    let value = known.get(name)
    if (value === undefined) {
      value = compute(name, variable)
      known.set(name, value)
    }
    return value
  }
  const compute = (name: string, variable: Variable): Result => {
    if ('error' in variable) return new CelError(variable.error)
    if (depth === MOST_NESTED) return new CelError(`composited variable "${name}" is not evaluated: variables need one another ${MOST_NESTED} deep`)
    depth++
    const outcome = variable.program.run(values)
    depth--
    spend(outcome.cost)
    return outcome.ok ? outcome.value : new CelError(`composited variable "${name}" fails to evaluate: ${outcome.error}`)
  }
  return new Struct('kubernetes.variables', new Map(), { missing, open: true })
}
