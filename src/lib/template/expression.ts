// What the parts of the compiler hand each other: expressions, arguments, the template at hand.

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
  /** Characters of text that calls of constants came to. */
  folded: number
}

export interface Constant {
  readonly value: Value
  /** The node that Go evaluates last on the way to it: where a later error is reported. */
  readonly at: Node
}

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
  /** Where an error that the function returns is reported: the command, or the identifier if it is an argument itself. */
  readonly node: Node
  readonly args: readonly Argument[]
  /** What is piped in, as the last argument. */
  readonly final: Expression | undefined
}

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
