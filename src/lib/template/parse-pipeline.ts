// Parses pipelines: declarations, commands, operands, parentheses (text/template documentation: Pipelines, Variables).

import { unquote } from '../go/strconv.ts'
import { GoError } from '../go/value.ts'
import type { CommandNode, FieldNode, Operand, PipeNode, VariableNode } from './node.ts'
import { print } from './node.ts'
import { parseNumber } from './number.ts'
import type { Token, TokenType } from './token.ts'
import type { TokenReader } from './token-reader.ts'

/** Context of the pipelines of one template. */
export interface Scope {
  /** Variables in sight; the parser of blocks cuts it back at the end of each. */
  readonly vars: string[]
  readonly isFunction: (name: string) => boolean
}

/** Position of a pipeline. */
export interface PipelineOptions {
  /** The action that it belongs to, for messages: `command`, `if`, `range`. */
  readonly context: string
  readonly scope: Scope
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/** A pipeline that is being read; a parenthesis opens another on top of it. */
interface Open {
  readonly context: string
  readonly end: TokenType
  readonly pipe: Mutable<PipeNode>
  command: Mutable<CommandNode> | undefined
  /** Nesting depth of the pipelines in it, not counting plain parentheses. */
  depth: number
}

// Go's limit.
const MAX_PARENTHESES = 10_000
/** Deepest nesting of calls in parentheses: more would overflow the stack when it is executed. Go has no such limit. */
export const MAX_EXPRESSION = 250
// More could not be passed to a function; Go has no such limit.
const MAX_OPERANDS = 10_000

/** Most variables in sight at one place: each use of one is looked for among them. Go has no such limit. */
const MAX_VARIABLES = 1000

const OPERAND_STARTS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'leftParen',
  'nil',
  'number',
  'rawString',
  'string',
  'variable',
])

/**
 * Reads a pipeline and its right delimiter. Keeps its own stack, so that parentheses may nest as deep as in Go.
 * @throws TemplateError
 */
export function parsePipeline(reader: TokenReader, { context, scope }: PipelineOptions): PipeNode {
  const outer: Open[] = []
  let open = begin(reader, scope, { context, end: 'rightDelim' })
  for (;;) {
    if (open.command === undefined) {
      const token = reader.nextNonSpace()
      if (token.type === open.end) {
        checkPipeline(reader, open)
        const depth = isMereParentheses(open.pipe) ? open.depth : open.depth + 1
        if (depth > MAX_EXPRESSION) throw reader.fail('max expression depth exceeded')
        const parent = outer.pop()
        if (parent === undefined) return open.pipe
        parent.depth = Math.max(parent.depth, depth)
        addOperand(reader, parent, open.pipe)
        open = parent
        continue
      }
      if (!OPERAND_STARTS.has(token.type)) throw reader.unexpected(token, open.context)
      reader.at--
      open.command = { kind: 'command', pos: token.pos, args: [] }
    }
    const token = reader.nextNonSpace()
    if (token.type === 'leftParen') {
      if (outer.length >= MAX_PARENTHESES) throw reader.fail('max expression depth exceeded')
      outer.push(open)
      open = begin(reader, scope, { context: 'parenthesized pipeline', end: 'rightParen' })
      continue
    }
    const term = parseTerm(reader, scope, token)
    if (term === undefined) reader.at--
    addOperand(reader, open, term)
  }
}

function begin(reader: TokenReader, scope: Scope, { context, end }: Pick<Open, 'context' | 'end'>): Open {
  const pipe: Mutable<PipeNode> = { kind: 'pipe', pos: reader.peekNonSpace().pos, decl: [], isAssign: false, cmds: [] }
  while (parseDeclaration(reader, { context, scope }, pipe)) {}
  return { context, end, pipe, command: undefined, depth: 0 }
}

/** Whether a pipeline is nothing but another one in parentheses. */
export function isMereParentheses({ decl, cmds }: PipeNode): boolean {
  const args = cmds[0]?.args
  return decl.length === 0 && cmds.length === 1 && args?.length === 1 && args[0]?.kind === 'pipe'
}

