// The state of one execution: output, variables, the position for errors, and limits.

import type { GoFunc, GoType, GoValue, Meter } from '../go/value.ts'
import { REFLECT, type Value } from './assign.ts'
import { execError, type Source, type TemplateError } from './error.ts'
import { DEFAULT_LIMITS, type ExecuteLimits, type WorkBudget } from './execute-limits.ts'
import { type Node, print } from './node.ts'

/** The option `missingkey` of a template. */
export type MissingKey = 'default' | 'invalid' | 'zero' | 'error'

/** Way in which a list of statements ends: normally, or with a break or continue of the innermost range. */
export type Signal = 0 | 1 | 2
export const NEXT: Signal = 0
export const BREAK: Signal = 1
export const CONTINUE: Signal = 2

/** A compiled expression. */
export type Expr = (run: Run, dot: Value) => Value
/** A compiled statement. */
export type Step = (run: Run, dot: Value) => Signal

/** A compiled template. */
export interface Compiled {
  readonly name: string
  readonly source: Source
  /** Number of variables that fit; the first is `$`. */
  readonly slots: number
  /** Stack frames that executing it takes, about, without those of templates that it calls. */
  readonly frames: number
  readonly step: Step
}

/** Follows the executions of a program, to remember what its statements print. */
export interface ExecutionCache {
  /** Called before an execution: whether its statements may be taken from the cache. If so, `finish` is called after it. */
  readonly start: (data: Value) => boolean
  readonly finish: () => void
  /** Called before a function that may change the data. */
  readonly noteChange: () => void
}

/** A set of compiled templates. */
export interface Program {
  readonly templates: ReadonlyMap<string, Compiled>
  /** The cache of the template that is executed; undefined if there is none. */
  readonly cache: ExecutionCache | undefined
  readonly missingKey: MissingKey
}

/** A place where a function is called, for errors that come out of it. */
export interface CallSite {
  readonly name: string
  readonly node: Node
}

/**
 * The static type of a value, as Go's reflect.Value has it: `interface {}` for the value of a map[string]interface {}. Only error messages differ by it, so
 * values do not carry it: it is kept beside them where it is an interface, and is undefined where it is the value's own type.
 */
export type StaticType = GoType | undefined

/** Output of one execution of an action. */
export interface Print {
  /** In the output, with `end` behind the last character. */
  readonly start: number
  readonly end: number
  /** Of the action in the template's text. */
  readonly pos: number
  /** Output of encoders while the action was evaluated; empty if it printed nothing. */
  readonly encoded: readonly string[]
}

/** Start of the output of a text or an action. */
export interface Mark {
  /** In the output. */
  readonly offset: number
  /** In the text of the template. */
  readonly pos: number
  /** Whether the output is the template's own text, character by character. */
  readonly isText: boolean
}

/** An execution; also the meter of the functions that it calls, whose `spent` is charged after each call. */
export interface Run extends Meter {
  readonly program: Program
  readonly limits: ExecuteLimits
  readonly budget: WorkBudget | undefined
  /** The limit of the execution, or the rest of the budget if that is less. */
  readonly maxWork: number
  /** The output: pieces that are done, their length together, and what follows them. */
  readonly pieces: string[]
  written: number
  out: string
  /** Output of traced statements, by their positions. */
  readonly marks: Mark[]
  /** Output of actions, without those that print a constant. */
  readonly prints: Print[]
  /** Texts that encoders wrote while nothing was printed. They may be printed later, out of a variable. */
  readonly encoded: string[]
  /** Whether statements may be taken from the program's cache. */
  usesCache: boolean
  /** The node that is being evaluated: the position of an error. */
  node: Node | undefined
  template: Compiled
  vars: Value[]
  /** Static types of the variables. */
  varTypes: StaticType[]
  dotType: StaticType
  /** Static type of the last field that was evaluated, and of the value that fields are about to be taken of. */
  fieldType: StaticType
  /** For a method about to be called with arguments: dot, and the value piped into it. */
  dot: Value
  final: Value
  /** The function called last. */
  site: CallSite | undefined
  /** Stack frames that templates calling templates have taken, about. */
  stack: number
  work: number
  /** The error this run ends with, to tell it from one of a template executed by one of its functions. */
  failure: TemplateError | undefined
}

export interface RunOptions {
  readonly limits?: Partial<ExecuteLimits>
  readonly budget?: WorkBudget | undefined
}

