// Parses a template's text to trees: one for the text, one for each define and block in it (text/template documentation: Actions, Nested templates).

import { unquote } from '../go/strconv.ts'
import { trimSpace } from '../go/strings.ts'
import { ownText } from '../go/utf8.ts'
import { parseError, type Source } from './error.ts'
import { createLexer } from './lexer.ts'
import type { BranchKind, ListNode, PipeNode, StatementNode } from './node.ts'
import { constant, parsePipeline, type Scope } from './parse-pipeline.ts'
import type { Token } from './token.ts'
import { TokenReader } from './token-reader.ts'

/** A parsed template. */
export interface Tree {
  readonly name: string
  readonly source: Source
  readonly root: ListNode
}

/** A text to parse. */
export interface ParserOptions {
  /** Name of the text, and of the template that it is. */
  readonly name: string
  readonly text: string
  readonly delims?: readonly [left: string, right: string] | undefined
  /** Calls of other functions are parse errors. */
  readonly isFunction: (name: string) => boolean
}

/** Deepest nesting of if, with, range, define and block. Go has no such limit; its stack grows. */
export const MAX_BLOCKS = 250

/** Longest text; the tree takes many times the memory. A ConfigMap holds a quarter of it at most. */
export const MAX_LENGTH = 4 * 1024 * 1024

/** A block that is being read. */
interface Block {
  readonly kind: 'text' | 'define' | 'block' | BranchKind
  readonly pos: number
  readonly depth: number
  /** Of a template: its name. */
  readonly name: string
  readonly pipe: PipeNode | undefined
  /** The variables and ranges of the template that it is in. */
  readonly scope: BlockScope
  /** Number of visible variables before it. */
  readonly mark: number
  /** Began as `else if` or `else with`: one end ends this and the block around it. */
  readonly isElse: boolean
  /** The nodes read so far: of the list, or after an else of the else list. */
  nodes: StatementNode[]
  list: ListNode | undefined
}

interface BlockScope extends Scope {
  /** Ranges around this place, within the same template. */
  ranges: number
}

/**
 * The trees of a text, the text's own last.
 *
 * `parse({ name: 't', text: '{{define "a"}}x{{end}}y', isFunction })` gives trees for "a" and "t".
 * @throws TemplateError
 */
export function parse({ name, text, delims, isFunction }: ParserOptions): Map<string, Tree> {
  if (text.length > MAX_LENGTH) throw parseError({ name, text }, 0, { format: 'template has more than %d characters', args: [BigInt(MAX_LENGTH)] })
  const source: Source = { name, text: ownText(text) }
  const [left, right] = delims ?? ['', '']
  const lexer = createLexer(source.text, { left: left === '' ? '{{' : left, right: right === '' ? '}}' : right, isFunction })
  const parser: Parser = { reader: new TokenReader(source, lexer), source, trees: new Map(), stack: [] }
  const scope = { vars: ['$'], isFunction, ranges: 0 }
  parser.stack.push({ ...templateBlock('text', 0, name, undefined), depth: 0, scope, mark: 0 })
  while (readItem(parser, top(parser))) {}
  return parser.trees
}

interface Parser {
  readonly reader: TokenReader
  readonly source: Source
  readonly trees: Map<string, Tree>
  /** Blocks that are open, innermost last. */
  readonly stack: Block[]
}

function top({ stack }: Parser): Block {
  const block = stack.at(-1)
  if (block === undefined) throw new Error('no block is open')
  return block
}

function templateBlock(kind: 'text' | 'define' | 'block', pos: number, name: string, pipe: PipeNode | undefined): Omit<Block, 'scope' | 'depth' | 'mark'> {
  return { kind, pos, name, pipe, isElse: false, nodes: [], list: undefined }
}

/** A text, an action, or the beginning or end of a block; false at the end of the text. */
function readItem(parser: Parser, block: Block): boolean {
  const { reader } = parser
  const token = reader.nextNonSpace()
  switch (token.type) {
    case 'eof':
      if (block.kind !== 'text') throw reader.fail('unexpected EOF')
      addTree(parser, block)
      return false
    case 'text':
      block.nodes.push({ kind: 'text', pos: token.pos, text: reader.own(token.value) })
      return true
    case 'leftDelim':
      readAction(parser, block, token)
      return true
    default:
      throw reader.unexpected(token, 'input')
  }
}

function readAction(parser: Parser, block: Block, delim: Token): void {
  const { reader } = parser
  const token = reader.nextNonSpace()
  if (token.type === 'define' && block.kind === 'text') {
    openDefine(parser, block)
    return
  }
  // Errors in the text of a block that has just begun still name the line where its action started.
  reader.action = delim
  switch (token.type) {
    case 'if':
    case 'with':
    case 'range':
      readBranch(parser, block, { kind: token.type, isElse: false })
      return
    case 'block':
      openBlock(parser, block)
      return
    case 'else':
      readElse(parser, block)
      break
    case 'end':
      expectRightDelim(reader, 'end')
      closeBlock(parser, block)
      break
    case 'break':
    case 'continue':
      block.nodes.push(readJump(reader, block, { kind: token.type, pos: token.pos }))
      break
    case 'template':
      block.nodes.push(readTemplate(reader, block))
      break
    default:
      reader.at--
      block.nodes.push({ kind: 'action', pos: token.pos, pipe: parsePipeline(reader, { context: 'command', scope: block.scope }) })
  }
  reader.action = undefined
}

function expectRightDelim(reader: TokenReader, context: string): void {
  const token = reader.nextNonSpace()
  if (token.type !== 'rightDelim') throw reader.unexpected(token, context)
}

