// What the statements of a template did, by what they read: where that is the same again, their output is taken from here and they are not executed.

import type { Value } from '../assign.ts'
import type { Node, StatementNode } from '../node.ts'
import { type CallSite, cut, NEXT, type Run, type Signal, type Step, textSince } from '../run.ts'
import { changesSoFar } from './changes.ts'
import { type Input, Inputs, UNCLEAR } from './inputs.ts'
import { readsOf, type Surroundings } from './reads.ts'
import { isSameValue, isSmall } from './same-value.ts'

/** A compiled statement of a list in which `.` is the data. */
export interface Part {
  readonly run: Step
  /** Text, if that is all it prints. */
  readonly text: string | undefined
  readonly node: StatementNode
  /** Slots of the variables that it can read and set; undefined where that is known only when it runs. */
  readonly reads: readonly number[] | undefined
  readonly sets: readonly number[]
}

/** What a statement did once. */
export interface Entry {
  /** Of its inputs, and the variables that it could read. */
  readonly tokens: readonly unknown[]
  readonly variables: readonly Value[]
  readonly text: string
  /** The variables that it could set, as it left them. */
  readonly assigned: readonly Value[]
  readonly work: number
  /** Where an error would be that comes later. */
  readonly node: Node | undefined
  readonly site: CallSite | undefined
}

/** What entries are for: inputs and variables that are read, and the variables that are set. */
export interface Remembered {
  readonly inputs: readonly Input[]
  readonly reads: readonly number[]
  readonly sets: readonly number[]
}

/** A statement, and what is remembered of it. */
export interface Unit extends Remembered {
  readonly run: Step
  /** What text always does. */
  readonly constant: Entry | undefined
  /** False where it is executed each time. */
  readonly isRemembered: boolean
  readonly entries: Entry[]
  generation: number
  /** Executions in a row that were new. */
  misses: number
  /** Executions for which it is left alone. */
  rest: number
}

const MAX_ENTRIES = 4
const MAX_TEXT = 65_536
/** Of all texts together; what an entry takes beside its text counts as so many. */
const MAX_CHARACTERS = 2_000_000
const ENTRY_CHARACTERS = 512
// Statements that are new each time are tried now and then only.
const MAX_MISSES = 8
const REST = 64

/** What is remembered of the executions of one template. */
export class Memory {
  private readonly inputs = new Inputs()
  private readonly surroundings: Surroundings
  private executions = 0
  private isBusy = false
  private changes = 0
  private room = MAX_CHARACTERS
  /** What was remembered in an earlier one no longer holds. */
  generation = 0

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings
  }

  /**
   * Whether an execution with this data is to use the memory; it has to `stop` then. The first one never does: a run may have a single workload, for
   * which nothing should be prepared.
   */
  start(data: Value): boolean {
    if (this.isBusy || this.executions++ === 0) return false
    if (!this.holds()) {
      this.changes = changesSoFar()
      this.generation++
      this.inputs.forget()
    }
    this.inputs.look(data)
    this.isBusy = true
    return true
  }

  stop(): void {
    this.isBusy = false
  }

  unitOf({ run, text, node, reads, sets }: Part): Unit {
    const paths = text === undefined && reads !== undefined ? readsOf(node, this.surroundings) : undefined
    const inputs = paths?.map(path => this.inputs.at(path)) ?? []
    const constant = text === undefined ? undefined : { tokens: [], variables: [], assigned: [], text, work: 0, node: undefined, site: undefined }
    const isRemembered = paths !== undefined
    return { run, inputs, reads: reads ?? [], sets, constant, isRemembered, entries: [], generation: this.generation, misses: 0, rest: 0 }
  }

  /** What the statement did with the inputs and variables that it has now. */
  recall(unit: Unit, run: Run): Entry | undefined {
    if (!unit.isRemembered || unit.rest > 0 || unit.generation !== this.generation || !this.holds()) return undefined
    const entry = unit.entries.find(entry => isFor(entry, unit, run))
    if (entry !== undefined) unit.misses = 0
    return entry
  }

  /** Executes a statement, and remembers what it did. */
  perform(unit: Unit, run: Run, dot: Value): Signal {
    const before = this.beforehand(unit, run)
    if (before === undefined) return unit.run(run, dot)
    cut(run)
    const from = run.pieces.length
    const { work } = run
    const signal = unit.run(run, dot)
    const text = textSince(run, from)
    const assigned = unit.sets.map(slot => run.vars[slot])
    if (signal === NEXT && this.holds() && text.length <= MAX_TEXT && assigned.every(isSmall)) {
      this.keep(unit, { ...before, text, assigned, work: run.work - work, node: run.node, site: run.site })
    }
    return signal
  }

  /** Whether there is room for an entry, which then takes it. */
  takeRoom({ text }: Entry): boolean {
    const size = ENTRY_CHARACTERS + text.length
    if (size > this.room) return false
    this.room -= size
    return true
  }

  /** Of an entry that is kept no longer. */
  giveBack(entry: Entry | undefined): void {
    if (entry !== undefined) this.room += ENTRY_CHARACTERS + entry.text.length
  }

  /** Nothing was changed in place since the inputs were looked at. */
  holds(): boolean {
    return this.changes === changesSoFar()
  }

  private beforehand(unit: Unit, run: Run): Pick<Entry, 'tokens' | 'variables'> | undefined {
    const { inputs, reads } = unit
    if (!unit.isRemembered || !this.holds()) return undefined
    if (unit.rest > 0) {
      unit.rest--
      return undefined
    }
    if (++unit.misses > MAX_MISSES) {
      unit.misses = MAX_MISSES
      unit.rest = REST
    }
    const tokens = inputs.map(({ token }) => token)
    const variables = reads.map(slot => run.vars[slot])
    const isClear = !tokens.includes(UNCLEAR) && reads.every(slot => run.varTypes[slot] === undefined) && variables.every(isSmall)
    return isClear ? { tokens, variables } : undefined
  }

  private keep(unit: Unit, entry: Entry): void {
    if (unit.generation !== this.generation) {
      unit.generation = this.generation
      for (const old of unit.entries) this.giveBack(old)
      unit.entries.length = 0
    }
    if (unit.entries.length === MAX_ENTRIES) this.giveBack(unit.entries.shift())
    if (this.takeRoom(entry)) unit.entries.push(entry)
  }
}

/** Whether inputs and variables are what they were. */
export function isFor({ tokens, variables }: Entry, { inputs, reads }: Remembered, { vars, varTypes }: Run): boolean {
  for (let i = 0; i < tokens.length; i++) if (!Object.is(tokens[i], inputs[i]?.token)) return false
  for (let i = 0; i < variables.length; i++) {
    const slot = reads[i] ?? 0
    if (varTypes[slot] !== undefined || !isSameValue(variables[i], vars[slot])) return false
  }
  return true
}
