// Compiles pipelines to closures: commands, operands, declarations (text/template documentation: Pipelines, Arguments, Variables).

import type { GoType } from '../go/value.ts'
import { canBeNil, REFLECT, zeroValue } from './assign.ts'
import { BUILTINS } from './builtins.ts'
import { compileBuiltin } from './compile-builtin.ts'
import { compileFunction, methodCall } from './compile-call.ts'
import { type Argument, after, type Compiler, constantExpression, type Expression, failing } from './expression.ts'
import { evalFields, fieldSite } from './fields.ts'
import { idealLiteral, isLiteral, type Literal, literalFor } from './literal.ts'
import type { ChainNode, CommandNode, FieldNode, IdentifierNode, Node, Operand, PipeNode, VariableNode } from './node.ts'
import { print } from './node.ts'
import { isMereParentheses } from './parse-pipeline.ts'
import type { Expr, StaticType } from './run.ts'
import { checkFor } from './validate.ts'
import { declare, slotOf } from './variables.ts'

/** Stack frames that one level takes. */
const EXPRESSION_FRAMES = 4

/** A pipeline, with the variables that it declares or sets. Its value is never nil in an empty interface: that becomes no value. */
export function compilePipe(compiler: Compiler, pipe: PipeNode): Expression {
  compiler.expressionDepth++
  compiler.frames = Math.max(compiler.frames, compiler.blockFrames + EXPRESSION_FRAMES * compiler.expressionDepth)
  let value: Expression | undefined
  for (const command of pipe.cmds) value = unwrapped(compileCommand(compiler, { command, pipe, final: value }))
  compiler.expressionDepth--
  if (value === undefined) return constantExpression(undefined, pipe)
  return pipe.decl.length === 0 ? value : declaring(compiler, pipe, value)
}

/** Nil in an empty interface is not a value once a command has given it. */
function unwrapped(expression: Expression): Expression {
  const { constant, run: evaluate } = expression
  if (constant !== undefined) return constant.value === null ? constantExpression(undefined, constant.at) : expression
  return {
    run: (run, dot) => {
      const value = evaluate(run, dot)
      return value === null ? undefined : value
    },
  }
}

function declaring(compiler: Compiler, { decl, isAssign }: PipeNode, { run: evaluate }: Expression): Expression {
  const { variables } = compiler
  const slots = decl.map(({ ident: [name = ''] }) => (isAssign ? slotOf(variables, name) : declare(variables, name)))
  return {
    run: (run, dot) => {
      const value = evaluate(run, dot)
      for (const slot of slots) {
        const index = typeof slot === 'number' ? slot : slot(run)
        run.vars[index] = value
        run.varTypes[index] = undefined
      }
      return value
    },
  }
}

interface Command {
  readonly command: CommandNode
  readonly pipe: PipeNode
  /** The command before it. */
  readonly final: Expression | undefined
}

function compileCommand(compiler: Compiler, { command, pipe, final }: Command): Expression {
  const [first, ...rest] = command.args
  if (first === undefined) return constantExpression(undefined, pipe)
  const hasArgs = rest.length > 0 || final !== undefined
  switch (first.kind) {
    case 'field':
    case 'chain':
      return compileFields(compiler, first, { rest, final })
    case 'variable':
      if (first.ident.length > 1) return compileFields(compiler, first, { rest, final })
      // A variable that is not there is the first thing wrong with it.
      return hasArgs ? after(final, after(compileOperand(compiler, first), noFunction(first, first))) : compileOperand(compiler, first)
    case 'identifier':
      return compileIdentifier(compiler, first, { node: command, rest, final })
    case 'pipe':
      if (hasArgs) return after(final, noFunction(first, final === undefined ? pipe : undefined))
      return compilePipe(compiler, innermost(first))
    default:
      if (hasArgs) return after(final, noFunction(first, first))
      return first.kind === 'nil' ? failing('nil is not a command', { args: [], at: first }) : compileOperand(compiler, first)
  }
}

function noFunction(node: Operand, at: Node | undefined): Expression {
  return failing("can't give argument to non-function %s", { args: [print(node)], ...(at === undefined ? {} : { at }) })
}

/** `((x))` is `(x)`: parentheses may nest deeper than calls can. */
function innermost(pipe: PipeNode): PipeNode {
  let inner = pipe
  while (isMereParentheses(inner)) {
    const only = inner.cmds[0]?.args[0]
    if (only?.kind !== 'pipe') break
    inner = only
  }
  return inner
}

interface Arguments {
  readonly rest: readonly Operand[]
  readonly final: Expression | undefined
}

