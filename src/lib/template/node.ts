// The tree of a parsed template, and its text as Go's nodes print it, which error messages quote (documentation of text/template/parse: Node.String).

import { quote } from '../go/strconv.ts'

/** UTF-16 offset in the template's text. */
interface At {
  readonly pos: number
}

export interface TextNode extends At {
  readonly kind: 'text'
  readonly text: string
}

export interface ActionNode extends At {
  readonly kind: 'action'
  readonly pipe: PipeNode
}

export type BranchKind = 'if' | 'with' | 'range'

export interface BranchNode extends At {
  readonly kind: BranchKind
  readonly pipe: PipeNode
  readonly list: ListNode
  readonly elseList: ListNode | undefined
}

export interface JumpNode extends At {
  readonly kind: 'break' | 'continue'
}

export interface TemplateNode extends At {
  readonly kind: 'template'
  readonly name: string
  readonly pipe: PipeNode | undefined
}

export interface ListNode extends At {
  readonly kind: 'list'
  readonly nodes: readonly StatementNode[]
}

export interface PipeNode extends At {
  readonly kind: 'pipe'
  /** Variables that the pipeline declares or sets. */
  readonly decl: readonly VariableNode[]
  readonly isAssign: boolean
  readonly cmds: readonly CommandNode[]
}

export interface CommandNode extends At {
  readonly kind: 'command'
  readonly args: readonly Operand[]
}

export interface IdentifierNode extends At {
  readonly kind: 'identifier'
  readonly name: string
}

export interface VariableNode extends At {
  readonly kind: 'variable'
  /** `$x` and the fields after it. */
  readonly ident: readonly string[]
}

export interface FieldNode extends At {
  readonly kind: 'field'
  readonly ident: readonly string[]
}

export interface ChainNode extends At {
  readonly kind: 'chain'
  readonly node: Operand
  readonly fields: readonly string[]
}

export interface DotNode extends At {
  readonly kind: 'dot'
}

export interface NilNode extends At {
  readonly kind: 'nil'
}

export interface BoolNode extends At {
  readonly kind: 'bool'
  readonly value: boolean
}

/** A numeric constant: its value as each kind that it can have. Go decides by the type that is wanted. */
export interface NumberNode extends At {
  readonly kind: 'number'
  readonly text: string
  readonly int?: bigint
  readonly uint?: bigint
  readonly float?: number
  readonly complex?: { readonly re: number; readonly im: number }
}

export interface StringNode extends At {
  readonly kind: 'string'
  /** As written, quotes and all. */
  readonly quoted: string
  readonly text: string
}

export type Operand = IdentifierNode | VariableNode | FieldNode | ChainNode | DotNode | NilNode | BoolNode | NumberNode | StringNode | PipeNode
export type StatementNode = TextNode | ActionNode | BranchNode | JumpNode | TemplateNode
export type Node = StatementNode | ListNode | CommandNode | Operand

/**
 * The text of a node, as Go prints it; of a list, the text of a template that parses to the same tree.
 *
 * Works without recursion: a template may nest its parentheses 10,000 deep.
 */
export function print(node: Node): string {
  let out = ''
  const rest: (Node | string)[] = [node]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string') {
      out += next
    } else {
      const found = parts(next)
      for (let i = found.length; i > 0; i--) rest.push(found[i - 1] ?? '')
    }
  }
  return out
}

/** Parts of a node's text: strings, and nodes that are still to be printed. */
function parts(node: Node): (Node | string)[] {
  switch (node.kind) {
    case 'list':
      return [...node.nodes]
    case 'text':
      return [node.text]
    case 'action':
      return ['{{', node.pipe, '}}']
    case 'if':
    case 'with':
    case 'range':
      return [`{{${node.kind} `, node.pipe, '}}', node.list, ...(node.elseList === undefined ? [] : ['{{else}}', node.elseList]), '{{end}}']
    case 'break':
    case 'continue':
      return [`{{${node.kind}}}`]
    case 'template':
      return [`{{template ${quote(node.name)}`, ...(node.pipe === undefined ? [] : [' ', node.pipe]), '}}']
    case 'pipe':
      return [...joined(node.decl, ', '), ...(node.decl.length === 0 ? [] : [node.isAssign ? ' = ' : ' := ']), ...joined(node.cmds, ' | ')]
    case 'command':
      return joined(node.args, ' ', operand)
    case 'chain':
      return [...operand(node.node), ...node.fields.map(name => `.${name}`)]
    default:
      return [printLeaf(node)]
  }
}

function operand(node: Operand): (Node | string)[] {
  return node.kind === 'pipe' ? ['(', node, ')'] : [node]
}

function joined<N extends Node>(nodes: readonly N[], separator: string, one: (node: N) => (Node | string)[] = node => [node]): (Node | string)[] {
  return nodes.flatMap((node, i) => (i === 0 ? one(node) : [separator, ...one(node)]))
}

function printLeaf(node: IdentifierNode | VariableNode | FieldNode | DotNode | NilNode | BoolNode | NumberNode | StringNode): string {
  switch (node.kind) {
    case 'identifier':
      return node.name
    case 'variable':
      return node.ident.join('.')
    case 'field':
      return `.${node.ident.join('.')}`
    case 'dot':
      return '.'
    case 'nil':
      return 'nil'
    case 'bool':
      return String(node.value)
    case 'number':
      return node.text
    case 'string':
      return node.quoted
  }
}