/** `$x :=`, `$x =`, or a first `$x,` of two in a range: then another follows. */
function parseDeclaration(reader: TokenReader, { context, scope }: PipelineOptions, pipe: Mutable<PipeNode>): boolean {
  const variable = reader.peekNonSpace()
  if (variable.type !== 'variable') return false
  const start = reader.at++
  const next = reader.peekNonSpace()
  const isComma = next.type === 'char' && next.value === ','
  if (next.type !== 'assign' && next.type !== 'declare' && !isComma) {
    // An argument, then.
    reader.at = start
    return false
  }
  reader.at++
  pipe.decl.push(variableNode(variable.pos, variable.value))
  if (!scope.vars.includes(variable.value)) scope.vars.push(variable.value)
  if (scope.vars.length > MAX_VARIABLES) throw reader.fail('too many variables')
  if (!isComma) {
    pipe.isAssign = next.type === 'assign'
    return false
  }
  if (context !== 'range' || pipe.decl.length >= 2) throw reader.fail('too many declarations in %s', context)
  const second = reader.peekNonSpace().type
  if (second !== 'variable' && second !== 'rightDelim' && second !== 'rightParen') throw reader.fail('range can only initialize variables')
  return true
}

const NOT_EXECUTABLE: ReadonlySet<Operand['kind']> = new Set<Operand['kind']>(['bool', 'dot', 'nil', 'number', 'string'])

function checkPipeline(reader: TokenReader, { pipe, context }: Open): void {
  const { cmds } = pipe
  if (cmds.length === 0) throw reader.fail('missing value for %s', context)
  for (let i = 1; i < cmds.length; i++) {
    const kind = cmds[i]?.args[0]?.kind
    if (kind !== undefined && NOT_EXECUTABLE.has(kind)) throw reader.fail('non executable command in pipeline stage %d', BigInt(i + 1))
  }
}

/** Adds an operand with the fields that follow it, and ends the command where the next token says so. */
function addOperand(reader: TokenReader, open: Open, term: Operand | undefined): void {
  const { command } = open
  if (command === undefined) return
  if (term !== undefined) command.args.push(withFields(reader, term))
  if (command.args.length > MAX_OPERANDS) throw reader.fail('too many operands in command')
  const token = reader.next()
  if (token.type === 'space') {
    reader.peekNonSpace()
    return
  }
  if (token.type === 'rightDelim' || token.type === 'rightParen') reader.at--
  else if (token.type !== 'pipe') throw reader.unexpected(token, 'operand')
  if (command.args.length === 0) throw reader.fail('empty command')
  open.pipe.cmds.push(command)
  open.command = undefined
}

function withFields(reader: TokenReader, term: Operand): Operand {
  const first = reader.peek()
  if (first.type !== 'field') return term
  const fields: string[] = []
  while (reader.peek().type === 'field') fields.push(reader.next().value.slice(1))
  switch (term.kind) {
    // Go gives a chain the place of its second field.
    case 'field':
    case 'variable':
      return { ...term, pos: first.pos, ident: [...term.ident, ...fields] }
    case 'bool':
    case 'string':
    case 'number':
    case 'nil':
    case 'dot':
      throw reader.fail('unexpected . after term %q', print(term))
    default:
      return { kind: 'chain', pos: first.pos, node: term, fields }
  }
}

/** One operand without fields; undefined where none begins. */
function parseTerm(reader: TokenReader, { vars, isFunction }: Scope, { type, pos, value }: Token): Operand | undefined {
  switch (type) {
    case 'identifier':
      if (!isFunction(value)) throw reader.fail('function %q not defined', value)
      return { kind: 'identifier', pos, name: value }
    case 'dot':
    case 'nil':
      return { kind: type, pos }
    case 'variable':
      if (!vars.includes(value)) throw reader.fail('undefined variable %q', value)
      return variableNode(pos, value)
    case 'field':
      return { kind: 'field', pos, ident: [value.slice(1)] } satisfies FieldNode
    case 'bool':
      return { kind: 'bool', pos, value: value === 'true' }
    case 'charConstant':
    case 'complex':
    case 'number':
      return constant(reader, () => parseNumber({ type, pos, value }))
    case 'string':
    case 'rawString':
      return { kind: 'string', pos, quoted: value, text: reader.own(constant(reader, () => unquote(value))) }
    default:
      return undefined
  }
}

function variableNode(pos: number, name: string): VariableNode {
  return { kind: 'variable', pos, ident: [name] }
}

/** The value of a constant. A GoError of `read` becomes a parse error. */
export function constant<T>(reader: TokenReader, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof GoError) throw reader.fail('%s', error.message)
    throw error
  }
}
