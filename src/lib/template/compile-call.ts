// Compiles calls of functions and methods: counts and checks the arguments, calls, settles the result (text/template documentation: Functions).

import { ANY, GoError, type GoFunc, type GoType, typeOf } from '../go/value.ts'
import { isAny, REFLECT, type Value } from './assign.ts'
import { type Callee, settle, wrongCount } from './callee.ts'
import { type Argument, after, type Call, type Compiler, constantExpression, type Expression, failing } from './expression.ts'
import type { MethodCall } from './fields.ts'
import { type CallSite, type Expr, fail, invoke, type Run } from './run.ts'
import { type Check, checkFor } from './validate.ts'

/** Arguments compiled for the parameters of one function. */
export interface Bound {
  readonly args: readonly Expression[]
  /** The check of the piped value. */
  readonly checkFinal: Check | undefined
}

function parameter({ params, variadic }: GoFunc, at: number): GoType {
  if (variadic === true && at >= params.length - 1) return params.at(-1)?.elem ?? ANY
  return params[at] ?? ANY
}

function bind(args: readonly Argument[], { func, hasFinal }: Callee): Bound {
  const deep = func.shallow !== true
  const expressions = args.map((arg, i) => arg.bind(parameter(func, i), deep))
  return { args: expressions, checkFinal: hasFinal ? checkFor(parameter(func, args.length), deep) : undefined }
}

/** Evaluates a call of a pure function while the template is compiled, where all arguments are constants; undefined where it cannot. */
export type Fold = (func: GoFunc, bound: Bound, call: Call) => Expression | undefined

/** A call of a function that the program or Go itself defines. */
export function compileFunction(func: GoFunc, { identifier, node, args, final }: Call, fold: Fold | undefined): Expression {
  const callee = { name: identifier.name, func, hasFinal: final !== undefined }
  const wrong = wrongCount(callee, args.length)
  if (wrong !== undefined) return after(final, failing(wrong.format, { args: wrong.args, at: identifier }))
  const bound = bind(args, callee)
  const folded = fold?.(func, bound, { identifier, node, args, final })
  if (folded !== undefined) return folded
  const site = { name: identifier.name, node }
  return {
    run:
      final === undefined || bound.checkFinal === undefined
        ? plainCall(func, bound, { site, identifier })
        : finalCall(func, bound, { site, identifier, final }),
  }
}

type Where = { readonly site: CallSite } & Pick<Call, 'identifier'>

/** One closure for each number of arguments, so that the common calls make no array. */
function plainCall(func: GoFunc, { args }: Bound, { site, identifier }: Where): Expr {
  const [a, b, c] = args.map(arg => arg.run)
  const call = invoker(func, args.length)
  if (a === undefined) {
    return run => {
      run.node = identifier
      run.site = site
      return settle(run, func, call(run))
    }
  }
  if (b === undefined) {
    return (run, dot) => {
      run.node = identifier
      const x = a(run, dot)
      run.site = site
      return settle(run, func, call(run, x))
    }
  }
  if (c === undefined) {
    return (run, dot) => {
      run.node = identifier
      const x = a(run, dot)
      const y = b(run, dot)
      run.site = site
      return settle(run, func, call(run, x, y))
    }
  }
  return (run, dot) => {
    run.node = identifier
    const values = args.map(arg => arg.run(run, dot))
    run.site = site
    return settle(run, func, call(run, ...values))
  }
}

function finalCall(func: GoFunc, { args, checkFinal = pass }: Bound, { site, identifier, final }: Where & { final: Expression }): Expr {
  const [a, b] = args.map(arg => arg.run)
  const call = invoker(func, args.length + 1)
  if (a === undefined) {
    return (run, dot) => {
      const piped = final.run(run, dot)
      run.node = identifier
      const z = checkFinal(run, piped)
      run.site = site
      return settle(run, func, call(run, z))
    }
  }
  if (b === undefined) {
    return (run, dot) => {
      const piped = final.run(run, dot)
      run.node = identifier
      const x = a(run, dot)
      const z = checkFinal(run, piped)
      run.site = site
      return settle(run, func, call(run, x, z))
    }
  }
  return (run, dot) => {
    const piped = final.run(run, dot)
    run.node = identifier
    const values = args.map(arg => arg.run(run, dot))
    const z = checkFinal(run, piped)
    run.site = site
    return settle(run, func, call(run, ...values, z))
  }
}

function pass(_run: Run, value: Value): Value {
  return value
}

/** A function with its execution as the first argument. */
type Invoke = (run: Run, ...args: Value[]) => Value

/** Calls a function with a number of arguments. They were checked, so only builtins can get "no value". */
function invoker(func: GoFunc, count: number): Invoke {
  if (func.pure !== true || func.encodes === true) return (run, ...args) => invoke(run, func, args)
  if (func.metered !== undefined) return func.metered as Invoke
  const call = func.call as (...args: Value[]) => Value
  if (count === 1) return (_run, x) => call(x)
  if (count === 2) return (_run, x, y) => call(x, y)
  return (_run, ...args) => call(...args)
}

/** The most characters of text that folding gives for one template: a few bytes of template can ask for a million. */
const MAX_FOLDED = 1_000_000

/** Folds calls of constants. A call that would fail is left to fail when it is executed. */
export function folder(compiler: Compiler): Fold {
  return (func, bound, call) => {
    if (compiler.folded > MAX_FOLDED) return undefined
    const expression = foldConstants(func, bound, call)
    const value = expression?.constant?.value
    if (typeof value === 'string') compiler.folded += value.length
    return expression
  }
}

function foldConstants(func: GoFunc, { args }: Bound, { identifier, final }: Call): Expression | undefined {
  const constants = args.flatMap(arg => arg.constant ?? [])
  const known = final?.constant
  if (constants.length < args.length || (final !== undefined && known === undefined)) return undefined
  const values = constants.map(constant => constant.value)
  if (final !== undefined) {
    if (!fits(known?.value, parameter(func, args.length))) return undefined
    values.push(known?.value)
  }
  try {
    const call = func.call as (...args: Value[]) => Value
    return constantExpression(call(...values), constants.at(-1)?.at ?? identifier)
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

function fits(value: Value, type: GoType): boolean {
  if (type.name === REFLECT.name) return true
  return value !== undefined && value !== null && (isAny(type) || typeOf(value)?.name === type.name)
}

/** Calls of whatever method a chain's last name turns out to be. Arguments are compiled once for each method. */
export function methodCall(args: readonly Argument[], hasFinal: boolean): MethodCall {
  let last: { func: GoFunc; call: MethodCall } | undefined
  return (run, method) => {
    const { name, func } = method
    if (last?.func !== func) last = { func, call: compileMethod(args, { name, func, hasFinal }) }
    return last.call(run, method)
  }
}

function compileMethod(args: readonly Argument[], callee: Callee): MethodCall {
  const { name, func } = callee
  const wrong = wrongCount(callee, args.length)
  if (wrong !== undefined) {
    return run => {
      throw fail(run, wrong.format, ...wrong.args)
    }
  }
  const bound = bind(args, callee)
  // Methods of data change nothing (value.ts).
  const call = func.call as (...args: Value[]) => Value
  return (run, { receiver }) => {
    const { node, final, dot } = run
    const values = bound.args.map(arg => arg.run(run, dot))
    if (bound.checkFinal !== undefined) values.push(bound.checkFinal(run, final))
    run.site = node === undefined ? undefined : { name, node }
    return settle(run, func, call(receiver, ...values))
  }
}
