// A statement in the memory of a template: its inputs, and its latest executions with their texts.

import type { Value } from '../assign.ts'
import type { Node } from '../node.ts'
import type { CallSite, Print, Run, Step } from '../run.ts'
import type { Input } from './inputs.ts'
import { isSameValue } from './same-value.ts'

/** One execution of a statement. */
export interface Execution {
  /** The tokens of its inputs (inputs.ts). */
  readonly tokens: readonly unknown[]
  /** Values of the variables that it could read. */
  readonly variables: readonly Value[]
  readonly text: string
  /** Output of actions, by positions in `text`. */
  readonly prints: readonly Print[]
  /** Output of encoders while nothing was printed. */
  readonly encoded: readonly string[]
  /** Values of the variables that it could set, as it left them. */
  readonly assigned: readonly Value[]
  readonly work: number
  /** Position for errors that follow it. */
  readonly node: Node | undefined
  readonly site: CallSite | undefined
}

/** A statement with its latest executions. */
export interface Statement {
  readonly run: Step
  /** Parts of the data that the statement reads; undefined if they are not known, so that it is executed each time. */
  readonly inputs: readonly Input[] | undefined
  /** Slots of the variables that it can read, and of those that it can set. */
  readonly reads: readonly number[]
  readonly sets: readonly number[]
  /** The only execution that is possible, of a statement that is a text. */
  readonly constant: Execution | undefined
  /** The latest ones, oldest first. */
  readonly executions: Execution[]
  /** The generation of the memory that they belong to. */
  generation: number
  /** Number of consecutive executions that were not found in the cache. */
  misses: number
  /** For how many executions the statement is not looked up. */
  pause: number
}

/** The earlier execution in which inputs and variables were what they are now. */
export function findExecution({ executions, inputs = [], reads }: Statement, run: Run): Execution | undefined {
  return executions.find(execution => hasInputs(execution, inputs) && hasVariables(execution, reads, run))
}

function hasInputs({ tokens }: Execution, inputs: readonly Input[]): boolean {
  for (let i = 0; i < tokens.length; i++) if (!Object.is(tokens[i], inputs[i]?.token)) return false
  return true
}

function hasVariables({ variables }: Execution, reads: readonly number[], { vars, varTypes }: Run): boolean {
  for (let i = 0; i < variables.length; i++) {
    const slot = reads[i] ?? 0
    if (varTypes[slot] !== undefined || !isSameValue(variables[i], vars[slot])) return false
  }
  return true
}
