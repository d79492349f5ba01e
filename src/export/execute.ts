// Executes a template once without a pod: values that depend on the pod are printed as marks for expressions, the caller decides conditions, and the body of a
// range over containers is printed once.

import { type FuncMap, TemplateError } from '../lib/template/index.ts'
import type { ActionNode, BranchNode, CommandNode, ListNode, Operand, PipeNode, StatementNode } from '../lib/template/node.ts'
import { print } from '../lib/template/node.ts'
import type { Tree } from '../lib/template/parser.ts'
import type { Concrete } from './concrete.ts'
import { type Context, callSymbolic, partsOf, truthOf } from './functions.ts'
import { podField, podStruct } from './pod-value.ts'
import { refuse } from './refuse.ts'
import { type Condition, goValue, type Loop, type Part, type Value } from './symbol.ts'

/** Output of one execution. */
export interface Printed {
  /** With a mark for each expression: MARK, its number, END. */
  readonly text: string
  readonly expressions: readonly string[]
  readonly ranges: readonly PrintedRange[]
}

/** Position of a range over containers in the text. */
export interface PrintedRange {
  readonly loop: Loop
  readonly start: number
  readonly end: number
}

export const MARK = '\ue000'
export const END = '\ue001'

/** Thrown at an undecided condition, so that both branches are executed. */
export class Undecided extends Error {
  readonly condition: Condition

  constructor(condition: Condition) {
    super(condition.cel)
    this.condition = condition
  }
}

export interface Execution {
  /** The name of the template in the configuration. */
  readonly template: string
  readonly trees: ReadonlyMap<string, Tree>
  readonly concrete: Concrete
  readonly funcs: FuncMap
  /** `.Values`. */
  readonly values: Value
  /** Decided conditions, by their CEL. */
  readonly decisions: ReadonlyMap<string, boolean>
}

interface Frame {
  readonly tree: Tree
  readonly dot: Value
  readonly variables: { readonly name: string; value: Value; readonly depth: number }[]
  /** Number of enclosing ranges over containers. */
  readonly depth: number
  readonly loop?: Loop | undefined
}

/**
 * @throws Undecided at the first condition that is not among the decisions
 * @throws InjectError `policy-export-refused` for what no policy can do
 */
export function execute(execution: Execution): Printed {
  const run = new Run(execution)
  const tree = execution.trees.get('inject')
  if (tree !== undefined) run.list(tree.root, { tree, dot: { kind: 'root' }, variables: [{ name: '$', value: { kind: 'root' }, depth: 0 }], depth: 0 })
  return { text: run.text, expressions: run.expressions, ranges: run.ranges }
}

class Run {
  text = ''
  readonly expressions: string[] = []
  readonly ranges: PrintedRange[] = []
  readonly given: Execution
  #calls = 0

  constructor(given: Execution) {
    this.given = given
  }

  list({ nodes }: ListNode, frame: Frame): void {
    const mark = frame.variables.length
    for (const node of nodes) this.statement(node, frame)
    frame.variables.length = mark
  }