/** The state at the beginning of an execution. */
export function createRun(program: Program, template: Compiled, { limits, budget }: RunOptions): Run {
  const allowed = { ...DEFAULT_LIMITS, ...limits }
  return {
    program,
    limits: allowed,
    budget,
    maxWork: Math.min(allowed.maxWork, budget?.left ?? Number.POSITIVE_INFINITY),
    pieces: [],
    marks: [],
    prints: [],
    encoded: [],
    written: 0,
    out: '',
    usesCache: false,
    node: undefined,
    template,
    vars: new Array<Value>(template.slots).fill(undefined),
    varTypes: new Array<StaticType>(template.slots).fill(undefined),
    dotType: undefined,
    fieldType: undefined,
    dot: undefined,
    final: undefined,
    site: undefined,
    stack: 0,
    work: 0,
    spent: 0,
    failure: undefined,
  }
}

/** The error to throw: Go's format and operands, at the node being evaluated. */
export function fail(run: Run, format: string, ...args: readonly GoValue[]): TemplateError {
  return failWith(run, { format, args })
}

/** As `fail`, with the error that was the cause. */
export function failWith(run: Run, fault: { format: string; args: readonly GoValue[]; cause?: unknown }): TemplateError {
  const { source, name } = run.template
  const node = run.node
  const error = execError({ ...fault, source, executing: name, offset: node?.pos ?? 0, node: node === undefined ? '' : print(node) })
  run.failure = error
  return error
}

/**
 * Appends a text to the output.
 * @throws TemplateError when the output is too long
 */
export function write(run: Run, text: string): void {
  run.out += text
  if (run.written + run.out.length > run.limits.maxOutput) throw fail(run, 'output exceeds %d characters', BigInt(run.limits.maxOutput))
}

const NOT_ENCODED: readonly string[] = []

/**
 * Appends what an action prints, and notes where.
 * @param encodedBefore how many texts of encoders were noted before the action was evaluated
 * @throws TemplateError when the output is too long
 */
export function writePrint(run: Run, text: string, { pos }: Node, encodedBefore: number): void {
  const start = run.written + run.out.length
  write(run, text)
  const isPlain = text === '' || run.encoded.length === encodedBefore
  run.prints.push({ start, end: start + text.length, pos, encoded: isPlain ? NOT_ENCODED : run.encoded.splice(encodedBefore) })
}

/** The same output at another position. */
export function shifted({ start, end, pos, encoded }: Print, by: number): Print {
  return { start: start + by, end: end + by, pos, encoded }
}

/** Ends a piece of the output. */
export function cut(run: Run): void {
  if (run.out === '') return
  run.pieces.push(run.out)
  run.written += run.out.length
  run.out = ''
}

const SHORT = 64

/** Adds a text that is known to be short enough: as a piece of its own, if that is worth it. */
export function add(run: Run, text: string): void {
  if (text.length < SHORT) {
    run.out += text
    return
  }
  cut(run)
  run.pieces.push(text)
  run.written += text.length
}

/** The output since there were `from` pieces, as one piece. */
export function textSince(run: Run, from: number): string {
  const text = run.pieces.splice(from).join('') + run.out
  run.written = 0
  for (const piece of run.pieces) run.written += piece.length
  run.out = text
  cut(run)
  return text
}

/** All of it. */
export function outputOf({ pieces, out }: Run): string {
  return pieces.join('') + out
}

/**
 * Charges work to a run.
 * @throws TemplateError beyond the limit or the budget
 */
export function charge(run: Run, work: number): void {
  run.work += work
  if (run.work <= run.maxWork) return
  const { limits, budget, maxWork } = run
  if (maxWork === limits.maxWork) throw fail(run, 'execution exceeds the limit of %d units of work', BigInt(maxWork))
  throw fail(run, 'all executions together exceed the limit of %d units of work', BigInt(budget?.total ?? 0))
}

const CHARACTERS_A_UNIT = 16

/** Calls a function with arguments that were checked: the cache is notified of one that may change the data. */
export function invoke(run: Run, func: GoFunc, args: readonly Value[]): Value {
  if (func.pure !== true) run.program.cache?.noteChange()
  const { metered, call } = func as { metered?: (meter: Run, ...args: readonly Value[]) => Value; call: (...args: readonly Value[]) => Value }
  return noted(run, func, metered === undefined ? call(...args) : metered(run, ...args))
}

/** The result of a function; of an encoder it is noted. */
function noted(run: Run, { encodes }: GoFunc, result: Value): Value {
  if (encodes === true && typeof result === 'string') run.encoded.push(result)
  return result
}

/** At the end of a run, however it ended. */
export function settleBudget({ budget, work, written, out }: Run): void {
  if (budget !== undefined) budget.left -= work + Math.floor((written + out.length) / CHARACTERS_A_UNIT)
}

/** A type as error messages name it. */
export function typeName(type: GoType | undefined): string {
  return (type ?? REFLECT).name
}
