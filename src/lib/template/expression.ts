// The types that the files of the compiler share: expressions, arguments, calls, the template that is being compiled.

import type { FuncMap, GoType, GoValue } from '../go/value.ts'
import type { Value } from './assign.ts'
import type { IdentifierNode, Node, Operand } from './node.ts'
import { type Expr, fail } from './run.ts'
import type { StatementCache } from './statement-cache.ts'
import type { Variables } from './variables.ts'

/** The template that is being compiled. */
export interface Compiler {
  readonly funcs: FuncMap
  readonly variables: Variables
  /** Pipelines around this place, within the same action. */
  expressionDepth: number
  /** Stack frames that the blocks around this place take when they are executed, about. */
  blockFrames: number
  /** The most frames that anything in the template takes. */
  frames: number
  /** Whether statements note what they print, for `trace`. */
  readonly isTraced: boolean
  /** For the statements of this template; undefined where there is none. */
  readonly cache: StatementCache | undefined
  /** Whether `.` is the data at this place. */
  isData: boolean
  /** Number of characters that constant folding has printed so far. */
  folded: number
}

/** A value that is known while the template is compiled. */
export interface Constant {
  readonly value: Value
  /** The node that Go evaluates last on the way to it: where a later error is reported. */
  readonly at: Node
}

/** A compiled pipeline, command or operand. */
export interface Expression {
  readonly run: Expr
  /** Present where the value is known beforehand. */
  readonly constant?: Constant
}

/** An operand whose use is compiled when the parameter it is for is known. */
export interface Argument {
  readonly node: Operand
  readonly bind: (type: GoType, deep: boolean) => Expression
}

/** A call to be compiled. */
export interface Call {
  readonly identifier: IdentifierNode
  /** Position of an error that the function returns: the command, or the identifier if it is an argument itself. */
  readonly node: Node
  readonly args: readonly Argument[]
  /** The piped value, which is the last argument. */
  readonly final: Expression | undefined
}

/** An expression of which the value is known. */
export function constantExpression(value: Value, at: Node): Expression {
  return {
    constant: { value, at },
    run: run => {
      run.node = at
      return value
    },
  }
}

/** An expression that fails whenever it is evaluated, at `at` or, without it, at the node evaluated before. */
export function failing(format: string, { args, at }: { args: readonly GoValue[]; at?: Node }): Expression {
  return {
    run: run => {
      if (at !== undefined) run.node = at
      throw fail(run, format, ...args)
    },
  }
}

/** Evaluates one expression for its errors, then another. */
export function after(first: Expression | undefined, second: Expression): Expression {
  if (first === undefined) return second
  return {
    run: (run, dot) => {
      first.run(run, dot)
      return second.run(run, dot)
    },
  }
}
