// Plans calls of functions: chooses the overload, computes calls with constant arguments, and charges the cost.

import type { Call } from './ast.ts'
import type { CheckedCall } from './checked.ts'
import { type CostRule, Panic } from './cost.ts'
import { fits } from './dispatch.ts'
import { isEqual } from './equal.ts'
import type { Eval, Frame, Planned } from './frame.ts'
import type { FunctionDeclaration, Implementation } from './function.ts'
import { PlanError, type Planner } from './planner.ts'
import { CelError, type CelValue, Duration, isList, kindOf, NO_OVERLOAD, Optional, type Result, Timestamp, Uint } from './value.ts'

/**
 * Plans a call of a declared function.
 * @throws PlanError where a conversion of a constant or a constant pattern fails
 */
export function plannedCall(expr: Call, args: readonly Planned[], planner: Planner): Planned {
  const checked = planner.checked.overloads.get(expr)
  if (checked === undefined) throw new PlanError(`no such overload: ${expr.name}`)
  const { name } = checked.declaration
  if (checked.isMethod && (name === 'or' || name === 'orValue')) return plannedOr(args, name === 'or')
  if (name === '@not_strictly_false') return { run: notFalse(args[0]?.run ?? (() => true)) }
  const [first, second] = args
  if (name === '@in' && first !== undefined && second?.constant !== undefined && checked.overloads.length === 1) {
    const member = plannedMember(first, second.constant)
    if (member !== undefined) return member
  }
  const ready = prepared(checked, args)
  const run = ready ?? implementation(checked)
  const planned = {
    run: metered(
      run,
      args.map(arg => arg.run),
      { cost: costRule(checked), declaration: checked.declaration, stopsEarly: ready !== undefined || args.length > 2 },
    ),
  }
  return CONVERSIONS.has(name) && args.length === 1 && first?.constant !== undefined ? folded(run, first.constant) : planned
}

const CONVERSIONS: ReadonlySet<string> = new Set(['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'type', 'uint'])

function folded(run: Implementation, argument: CelValue): Planned {
  const value = run(argument)
  if (value instanceof CelError) throw new PlanError(value.message)
  return { run: () => value, constant: value }
}

/** Plans a call such as `matches` with a constant pattern. */
function prepared({ declaration }: CheckedCall, args: readonly Planned[]): Implementation | undefined {
  const pattern = args[1]?.constant
  if (declaration.prepare === undefined || pattern === undefined) return undefined
  const run = declaration.prepare(pattern)
  if (run instanceof CelError) throw new PlanError(run.message)
  return run === null ? undefined : run
}

function costRule({ declaration, overloads }: CheckedCall): CostRule {
  const [only] = overloads
  const always = declaration.cost
  const exact = overloads.length === 1 ? only?.cost : undefined
  if (always !== undefined && exact !== undefined) return (args, result) => always(args, result) + exact(args, result)
  return always ?? exact ?? (() => 1)
}

function implementation({ declaration, overloads }: CheckedCall): Implementation {
  const { run, takes, name } = declaration
  if (run !== undefined) {
    const refused = new CelError(`no such overload: ${name}`)
    return (first = null, ...rest) => (takes === undefined || takes(first) ? run(first, ...rest) : isReceiver(first) ? NO_OVERLOAD : refused)
  }
  const candidates = overloads.length === 1 ? overloads : declaration.overloads
  return (...args) => {
    const overload = candidates.find(candidate => fits(candidate, args))
    return overload?.run === undefined ? noOverload(name, args) : overload.run(...args)
  }
}

/** Whether cel-go's error for the receiver is only "no such overload". */
function isReceiver(value: CelValue): boolean {
  return typeof value === 'string' || value instanceof Timestamp || value instanceof Duration
}

function noOverload(name: string, args: readonly CelValue[]): CelError {
  return new CelError(`no such overload: ${name}(${args.map(kindOf).join(', ')})`)
}

interface CallRules {
  readonly cost: CostRule
  readonly declaration: FunctionDeclaration
  readonly stopsEarly: boolean
}

/** Evaluates the arguments, all of one or two, of more (or with a pattern known beforehand) only up to the first error; a call of evaluated arguments costs. */
function metered(run: Implementation, args: readonly Eval[], { cost, declaration: { work, panics }, stopsEarly }: CallRules): Eval {
  return frame => {
    const values: Result[] = []
    let error: CelError | undefined
    for (const arg of args) {
      const value = arg(frame)
      values.push(value)
      if (!(value instanceof CelError)) continue
      error ??= value
      if (stopsEarly) break
    }
    if (error !== undefined && panics !== undefined) throw new Panic(panics)
    if (error === undefined && work !== undefined) frame.meter.work(work(values as CelValue[]))
    const result = error ?? run(...(values as CelValue[]))
    frame.meter.produced(result)
    if (values.length === args.length) frame.meter.charge(cost(values, result))
    return result
  }
}

function notFalse(run: Eval): Eval {
  return frame => {
    const value = run(frame)
    frame.meter.charge(1)
    return value !== false
  }
}

/** `a.or(b)`, `a.orValue(b)`: `b` is evaluated only when it is needed, and the call itself is free. */
function plannedOr([first, second]: readonly Planned[], keepOptional: boolean): Planned {
  if (first === undefined || second === undefined) throw new PlanError('no such overload')
  const run = (frame: Frame): Result => {
    const value = first.run(frame)
    if (value instanceof CelError) return value
    if (!(value instanceof Optional)) return NO_OVERLOAD
    if (value.value === undefined) return second.run(frame)
    return keepOptional ? value : value.value
  }
  return { run }
}

/** `x in [1, 2]` of scalars: free of cost, and `in []` is known beforehand. */
function plannedMember(element: Planned, list: CelValue): Planned | undefined {
  if (!isList(list)) return undefined
  if (list.length === 0) return { run: () => false, constant: false }
  if (!list.every(isScalar)) return undefined
  const plain = new Set(list.filter(item => typeof item === 'string' || typeof item === 'boolean' || item === null))
  const numbers = list.filter(item => !plain.has(item as string))
  const run: Eval = frame => {
    const value = element.run(frame)
    if (value instanceof CelError) return value
    return plain.has(value as string) || numbers.some(item => isEqual(item, value))
  }
  return { run }
}

function isScalar(value: CelValue): boolean {
  return value === null || typeof value !== 'object' || value instanceof Uint
}
