// A policy with its expressions compiled, and what the API server refuses about them.

import { type Compiled, type PolicyEnvironments, policyEnvironments } from '../lib/admission/index.ts'
import type { Issue, Program } from '../lib/cel/index.ts'
import { type FieldError, invalid, required } from './field-error.ts'
import type { Mutation, NamedExpression, Policy } from './policy.ts'

export interface CompiledPolicy extends Policy {
  readonly programs: {
    readonly conditions: readonly (NamedExpression & { readonly program: Program })[]
    readonly variables: PolicyEnvironments['variables']
    readonly mutations: readonly (Mutation & { readonly program: Program })[]
  }
}

export interface Compilation {
  /** Absent where there are errors. */
  readonly policy?: CompiledPolicy
  readonly errors: readonly FieldError[]
}

/**
 * Compiles the conditions, variables and mutations of a policy.
 * @example compilePolicy(readPolicy(value)).errors.map(({ reason }) => reason)
 */
export function compilePolicy(policy: Policy): Compilation {
  const { conditions, variables, mutations } = policy
  const environments = policyEnvironments({ hasParams: policy.paramKind !== undefined, hasAuthorizer: true, definitions: variables })
  const errors: FieldError[] = []
  const compiled = (text: string, field: readonly (string | number)[], compile: (text: string) => Compiled): Program | undefined => {
    if (text.trim() === '') {
      errors.push(required(field))
      return undefined
    }
    const result = compile(text)
    if (result.ok) return result.program
    errors.push(compileError(field, { expression: text, ...result }))
    return undefined
  }
  const compiledConditions = conditions.map((condition, i) => ({
    ...condition,
    program: compiled(condition.expression, ['spec', 'matchConditions', i, 'expression'], environments.condition),
  }))
  variableErrors(policy, environments, errors)
  const compiledMutations = mutations.map(mutation => ({
    ...mutation,
    program: compiled(mutation.expression, mutation.field, mutation.patchType === 'JSONPatch' ? environments.jsonPatch : environments.applyConfiguration),
  }))
  if (errors.length > 0) return { errors }
  const programs = { conditions: compiledConditions.filter(hasProgram), variables: environments.variables, mutations: compiledMutations.filter(hasProgram) }
  return { errors, policy: { ...policy, programs } }
}

function variableErrors({ variables }: Policy, environments: PolicyEnvironments, errors: FieldError[]): void {
  for (const [i, { name, expression }] of variables.entries()) {
    const field = ['spec', 'variables', i, 'expression']
    const variable = environments.variables.get(name)
    if (expression.trim() === '') errors.push(required(field))
    else if (variable !== undefined && 'error' in variable)
      errors.push(
        compileError(field, { expression, text: variable.error.replace(/^composited variable ".*?" fails to compile: /, ''), issues: variable.issues }),
      )
  }
}

interface Failure {
  readonly expression: string
  readonly text: string
  readonly issues: readonly Issue[]
}

function compileError(field: FieldError['field'], { expression, text, issues }: Failure): FieldError {
  return { ...invalid(field, expression, text.startsWith('ERROR') ? `compilation failed: ${text}` : text), issues, expression }
}

function hasProgram<Item extends { readonly program: Program | undefined }>(item: Item): item is Item & { readonly program: Program } {
  return item.program !== undefined
}
