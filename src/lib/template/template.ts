// Parses and executes templates: the room's main functions (documentation of text/template).

import { canonical } from '../go/utf8.ts'
import { type FuncMap, GoError, type GoValue } from '../go/value.ts'
import { BUILTINS } from './builtins.ts'
import { compileTree } from './compile.ts'
import { TemplateError } from './error.ts'
import type { ExecuteLimits, WorkBudget } from './execute-limits.ts'
import { print as printNode } from './node.ts'
import { isEmpty, parse, type Tree } from './parser.ts'
import { createRun, failWith, type Mark, type MissingKey, outputOf, type Print, type Program, type Run, settleBudget } from './run.ts'
import type { CreateStatementCache } from './statement-cache.ts'

export type { MissingKey, Print } from './run.ts'

/** A template to parse. */
export interface ParseOptions {
  /** As errors give it. */
  readonly name: string
  readonly text: string
  /** Functions beside Go's own, which they may replace. A template that calls others does not parse. */
  readonly funcs?: FuncMap
  /** `{{` and `}}` if not given. */
  readonly delims?: readonly [left: string, right: string]
  /** Result for a key that a map does not have: no value (`default`), the zero value of the map's elements, or an error. */
  readonly missingKey?: MissingKey
  /** Names and texts that are parsed first, in this order, into the same set of templates: Go's `root.New(name).Parse(text)`. */
  readonly associated?: Iterable<readonly [name: string, text: string]>
  /**
   * Creates a cache for what statements print (memory/). Only for data that nothing changes but functions that templates call, with methods that look at
   * nothing but their receiver.
   */
  readonly cache?: CreateStatementCache | undefined
}

/** Options for executing a template. */
export interface ExecuteOptions {
  /** Functions that take the place of those given when the template was parsed; all of them have to be there again. */
  readonly funcs?: FuncMap
  readonly limits?: Partial<ExecuteLimits>
  /** Is reduced by the work of this execution. */
  readonly budget?: WorkBudget | undefined
}

/** The output of a template, and what its actions printed. */
export interface Output {
  readonly text: string
  /** In the order of the output, without actions that print a constant. */
  readonly prints: readonly Print[]
  /** Output of encoders while nothing was printed. */
  readonly encoded: readonly string[]
}

/** The output of a template, and where it comes from. */
export interface TracedOutput extends Output {
  /** For each line of the output the line of the template that prints the first character that is not a blank. Lines count from 1. */
  readonly lines: readonly number[]
}

/** A parsed and compiled set of templates. Executing it changes nothing about it. */
export interface Template {
  readonly name: string
  readonly text: string
  /** All templates of the set, in the order of their definition. */
  readonly names: readonly string[]
  /**
   * The text that the template makes of the data.
   *
   * `template.execute(new Map([['who', 'you']]))`
   * @throws TemplateError
   */
  readonly execute: (data: GoValue, options?: ExecuteOptions) => string
  /**
   * As `execute`, with the places of what actions printed.
   *
   * `parseTemplate({ name: 't', text: 'a {{.}}' }).executeNoting('b').prints` is `[{ start: 2, end: 3, pos: 4, encoded: [] }]`.
   */
  readonly executeNoting: (data: GoValue, options?: ExecuteOptions) => Output
  /**
   * As `execute`, with the line of the template that each line of the output comes from.
   *
   * `parseTemplate({ name: 't', text: 'a\\n{{.}}' }).trace('b\\nc').lines` is `[1, 2, 2]`.
   */
  readonly trace: (data: GoValue, options?: ExecuteOptions) => TracedOutput
  /** A template of the set as text again, without comments and trim markers; undefined if there is none of that name. */
  readonly print: (name: string) => string | undefined
}

/**
 * Parses a template of Go's text/template, with the functions that it may call.
 * @throws TemplateError with Go's message and the position of the error
 * @example parseTemplate({ name: 't', text: 'Hello {{.who | printf "%q"}}' }).execute(new Map([['who', 'you']])) // 'Hello "you"'
 */