function open({ reader, stack }: Parser, block: Block): void {
  if (block.depth > MAX_BLOCKS) throw reader.fail('max block depth exceeded')
  stack.push(block)
}

function readBranch(parser: Parser, outer: Block, { kind, isElse }: { readonly kind: BranchKind; readonly isElse: boolean }): void {
  const { scope } = outer
  const mark = scope.vars.length
  const pipe = parsePipeline(parser.reader, { context: kind, scope })
  if (kind === 'range') scope.ranges++
  const depth = isElse ? outer.depth : outer.depth + 1
  open(parser, { kind, pos: pipe.pos, depth, name: '', pipe, scope, mark, isElse, nodes: [], list: undefined })
}

/** A template sees no variables but `$`, and none of the ranges around it. */
function openTemplate(parser: Parser, outer: Block, block: Omit<Block, 'scope' | 'depth' | 'mark'>): void {
  parser.reader.action = undefined
  const scope = { vars: ['$'], isFunction: outer.scope.isFunction, ranges: 0 }
  open(parser, { ...block, depth: outer.depth + 1, scope, mark: 0 })
}

function openDefine(parser: Parser, outer: Block): void {
  const { reader } = parser
  const token = reader.nextNonSpace()
  const name = templateName(reader, token, 'define clause')
  expectRightDelim(reader, 'define clause')
  openTemplate(parser, outer, templateBlock('define', token.pos, name, undefined))
}

function openBlock(parser: Parser, outer: Block): void {
  const { reader } = parser
  const token = reader.nextNonSpace()
  const name = templateName(reader, token, 'block clause')
  const pipe = parsePipeline(reader, { context: 'block clause', scope: outer.scope })
  openTemplate(parser, outer, templateBlock('block', token.pos, name, pipe))
}

function templateName(reader: TokenReader, token: Token, context: string): string {
  if (token.type !== 'string' && token.type !== 'rawString') throw reader.unexpected(token, context)
  return constant(reader, () => unquote(token.value))
}

function readTemplate(reader: TokenReader, { scope }: Block): StatementNode {
  const token = reader.nextNonSpace()
  const name = templateName(reader, token, 'template clause')
  const next = reader.nextNonSpace()
  if (next.type === 'rightDelim') return { kind: 'template', pos: token.pos, name, pipe: undefined }
  reader.at--
  return { kind: 'template', pos: token.pos, name, pipe: parsePipeline(reader, { context: 'template clause', scope }) }
}

function readJump(reader: TokenReader, { scope }: Block, node: { kind: 'break' | 'continue'; pos: number }): StatementNode {
  expectRightDelim(reader, `{{${node.kind}}}`)
  if (scope.ranges === 0) throw reader.fail('{{%s}} outside {{range}}', node.kind)
  return node
}

function readElse(parser: Parser, block: Block): void {
  const { reader } = parser
  const next = reader.peekNonSpace()
  const chains = next.type === 'if' || next.type === 'with'
  if (!chains) expectRightDelim(reader, 'else')
  if (block.kind === 'text') throw reader.fail('unexpected {{else}}')
  if (block.kind === 'define' || block.kind === 'block') throw reader.fail('unexpected {{else}} in %s', `${block.kind} clause`)
  if (block.list !== undefined) throw reader.fail('expected end; found {{else}}')
  endList(block)
  reader.action = undefined
  if (next.type !== block.kind) return
  reader.next()
  readBranch(parser, block, { kind: block.kind, isElse: true })
}

/** Ends the list before an else. */
function endList(block: Block): void {
  if (block.kind === 'range') block.scope.ranges--
  block.list = { kind: 'list', pos: block.pos, nodes: block.nodes }
  block.nodes = []
}

function closeBlock(parser: Parser, closing: Block): void {
  const { reader, stack } = parser
  for (let block = closing; ; ) {
    if (block.kind === 'text') throw reader.fail('unexpected {{end}}')
    stack.pop()
    const outer = top(parser)
    if (block.kind === 'define' || block.kind === 'block') {
      addTree(parser, block)
      if (block.kind === 'block') outer.nodes.push({ kind: 'template', pos: block.pos, name: block.name, pipe: block.pipe })
      return
    }
    outer.nodes.push(branch(block, block.kind))
    if (!block.isElse) return
    block = outer
  }
}

function branch(block: Block, kind: BranchKind): StatementNode {
  const hasElse = block.list !== undefined
  if (!hasElse) endList(block)
  block.scope.vars.length = block.mark
  const list: ListNode = block.list ?? { kind: 'list', pos: block.pos, nodes: [] }
  const pipe: PipeNode = block.pipe ?? { kind: 'pipe', pos: block.pos, decl: [], isAssign: false, cmds: [] }
  return { kind, pos: block.pos, pipe, list, elseList: hasElse ? { kind: 'list', pos: block.pos, nodes: block.nodes } : undefined }
}

/** Several templates may have one name, if at most one of them is not empty. */
function addTree({ reader, source, trees }: Parser, { name, pos, nodes }: Block): void {
  const root: ListNode = { kind: 'list', pos, nodes }
  const earlier = trees.get(name)
  if (earlier === undefined || isEmpty(earlier.root)) trees.set(name, { name, source, root })
  else if (!isEmpty(root)) throw reader.fail('template: multiple definition of template %q', name)
}

/** Whether a list prints nothing but spaces, so that it does not replace a template of the same name. */
export function isEmpty({ nodes }: ListNode): boolean {
  return nodes.every(node => node.kind === 'text' && trimSpace(node.text) === '')
}
