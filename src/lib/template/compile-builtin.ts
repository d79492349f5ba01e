// Compiles calls of and, or, call and slice: the first two stop early, errors of call name the function, those of slice the static types
// (text/template documentation: Functions).

import { Box, type GoFunc, typeOf } from '../go/value.ts'
import { REFLECT, type Value } from './assign.ts'
import { BUILTINS, callValue, sliceValue } from './builtins.ts'
import { settle, wrongCount } from './callee.ts'
import { compileFunction, folder } from './compile-call.ts'
import { type Argument, after, type Call, type Compiler, constantExpression, type Expression, failing } from './expression.ts'
import { type Operand, print } from './node.ts'
import type { Run, StaticType } from './run.ts'
import { isTrue } from './truth.ts'
import { clearSlots } from './variables.ts'

/** Compiles arguments; those of and/or after the first may never be evaluated. */
export type CompileArgument = (node: Operand) => Argument

/** A call of a builtin, whose operands are not compiled yet. */
export interface BuiltinCall extends Omit<Call, 'args'> {
  readonly operands: readonly Operand[]
}

/** A call of one of Go's own functions. */
export function compileBuiltin(compiler: Compiler, { operands, ...call }: BuiltinCall, compileArgument: CompileArgument): Expression {
  const { identifier, final } = call
  const { name } = identifier
  const func = BUILTINS.get(name)
  if (func === undefined) return failing('%q is not a defined function', { args: [name], at: identifier })
  const wrong = wrongCount({ name, func, hasFinal: final !== undefined }, operands.length)
  if (wrong !== undefined) return after(final, failing(wrong.format, { args: wrong.args, at: identifier }))
  if (name === 'and' || name === 'or') return compileLogic(compiler, { operands, ...call }, compileArgument)
  const args = operands.map(compileArgument)
  if (name === 'call') return compileCallOfValue(func, { ...call, args })
  if (name === 'slice') return compileSlice(func, { ...call, args })
  return compileFunction(func, { ...call, args }, folder(compiler))
}

function compileLogic(compiler: Compiler, { operands, identifier, final }: BuiltinCall, compileArgument: CompileArgument): Expression {
  const { variables } = compiler
  const outer = variables.unsure
  const unsure: number[] = []
  const args = operands.map((node, i) => {
    if (i > 0) variables.unsure = unsure
    return compileArgument(node).bind(REFLECT, false)
  })
  variables.unsure = outer
  outer?.push(...unsure)
  const isOr = identifier.name === 'or'
  const constants = args.flatMap(arg => arg.constant ?? [])
  if (final === undefined && constants.length === args.length) {
    const decisive = constants.find(({ value }) => isTrue(value) === isOr) ?? constants.at(-1)
    if (decisive !== undefined) return constantExpression(decisive.value, decisive.at)
  }
  return {
    run: (run, dot) => {
      if (unsure.length > 0) clearSlots(run, unsure)
      const piped = final?.run(run, dot)
      run.node = identifier
      let value: Value
      for (const arg of args) {
        value = arg.run(run, dot)
        if (isTrue(value) === isOr) return value
      }
      return final === undefined ? value : piped
    },
  }
}

function compileCallOfValue(func: GoFunc, { identifier, node, args, final }: Call): Expression {
  const bound = args.map(arg => arg.bind(REFLECT, false))
  const named = args[0] === undefined ? undefined : print(args[0].node)
  const site = { name: identifier.name, node }
  return {
    run: (run, dot) => {
      const piped = final?.run(run, dot)
      run.node = identifier
      const values = bound.map(arg => arg.run(run, dot))
      if (final !== undefined) values.push(piped)
      run.site = site
      return settle(run, func, callValue(run, named ?? describe(values[0]), values))
    },
  }
}

/** The text with which reflect prints a value that is not a string. */
function describe(value: Value): string {
  if (value === undefined) return '<invalid Value>'
  if (typeof value === 'string') return value
  return value instanceof Box && value.type.kind === 'string' ? String(value.value) : `<${value === null ? 'interface {}' : typeOf(value)?.name} Value>`
}

/** slice alone does not look into the interfaces that its indexes come in, and says so when one is not an integer. */
function compileSlice(func: GoFunc, { identifier, node, args, final }: Call): Expression {
  const bound = args.map(arg => ({ node: arg.node, run: arg.bind(REFLECT, false).run }))
  const site = { name: identifier.name, node }
  return {
    run: (run, dot) => {
      const piped = final?.run(run, dot)
      run.node = identifier
      const values: Value[] = []
      const types: StaticType[] = []
      for (const arg of bound) {
        run.fieldType = undefined
        values.push(arg.run(run, dot))
        types.push(staticType(run, arg.node))
      }
      if (final !== undefined) values.push(piped)
      run.site = site
      return settle(run, func, sliceValue(values, types))
    },
  }
}

function staticType(run: Run, node: Operand): StaticType {
  switch (node.kind) {
    case 'dot':
      return run.dotType
    case 'field':
    case 'variable':
    case 'chain':
      return run.fieldType
    default:
      return undefined
  }
}