export function parseTemplate({ name, text, funcs = new Map(), delims, missingKey = 'default', associated = [], cache: createCache }: ParseOptions): Template {
  const isFunction = (word: string): boolean => funcs.has(word) || BUILTINS.has(word)
  const trees = new Map<string, Tree>()
  for (const [otherName, otherText] of associated) addTrees(trees, parse({ name: otherName, text: otherText, delims, isFunction }))
  addTrees(trees, parse({ name, text, delims, isFunction }))
  // Compiled when first executed: a configuration holds many templates and a run needs few of them.
  const programs = new WeakMap<FuncMap, Program>()
  const tracedPrograms = new WeakMap<FuncMap, Program>()
  const programFor = (map: FuncMap): Program => {
    const known = programs.get(map)
    if (known !== undefined) return known
    const cache = createCache?.({ funcs: map, bodyOf: key => trees.get(key)?.root })
    const templates = new Map([...trees].map(([key, tree]) => [key, compileTree(tree, { funcs: map, cache: key === name ? cache : undefined })]))
    const program = { missingKey, templates, cache }
    programs.set(map, program)
    return program
  }
  return {
    name,
    text,
    names: [...trees.keys()],
    execute: (data, options = {}) => canonical(outputOf(execute(programFor(options.funcs ?? funcs), { ...options, name, data }))),
    executeNoting: (data, options = {}) => notedOutput(execute(programFor(options.funcs ?? funcs), { ...options, name, data })),
    trace: (data, options = {}) => {
      const map = options.funcs ?? funcs
      let program = tracedPrograms.get(map)
      if (program === undefined) {
        const templates = new Map([...trees].map(([key, tree]) => [key, compileTree(tree, { funcs: map, isTraced: true })]))
        program = { missingKey, templates, cache: undefined }
        tracedPrograms.set(map, program)
      }
      const run = execute(program, { ...options, name, data })
      return { ...notedOutput(run), lines: linesOf(outputOf(run), run.marks, text) }
    },
    print: key => {
      const tree = trees.get(key)
      return tree === undefined ? undefined : printNode(tree.root)
    },
  }
}

/** Adds a text's templates to a set. An empty template does not replace one with content. */
function addTrees(trees: Map<string, Tree>, added: ReadonlyMap<string, Tree>): void {
  for (const [name, tree] of added) {
    if (!trees.has(name) || !isEmpty(tree.root)) trees.set(name, tree)
  }
}

function notedOutput(run: Run): Output {
  const { prints, encoded } = run
  const output = outputOf(run)
  const text = canonical(output)
  if (text === output) return { text, prints, encoded }
  const lengthTo = (end: number): number => canonical(output.slice(0, end)).length
  return { text, prints: prints.map(print => ({ ...print, start: lengthTo(print.start), end: lengthTo(print.end) })), encoded }
}

/** Finds the line of the template for each line of its output. */
function linesOf(output: string, marks: readonly Mark[], template: string): number[] {
  let offset = 0
  let next = 0
  let line = 1
  let counted = 0
  const lineAt = (pos: number): number => {
    if (pos < counted) [line, counted] = [1, 0]
    for (let at = template.indexOf('\n', counted); at >= 0 && at < pos; at = template.indexOf('\n', counted)) [line, counted] = [line + 1, at + 1]
    return line
  }
  return output.split('\n').map(text => {
    const first = offset + text.search(/\S|$/)
    while (next < marks.length && (marks[next]?.offset ?? 0) <= first) next++
    const mark = marks[next - 1]
    offset += text.length + 1
    return mark === undefined ? 1 : lineAt(mark.pos + (mark.isText ? first - mark.offset : 0))
  })
}

function execute(program: Program, { name, data, ...options }: ExecuteOptions & { name: string; data: GoValue }): Run {
  const template = program.templates.get(name)
  if (template === undefined) throw new Error(`template ${name} was not compiled`)
  const run = createRun(program, template, options)
  const dot = data === null ? undefined : data
  run.vars[0] = dot
  try {
    // The result of a statement depends on the active limits.
    run.usesCache = options.limits === undefined && program.cache?.start(dot) === true
    template.step(run, dot)
  } catch (error) {
    throw failureOf(run, error)
  } finally {
    settleBudget(run)
    if (run.usesCache) program.cache?.finish()
  }
  return run
}

/** The error to throw for an error that ended a run: the run's own, that of a function that it called, or one of the machine's limits. Bugs are thrown unchanged. */
function failureOf(run: Run, error: unknown): unknown {
  if (error === run.failure) return error
  if (error instanceof GoError || error instanceof TemplateError) {
    const { site } = run
    if (site === undefined) return failWith(run, { format: '%s', args: [error.message], cause: error })
    run.node = site.node
    return failWith(run, { format: 'error calling %s: %s', args: [site.name, error.message], cause: error })
  }
  // The stack or a string was exhausted, which the limits are to prevent.
  if (error instanceof RangeError) return failWith(run, { format: 'too large or nested too deeply: %s', args: [error.message], cause: error })
  return error
}