function compileIdentifier(compiler: Compiler, identifier: IdentifierNode, { node, rest, final }: Arguments & { node: Node }): Expression {
  const func = compiler.funcs.get(identifier.name)
  if (func !== undefined) return compileFunction(func, { identifier, node, args: rest.map(arg => compileArgument(compiler, arg)), final }, undefined)
  return compileBuiltin(compiler, { identifier, node, operands: rest, final }, arg => compileArgument(compiler, arg))
}

type FieldsNode = FieldNode | ChainNode | VariableNode

/** `.a.b`, `$x.a.b` or `(…).a.b`, the last of which may be a method that takes the arguments. */
function compileFields(compiler: Compiler, node: FieldsNode, { rest, final }: Arguments): Expression {
  const start = compileStart(compiler, node)
  const names = node.kind === 'field' ? node.ident : node.kind === 'variable' ? node.ident.slice(1) : node.fields
  if (rest.length === 0 && final === undefined) {
    const site = fieldSite(node, names)
    return {
      run: (run, dot) => {
        run.node = node
        return evalFields(run, site, start(run, dot))
      },
    }
  }
  const args = rest.map(arg => compileArgument(compiler, arg))
  const site = fieldSite(node, names, methodCall(args, final !== undefined))
  return {
    run: (run, dot) => {
      const piped = final?.run(run, dot)
      run.node = node
      const value = start(run, dot)
      run.dot = dot
      run.final = piped
      return evalFields(run, site, value)
    },
  }
}

/** Value whose fields a chain reads; its static type is left in `run.fieldType`. */
function compileStart(compiler: Compiler, node: FieldsNode): Expr {
  switch (node.kind) {
    case 'field':
      return (run, dot) => {
        run.fieldType = run.dotType
        return dot
      }
    case 'variable': {
      const slot = slotOf(compiler.variables, node.ident[0] ?? '')
      return run => {
        const index = typeof slot === 'number' ? slot : slot(run)
        run.fieldType = run.varTypes[index]
        return run.vars[index]
      }
    }
    case 'chain': {
      const inner = compileOperand(compiler, node.node)
      const type = resultType(compiler, node.node)
      return (run, dot) => {
        const value = inner.run(run, dot)
        run.fieldType = type
        return value
      }
    }
  }
}

/** The static type of a function's result, where that is an interface. */
function resultType({ funcs }: Compiler, node: Operand): StaticType {
  const result = node.kind === 'identifier' ? (funcs.get(node.name) ?? BUILTINS.get(node.name))?.result : undefined
  return result?.kind === 'interface' ? result : undefined
}

/** An operand by itself, without a parameter that it is for. */
function compileOperand(compiler: Compiler, node: Operand): Expression {
  switch (node.kind) {
    case 'bool':
    case 'number':
    case 'string':
      return literalExpression(idealLiteral(node), node)
    case 'dot':
      return {
        run: (run, dot) => {
          run.node = node
          run.fieldType = run.dotType
          return dot
        },
      }
    case 'variable':
      if (node.ident.length > 1) return compileFields(compiler, node, { rest: [], final: undefined })
      return compileVariable(compiler, node)
    case 'field':
    case 'chain':
      return compileFields(compiler, node, { rest: [], final: undefined })
    case 'identifier':
      return compileIdentifier(compiler, node, { node, rest: [], final: undefined })
    case 'pipe':
      return compilePipe(compiler, innermost(node))
    case 'nil':
      return failing('nil is not a command', { args: [], at: node })
  }
}

function compileVariable({ variables }: Compiler, node: VariableNode): Expression {
  const slot = slotOf(variables, node.ident[0] ?? '')
  return {
    run: run => {
      run.node = node
      const index = typeof slot === 'number' ? slot : slot(run)
      run.fieldType = run.varTypes[index]
      return run.vars[index]
    },
  }
}

function literalExpression(literal: Literal, node: Operand): Expression {
  if ('value' in literal) return constantExpression(literal.value, node)
  return failing(literal.format, { args: literal.args, at: node })
}

/** An operand as an argument: constants take the parameter's type, everything else must be assignable to it. */
function compileArgument(compiler: Compiler, node: Operand): Argument {
  if (isLiteral(node)) return { node, bind: type => literalExpression(literalFor(type, node), node) }
  if (node.kind === 'nil') return { node, bind: type => bindNil(type, node) }
  const operand = compileOperand(compiler, node)
  return { node, bind: (type, deep) => checked(operand, type, deep) }
}

function bindNil(type: GoType, node: Operand): Expression {
  if (!canBeNil(type)) return failing('cannot assign nil to %s', { args: [type.name], at: node })
  return constantExpression(type.name === REFLECT.name ? undefined : zeroValue(type), node)
}

function checked(operand: Expression, type: GoType, deep: boolean): Expression {
  if (type.name === REFLECT.name) return operand
  const check = checkFor(type, deep)
  const { run: evaluate } = operand
  return { run: (run, dot) => check(run, evaluate(run, dot)) }
}
