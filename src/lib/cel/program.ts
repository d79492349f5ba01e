// Compiles expressions in an environment and evaluates them: parse, check, validate, plan, run.

import type { Expr } from './ast.ts'
import type { Checked } from './checked.ts'
import { check } from './checker.ts'
import { CostExceeded, Meter, Panic } from './cost.ts'
import type { Declarations, StructDeclaration } from './environment.ts'
import type { Eval, Variables } from './frame.ts'
import { type FunctionDeclaration, functionTable } from './function.ts'
import { wellKnownStruct } from './library/well-known.ts'
import { parse } from './parser.ts'
import { plan } from './plan.ts'
import { PlanError } from './planner.ts'
import { references } from './references.ts'
import { formatIssues, type Issue } from './source.ts'
import { type CelType, DYN } from './type.ts'
import { validate } from './validate.ts'
import { CelError, type CelValue, type Result } from './value.ts'

export interface EnvironmentOptions {
  /** The variables that expressions can name, with their types. */
  readonly variables: Iterable<readonly [string, CelType]>
  /** The message types that they can name. */
  readonly struct?: ((name: string) => StructDeclaration | undefined) | undefined
  readonly functions: readonly FunctionDeclaration[]
}

export interface Environment {
  /**
   * Compiles an expression. Never throws.
   * @param refuse returns an error message for a result type that is not allowed; called before constants are computed
   * @example environment.compile('object.spec.replicas > 1')
   */
  readonly compile: (text: string, refuse?: (outputType: CelType) => string | undefined) => Compiled
}

export type Compiled = { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly issues: readonly Issue[]; readonly text: string }

export interface Program {
  readonly outputType: CelType
  /** The paths that the expression reads of its variables: `[['object', 'spec', 'replicas']]`. */
  readonly references: readonly (readonly string[])[]
  /** Evaluates it. Never throws. */
  readonly run: (variables: Variables, limits?: { readonly costLimit?: number }) => Outcome
}

export type Outcome =
  | { readonly ok: true; readonly value: CelValue; readonly cost: number }
  | { readonly ok: false; readonly error: string; readonly cost: number }

/** Cost limit of the API server for one expression. */
export const COST_LIMIT = 1_000_000

/**
 * An environment in which expressions are compiled.
 * @example createEnvironment({ variables: [['object', DYN]], functions: STANDARD_FUNCTIONS }).compile('object.a == 1')
 */
export function createEnvironment({ variables, struct = () => undefined, functions }: EnvironmentOptions): Environment {
  const declarations: Declarations = {
    variables: new Map(variables),
    struct: name => wellKnownStruct(name) ?? struct(name),
    functions: functionTable(functions),
  }
  return { compile: (text, refuse) => compile(text, declarations, refuse) }
}

function compile(text: string, declarations: Declarations, refuse: (outputType: CelType) => string | undefined = () => undefined): Compiled {
  const parsed = parse(text)
  if ('issues' in parsed) return failed(text, parsed.issues)
  const checked = check(text, parsed.expr, declarations)
  if ('issues' in checked) return failed(text, checked.issues)
  const issues = validate(text, parsed.expr, checked)
  if (issues.length > 0) return failed(text, issues)
  const refused = refuse(checked.types.get(parsed.expr) ?? DYN)
  if (refused !== undefined) return refusedAsWhole(refused)
  try {
    return { ok: true, program: programOf(parsed.expr, checked, declarations) }
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
    return refusedAsWhole(`program instantiation failed: ${error.message}`)
  }
}

function refusedAsWhole(message: string): Compiled {
  return { ok: false, issues: [{ line: 1, column: 1, message }], text: message }
}

function failed(text: string, issues: readonly Issue[]): Compiled {
  return { ok: false, issues, text: formatIssues(text, issues) }
}

function programOf(expr: Expr, checked: Checked, declarations: Declarations): Program {
  const evaluate = plan(expr, checked, declarations)
  return {
    outputType: checked.types.get(expr) ?? DYN,
    references: references(expr, checked),
    run: (variables, { costLimit = COST_LIMIT } = {}) => run(evaluate, variables, costLimit),
  }
}

function run(evaluate: Eval, variables: Variables, costLimit: number): Outcome {
  const meter = new Meter(costLimit)
  let result: Result
  try {
    result = evaluate({ variables, locals: [], meter })
  } catch (error) {
    if (error instanceof CostExceeded || error instanceof Panic) result = new CelError(error.message)
    // Values and macros inside of one another; the API server's stack has no such limit.
    else if (error instanceof RangeError && error.message.startsWith('Maximum call stack')) result = new CelError('it nests more deeply than can be followed')
    else throw error
  }
  if (result instanceof CelError) return { ok: false, error: result.message, cost: meter.used }
  return { ok: true, value: result, cost: meter.used }
}
