// The interface of a cache for the output of statements. Templates give the same output without one.

import type { FuncMap } from '../go/value.ts'
import type { ListNode, StatementNode } from './node.ts'
import type { ExecutionCache, Step } from './run.ts'

/** A compiled statement of a list in which `.` is the data. */
export interface CompiledStatement {
  readonly run: Step
  /** The text, of a statement that prints nothing else. */
  readonly text: string | undefined
  readonly node: StatementNode
  /** Slots of the variables that it can read; undefined where that is known only when it runs. */
  readonly reads: readonly number[] | undefined
  /** Slots of the variables that it can set. */
  readonly sets: readonly number[]
}

/** The functions and templates that the statements of a template may use. */
export interface Surroundings {
  readonly funcs: FuncMap
  /** The body of another template of the set. */
  readonly bodyOf: (name: string) => ListNode | undefined
}

/** A cache for the executions of one template. */
export interface StatementCache extends ExecutionCache {
  /** One step for a list of statements, of which `plain` executes all. */
  readonly compileList: (statements: readonly CompiledStatement[], plain: Step) => Step
}

/** Creates the cache of a template that is about to be compiled. */
export type CreateStatementCache = (surroundings: Surroundings) => StatementCache
