// The memory of one template: finds and stores executions of its statements, within bounds.

import type { Value } from '../assign.ts'
import { cut, NEXT, type Run, type Signal, shifted, textSince } from '../run.ts'
import type { CompiledStatement, Surroundings } from '../statement-cache.ts'
import { Inputs, UNCLEAR } from './inputs.ts'
import { readsOf } from './reads.ts'
import { isSmall } from './same-value.ts'
import { type Execution, findExecution, type Statement } from './statement.ts'

/** Counts calls of functions that may have changed data in place. */
export interface Changes {
  readonly count: number
}

const MAX_EXECUTIONS = 4
const MAX_TEXT = 65_536
/** Maximum length of all texts together. */
const MAX_CHARACTERS = 2_000_000
/** Size of a stored execution besides its text, in characters. */
const EXECUTION_CHARACTERS = 512
const PRINT_CHARACTERS = 32
// A statement that is new each time is looked up now and then only.
const MAX_MISSES = 8
const PAUSE = 64

/** The executions of the statements of one template that are kept. */
export class Memory {
  private readonly inputs = new Inputs()
  private readonly surroundings: Surroundings
  private readonly changes: Changes
  private executions = 0
  private isBusy = false
  /** The count of changes when the inputs were looked at. */
  private changesBefore = 0
  private room = MAX_CHARACTERS
  /** Executions of earlier generations do not hold any more. */
  private generation = 0

  constructor(surroundings: Surroundings, changes: Changes) {
    this.surroundings = surroundings
    this.changes = changes
  }

  /** Whether an execution with this data uses the memory. The first one never does: a run may have a single workload, for which nothing should be prepared. */
  start(data: Value): boolean {
    if (this.isBusy || this.executions++ === 0) return false
    if (!this.isUnchanged()) {
      this.changesBefore = this.changes.count
      this.generation++
      this.inputs.forget()
    }
    this.inputs.update(data)
    this.isBusy = true
    return true
  }

  finish(): void {
    this.isBusy = false
  }

  statementOf({ run, text, node, reads, sets }: CompiledStatement): Statement {
    const paths = text === undefined && reads !== undefined ? readsOf(node, this.surroundings) : undefined
    const inputs = paths?.map(path => this.inputs.at(path))
    const constant = text === undefined ? undefined : { ...NOTHING, text }
    return { run, inputs, reads: reads ?? [], sets, constant, executions: [], generation: this.generation, misses: 0, pause: 0 }
  }

  /** The execution of the statement with the same inputs and variables as now; undefined where there is none. */
  recall(statement: Statement, run: Run): Execution | undefined {
    if (statement.constant !== undefined) return statement.constant
    const isKnown = statement.inputs !== undefined && statement.pause === 0 && statement.generation === this.generation && this.isUnchanged()
    const execution = isKnown ? findExecution(statement, run) : undefined
    if (execution !== undefined) statement.misses = 0
    return execution
  }

  /** Executes a statement and stores the execution. */
  execute(statement: Statement, run: Run, dot: Value): Signal {
    const before = this.stateBefore(statement, run)
    if (before === undefined) return statement.run(run, dot)
    cut(run)
    const from = run.pieces.length
    const { work, written, prints, encoded } = run
    const [firstPrint, firstEncoded] = [prints.length, encoded.length]
    const signal = statement.run(run, dot)
    const text = textSince(run, from)
    const assigned = statement.sets.map(slot => run.vars[slot])
    if (signal === NEXT && this.isUnchanged() && text.length <= MAX_TEXT && assigned.every(isSmall)) {
      const noted = { prints: prints.slice(firstPrint).map(print => shifted(print, -written)), encoded: encoded.slice(firstEncoded) }
      this.store(statement, { ...before, ...noted, text, assigned, work: run.work - work, node: run.node, site: run.site })
    }
    return signal
  }

  /** Whether nothing was changed in place since the inputs were looked at. */
  private isUnchanged(): boolean {
    return this.changesBefore === this.changes.count
  }

  /** Inputs and variables, where the execution is worth keeping. */
  private stateBefore(statement: Statement, run: Run): Pick<Execution, 'tokens' | 'variables'> | undefined {
    const { inputs, reads } = statement
    if (inputs === undefined || !this.isUnchanged()) return undefined
    if (statement.pause > 0) {
      statement.pause--
      return undefined
    }
    if (++statement.misses > MAX_MISSES) {
      statement.misses = MAX_MISSES
      statement.pause = PAUSE
    }
    const tokens = inputs.map(({ token }) => token)
    const variables = reads.map(slot => run.vars[slot])
    const isClear = !tokens.includes(UNCLEAR) && reads.every(slot => run.varTypes[slot] === undefined) && variables.every(isSmall)
    return isClear ? { tokens, variables } : undefined
  }

  private store(statement: Statement, execution: Execution): void {
    const { executions } = statement
    if (statement.generation !== this.generation) {
      statement.generation = this.generation
      for (const old of executions) this.room += sizeOf(old)
      executions.length = 0
    }
    const oldest = executions.length === MAX_EXECUTIONS ? executions.shift() : undefined
    if (oldest !== undefined) this.room += sizeOf(oldest)
    const size = sizeOf(execution)
    if (size > this.room) return
    this.room -= size
    executions.push(execution)
  }
}

const NOTHING = { tokens: [], variables: [], prints: [], encoded: [], assigned: [], work: 0, node: undefined, site: undefined }

function sizeOf({ text, prints, encoded }: Execution): number {
  return encoded.reduce((size, { length }) => size + length, EXECUTION_CHARACTERS + text.length + prints.length * PRINT_CHARACTERS)
}
