// Compiles trees to closures: constants are evaluated, neighbouring texts joined (text/template documentation: Actions).

import type { FuncMap } from '../go/value.ts'
import type { Value } from './assign.ts'
import { type Arm, ifArms, ifElse, withArms } from './branch.ts'
import { compileAction, type Statement, textStatement } from './compile-action.ts'
import { compilePipe } from './compile-pipeline.ts'
import type { Compiler } from './expression.ts'
import type { BranchNode, ListNode, StatementNode, TemplateNode } from './node.ts'
import type { Tree } from './parser.ts'
import { runLoop } from './range.ts'
import { BREAK, CONTINUE, type Compiled, charge, fail, NEXT, type Step } from './run.ts'
import type { CompiledStatement, StatementCache } from './statement-cache.ts'
import { isTrue } from './truth.ts'
import { createVariables, isInSight, slotOf, usesOf } from './variables.ts'

/** Options for compiling a template. */
export interface CompileOptions {
  readonly funcs: FuncMap
  /** May take the place of the template's statements. */
  readonly cache?: StatementCache | undefined
  /** Texts and actions note their place before they print. */
  readonly isTraced?: boolean
}

/** Compiles one template. Functions that neither `funcs` nor Go has fail when they are called. */
export function compileTree({ name, source, root }: Tree, { funcs, cache, isTraced = false }: CompileOptions): Compiled {
  const variables = createVariables()
  const compiler: Compiler = { funcs, variables, cache, isTraced, isData: true, expressionDepth: 0, blockFrames: 0, frames: 0, folded: 0 }
  const { run: step } = compileList(compiler, root)
  return { name, source, slots: compiler.variables.slots, frames: compiler.frames, step }
}

function compileList(compiler: Compiler, { nodes }: ListNode): Statement {
  const { cache } = compiler
  if (compiler.isTraced) return { run: inOrder(nodes.map(node => tracedStatement(compiler, node))) }
  if (cache !== undefined && compiler.isData && nodes.length > 1) return compileCached(compiler, nodes, cache)
  const statements: Statement[] = []
  for (const node of nodes) {
    const statement = compileStatement(compiler, node)
    const last = statements.at(-1)
    if (statement.text !== undefined && last?.text !== undefined) statements[statements.length - 1] = textStatement(last.text + statement.text)
    else if (statement.text !== '') statements.push(statement)
  }
  const [only, second] = statements
  if (only === undefined) return textStatement('')
  return second === undefined ? only : { run: inOrder(statements.map(({ run }) => run)) }
}

/** As compileList, for a list whose statements a cache may take the place of: it needs to know their variables. */
function compileCached(compiler: Compiler, nodes: readonly StatementNode[], cache: StatementCache): Statement {
  const { variables } = compiler
  const statements: CompiledStatement[] = []
  for (const node of nodes) {
    const known = variables.slots
    const { uses, compiled } = usesOf(variables, () => compileStatement(compiler, node))
    const { text, run } = compiled
    const last = statements.at(-1)
    if (text !== undefined && last?.text !== undefined) statements[statements.length - 1] = { ...last, ...textStatement(last.text + text) }
    else if (text !== '') {
      const reads = uses.isUnsure ? undefined : [...uses.slots].filter(slot => slot > 0 && slot < known)
      const sets = [...uses.slots].filter(slot => slot > 0 && isInSight(variables, slot)).sort((a, b) => a - b)
      statements.push({ run, text, node, reads, sets })
    }
  }
  const [only, second] = statements
  if (only === undefined) return textStatement('')
  if (second === undefined) return only.text === undefined ? { run: only.run } : textStatement(only.text)
  return { run: cache.compileList(statements, inOrder(statements.map(({ run }) => run))) }
}

/** A statement that notes its place before it prints. */
function tracedStatement(compiler: Compiler, node: StatementNode): Step {
  const { run: step } = compileStatement(compiler, node)
  if (node.kind !== 'text' && node.kind !== 'action') return step
  return (run, dot) => {
    run.marks.push({ offset: run.written + run.out.length, pos: node.pos, isText: node.kind === 'text' })
    return step(run, dot)
  }
}

function inOrder(steps: readonly Step[]): Step {
  return (run, dot) => {
    run.work += steps.length
    for (const step of steps) {
      const signal = step(run, dot)
      if (signal !== NEXT) return signal
    }
    return NEXT
  }
}

function compileStatement(compiler: Compiler, node: StatementNode): Statement {
  switch (node.kind) {
    case 'text':
      return textStatement(node.text)
    case 'action':
      return compileAction(compiler, node)
    case 'if':
    case 'with':
      return compileBranch(compiler, node)
    case 'range':
      return { run: compileRange(compiler, node) }
    case 'template':
      return { run: compileTemplate(compiler, node) }
    case 'break':
      return { run: () => BREAK }
    case 'continue':
      return { run: () => CONTINUE }
  }
}