  statement(node: StatementNode, frame: Frame): void {
    switch (node.kind) {
      case 'text':
        this.text += node.text
        return
      case 'action':
        this.action(node, frame)
        return
      case 'if':
      case 'with':
        this.branch(node, frame)
        return
      case 'range':
        this.range(node, frame)
        return
      case 'template': {
        const tree = this.given.trees.get(node.name)
        if (tree === undefined || this.#calls > MAX_CALLS) throw this.refused(`the template ${JSON.stringify(node.name)}`, node.pos, frame)
        const dot = node.pipe === undefined ? goValue(null) : this.pipe(node.pipe, frame)
        this.#calls++
        this.list(tree.root, { ...frame, tree, dot, variables: [{ name: '$', value: dot, depth: frame.depth }] })
        this.#calls--
        return
      }
      default:
        throw this.refused(`\`${node.kind}\``, node.pos, frame)
    }
  }

  action({ pipe }: ActionNode, frame: Frame): void {
    const value = this.pipe(pipe, frame)
    if (pipe.decl.length > 0) return
    const parts = this.partsOf(value)
    if (parts === undefined) throw this.refused(`printing ${print(pipe)}, which is not a string, number or boolean`, pipe.pos, frame)
    for (const part of parts) {
      if (typeof part === 'string') this.text += part
      else this.text += `${MARK}${this.expressions.push(part.cel) - 1}${END}`
    }
  }

  branch({ kind, pipe, list, elseList }: BranchNode, frame: Frame): void {
    const mark = frame.variables.length
    const value = this.pipe(pipe, frame)
    if (this.decide(value)) this.list(list, kind === 'with' ? { ...frame, dot: value } : frame)
    else if (elseList !== undefined) this.list(elseList, frame)
    frame.variables.length = mark
  }

  range({ pipe, list, elseList, pos }: BranchNode, frame: Frame): void {
    const value = this.pipe({ ...pipe, decl: [] }, frame)
    const mark = frame.variables.length
    const declare = (values: readonly Value[], depth: number) => {
      for (const [i, { ident }] of pipe.decl.entries())
        frame.variables.push({ name: ident[0] ?? '', value: values[i + values.length - pipe.decl.length] ?? goValue(null), depth })
    }
    if (value.kind === 'go') {
      const pairs = this.concretely(() => this.given.concrete.pairs(value.value), pos, frame)
      for (const [key, item] of pairs) {
        declare([goValue(key), goValue(item)], frame.depth)
        this.list(list, { ...frame, dot: goValue(item) })
        frame.variables.length = mark
      }
      if (pairs.length === 0 && elseList !== undefined) this.list(elseList, frame)
      return
    }
    const isContainers = value.kind === 'pod' && value.type.kind === 'slice' && value.type.elem.name === 'v1.Container'
    if (!isContainers || frame.loop !== undefined || elseList !== undefined || pipe.decl.length > 1)
      throw this.refused(
        `\`range\` over ${print({ ...pipe, decl: [] })}${elseList === undefined ? '' : ' with `else`'}${isContainers && pipe.decl.length > 1 ? ' with its index' : ''}`,
        pos,
        frame,
      )
    const name = value.cel.endsWith('initContainers') ? 'initContainers' : 'containers'
    const loop: Loop = { variable: name === 'containers' ? 'c' : 'i', list: name }
    const element: Value = { kind: 'pod', type: value.type.elem, cel: loop.variable, isOptional: false, loop }
    const start = this.text.length
    declare([element], frame.depth + 1)
    this.list(list, { ...frame, dot: element, depth: frame.depth + 1, loop })
    frame.variables.length = mark
    this.ranges.push({ loop, start, end: this.text.length })
  }

  pipe({ decl, isAssign, cmds, pos }: PipeNode, frame: Frame): Value {
    let value: Value | undefined
    for (const command of cmds) value = this.command(command, value, frame)
    const result = value ?? goValue(null)
    for (const { ident } of decl) {
      const known = isAssign ? frame.variables.findLast(({ name }) => name === ident[0]) : undefined
      if (known === undefined) frame.variables.push({ name: ident[0] ?? '', value: result, depth: frame.depth })
      else if (known.depth < frame.depth) throw this.refused(`setting ${ident[0]} in a range over containers`, pos, frame)
      else known.value = result
    }
    return result
  }

  command({ args: [first, ...rest], pos }: CommandNode, piped: Value | undefined, frame: Frame): Value {
    if (first === undefined) return goValue(null)
    if (first.kind !== 'identifier') {
      if (rest.length > 0 || piped !== undefined) throw this.refused(`the call ${print(first)}`, pos, frame)
      return this.operand(first, frame)
    }
    const { name } = first
    // The others are not evaluated once one decides.
    if (name === 'and' || name === 'or') {
      let last: Value = goValue(null)
      for (const node of [...rest, ...(piped === undefined ? [] : [piped])]) {
        last = 'pos' in node ? this.operand(node, frame) : node
        if (this.decide(last) === (name === 'or')) return last
      }
      return last
    }
    const args = [...rest.map(node => this.operand(node, frame)), ...(piped === undefined ? [] : [piped])]
    const known = args.flatMap(value => (value.kind === 'go' ? [value.value] : []))
    if (known.length === args.length) {
      const expression = [name, ...known.map((_, i) => `(v ${i})`)].join(' ')
      return goValue(this.concretely(() => this.given.concrete.evaluate(expression, known), first.pos, frame))
    }
    const result = callSymbolic(name, args, this.context)
    if (result === undefined) throw this.refused(`the function \`${name}\` in ${print({ kind: 'command', args: [first, ...rest], pos })}`, first.pos, frame)
    return result
  }

  operand(node: Operand, frame: Frame): Value {
    switch (node.kind) {
      case 'dot':
        return frame.dot
      case 'field':
        return this.fields(frame.dot, node.ident, { pos: node.pos, frame, printed: print(node) })
      case 'variable': {
        const [name = '', ...fields] = node.ident
        const found = frame.variables.findLast(variable => variable.name === name)
        return this.fields(found?.value ?? goValue(null), fields, { pos: node.pos, frame, printed: print(node) })
      }
      case 'chain':
        return this.fields(this.operand(node.node, frame), node.fields, { pos: node.pos, frame, printed: print(node) })
      case 'pipe':
        return this.pipe(node, frame)
      case 'identifier':
        return this.command({ kind: 'command', args: [node], pos: node.pos }, undefined, frame)
      case 'nil':
        return goValue(null)
      default:
        return goValue(this.concretely(() => this.given.concrete.evaluate(print(node), []), node.pos, frame))
    }
  }

  fields(start: Value, names: readonly string[], { pos, frame, printed }: { readonly pos: number; readonly frame: Frame; readonly printed: string }): Value {
    let value = start
    const isNamespace = start.kind === 'root' && names.join('.') === 'DeploymentMeta.Namespace'
    if (isNamespace) return { kind: 'text', parts: [{ cel: 'string(request.namespace)' }] }
    for (const name of names) {
      const next = value.kind === 'root' ? this.rootField(name) : value.kind === 'pod' ? podField(value, name) : undefined
      if (next !== undefined) value = next
      else if (value.kind === 'go') {
        const { value: known } = value
        value = goValue(this.concretely(() => this.given.concrete.evaluate(`(v 0).${name}`, [known]), pos, frame))
      } else throw this.refused(`the field ${printed}`, pos, frame)
    }
    return value
  }

  rootField(name: string): Value | undefined {
    switch (name) {
      case 'Values':
        return this.given.values
      case 'ObjectMeta':
        return podStruct('v1.ObjectMeta', 'object.metadata')
      case 'Spec':
        return podStruct('v1.PodSpec', 'object.spec')
      default:
        return undefined
    }
  }

  decide(value: Value): boolean {
    const truth = truthOf(value, ({ value: known }) => this.given.concrete.isTrue(known))
    if (typeof truth === 'boolean') return truth
    const decided = this.given.decisions.get(truth.cel)
    if (decided === undefined) throw new Undecided(truth)
    return decided
  }

  partsOf(value: Value): readonly Part[] | undefined {
    return partsOf(value, ({ value: known }) => this.given.concrete.print(known))
  }

  readonly context: Context = {
    textOf: value => (value.kind === 'go' && typeof value.value === 'string' ? value.value : undefined),
    partsOf: value => this.partsOf(value),
    decide: value => this.decide(value),
  }

  concretely<Result>(evaluate: () => Result, pos: number, frame: Frame): Result {
    try {
      return evaluate()
    } catch (error) {
      if (error instanceof TemplateError) throw this.refused(error.reason, pos, frame)
      throw error
    }
  }

  refused(what: string, pos: number, { tree }: Frame): Error {
    return refuse(what, { template: this.given.template, text: tree.source.text, offset: pos })
  }
}

const MAX_CALLS = 50