/** if and with. A chain of `else if` becomes one statement, so that chains may be long. */
function compileBranch(compiler: Compiler, node: BranchNode): Statement {
  const { stack } = compiler.variables
  const mark = stack.length
  const arms: Arm[] = []
  let otherwise: Statement | undefined
  for (let branch: BranchNode | undefined = node; branch !== undefined; ) {
    const condition = compilePipe(compiler, branch.pipe)
    const inside = stack.length
    const body = compileBody(compiler, branch.list, { frames: BRANCH_FRAMES, isData: compiler.isData && branch.kind === 'if' })
    stack.length = inside
    const known = branch.kind === 'if' && branch.pipe.decl.length === 0 ? condition.constant : undefined
    const next: BranchNode | undefined = elseBranch(branch)
    if (known !== undefined && isTrue(known.value)) {
      otherwise = body
      break
    }
    if (known === undefined) arms.push({ condition: condition.run, body: body.run })
    if (next === undefined && branch.elseList !== undefined)
      otherwise = compileBody(compiler, branch.elseList, { frames: BRANCH_FRAMES, isData: compiler.isData })
    branch = next
  }
  stack.length = mark
  const [first, second] = arms
  if (first === undefined) return otherwise ?? textStatement('')
  const end = otherwise?.run ?? (() => NEXT)
  if (node.kind === 'with') return { run: withArms(arms, end) }
  return { run: second === undefined ? ifElse(first, end) : ifArms(arms, end) }
}

/** The branch of an `else if` or `else with`: the only node of the else list. */
function elseBranch({ kind, elseList }: BranchNode): BranchNode | undefined {
  const [only, second] = elseList?.nodes ?? []
  return only?.kind === kind && second === undefined ? only : undefined
}

/** Stack frames that a list inside a block takes. */
const BRANCH_FRAMES = 2
const RANGE_FRAMES = 6

function compileBody(compiler: Compiler, list: ListNode, { frames, isData }: { readonly frames: number; readonly isData: boolean }): Statement {
  const outer = compiler.isData
  compiler.isData = isData
  compiler.blockFrames += frames
  const statement = compileList(compiler, list)
  compiler.blockFrames -= frames
  compiler.isData = outer
  return statement
}

function compileRange(compiler: Compiler, { pipe, list, elseList }: BranchNode): Step {
  const { variables } = compiler
  const { stack } = variables
  const mark = stack.length
  const { run: evaluate } = compilePipe(compiler, pipe)
  const [first, second] = pipe.decl.map(({ ident: [name = ''] }) => slotOf(variables, name))
  const inside = stack.length
  const body = compileBody(compiler, list, { frames: RANGE_FRAMES, isData: false }).run
  stack.length = inside
  const otherwise = elseList === undefined ? undefined : compileBody(compiler, elseList, { frames: RANGE_FRAMES, isData: compiler.isData }).run
  stack.length = mark
  const loop = second === undefined ? { index: undefined, element: first, body } : { index: first, element: second, body }
  return (run, dot) => {
    const value = evaluate(run, dot)
    const outer = run.dotType
    const signal = runLoop(run, loop, value)
    run.dotType = outer
    if (signal !== undefined || otherwise === undefined) return NEXT
    // A break in the else list leaves this range, a continue goes on with the one around it.
    const left = otherwise(run, dot)
    return left === BREAK ? NEXT : left
  }
}

/** Stack frames that templates calling each other may take. Go stops at 100,000 calls; the stack here holds some thousands of frames. */
const MAX_STACK = 4500
const CALL_FRAMES = 3
const GO_MAX_DEPTH = 100_000n

function compileTemplate(compiler: Compiler, node: TemplateNode): Step {
  const argument = node.pipe === undefined ? undefined : compilePipe(compiler, node.pipe).run
  const frames = compiler.blockFrames + CALL_FRAMES
  return (run, dot) => {
    run.node = node
    const template = run.program.templates.get(node.name)
    if (template === undefined) throw fail(run, 'template %q not defined', node.name)
    if (run.stack + frames + template.frames > MAX_STACK) throw fail(run, 'exceeded maximum template depth (%v)', GO_MAX_DEPTH)
    const value = argument?.(run, dot)
    charge(run, 1)
    const { template: caller, vars, varTypes, dotType } = run
    run.template = template
    run.vars = new Array<Value>(template.slots).fill(undefined)
    run.vars[0] = value
    run.varTypes = new Array<undefined>(template.slots).fill(undefined)
    run.dotType = undefined
    run.stack += frames
    template.step(run, value)
    run.stack -= frames
    run.template = caller
    run.vars = vars
    run.varTypes = varTypes
    run.dotType = dotType
    return NEXT
  }
}
