// Compiles a checked tree into closures: computes constants and chooses overloads (cel-go's planner, with the optimisations that the API server switches on).

import type { Call, Expr, ListLiteral, MapLiteral, Message, Select } from './ast.ts'
import type { Checked } from './checked.ts'
import { type Declarations, lookUpName } from './environment.ts'
import type { Attribute, Eval, Planned } from './frame.ts'
import { attributeOf, computedIndex, constantIndex, extended, fieldQualifier, plannedAttribute, plannedPresence, presenceQualifier } from './plan-attribute.ts'
import { plannedCall } from './plan-call.ts'
import { plannedFold } from './plan-fold.ts'
import { PlanError, type Planner } from './planner.ts'
import { CelError, CelMap, type CelValue, NO_OVERLOAD, Optional, type Result } from './value.ts'

/**
 * Plans a checked tree.
 * @throws PlanError if a constant part fails
 */
export function plan(expr: Expr, checked: Checked, declarations: Declarations): Eval {
  const planner: Planner = { checked, declarations, plan: node => planNode(node, planner), locals: [] }
  return planner.plan(expr).run
}

function planNode(expr: Expr, planner: Planner): Planned {
  switch (expr.kind) {
    case 'constant':
      return constantOf(expr.value)
    case 'ident':
      return planName(expr.name, planner)
    case 'select':
      return planSelect(expr, planner)
    case 'call':
      return planCall(expr, planner)
    case 'list':
      return planList(expr, planner)
    case 'map':
      return planMap(expr, planner)
    case 'message':
      return planMessage(expr, planner)
    case 'fold':
      return plannedFold(expr, planner)
    case 'broken':
      return { run: () => new CelError('unparsed expression') }
  }
}

function constantOf(value: CelValue): Planned {
  return { run: () => value, constant: value }
}

function planName(name: string, { declarations, locals }: Planner): Planned {
  const local = locals.lastIndexOf(name)
  if (local >= 0) return plannedAttribute({ kind: 'path', base: frame => frame.locals[local] ?? null, qualifiers: [] })
  const named = lookUpName(declarations, name)
  if (named?.constant !== undefined) return constantOf(named.constant)
  if (named?.type.kind === 'type') throw new PlanError(`reference to undefined type: ${name}`)
  const bare = name.startsWith('.') ? name.slice(1) : name
  const base: Eval = ({ variables }) => {
    const value = variables.get(bare)
    if (value === undefined) return new CelError(`no such attribute(s): ${bare}`)
    return typeof value === 'function' ? value() : value
  }
  return plannedAttribute({ kind: 'path', base, qualifiers: [] })
}

function planSelect(expr: Select, planner: Planner): Planned {
  const name = planner.checked.names.get(expr)
  if (name !== undefined) return planName(name, planner)
  const attribute = attributeOf(planner.plan(expr.operand))
  if (expr.mode === 'presence') return plannedPresence(extended(attribute, presenceQualifier(expr.field)))
  const typed = expr.mode === 'value' && planner.checked.types.get(expr.operand)?.kind === 'struct'
  return plannedAttribute(extended(attribute, fieldQualifier(expr.field, { typed, optional: expr.mode === 'optional' })))
}

function planCall(expr: Call, planner: Planner): Planned {
  const target = planner.checked.overloads.get(expr)?.isMethod === true ? expr.target : undefined
  const args = (target === undefined ? expr.args : [target, ...expr.args]).map(planner.plan)
  switch (expr.name) {
    case '_[_]':
    case '_[?_]':
      return planIndex(args, expr.name === '_[?_]')
    case '_?_:_':
      return planChoice(args)
    case '_&&_':
    case '_||_':
      return {
        run: logical(
          args.map(arg => arg.run),
          expr.name === '_||_',
        ),
      }
    default:
      return plannedCall(expr, args, planner)
  }
}

function planIndex([object, index]: readonly Planned[], optional: boolean): Planned {
  if (object === undefined || index === undefined) throw new PlanError('no such overload')
  const qualifier = index.constant === undefined ? computedIndex(index, optional) : constantIndex(index.constant, optional)
  if (qualifier instanceof CelError) throw new PlanError(qualifier.message)
  return plannedAttribute(extended(attributeOf(object), qualifier))
}

function planChoice([condition, yes, no]: readonly Planned[]): Planned {
  if (condition === undefined || yes === undefined || no === undefined) throw new PlanError('no such overload')
  const attribute: Attribute = { kind: 'choice', condition: condition.run, yes: attributeOf(yes), no: attributeOf(no) }
  return plannedAttribute(attribute)
}

/** Plans `&&` and `||`: a deciding value takes precedence over errors; otherwise the first error is the result. */
function logical(parts: readonly Eval[], decisive: boolean): Eval {
  return frame => {
    let error: CelError | undefined
    for (const part of parts) {
      const value = part(frame)
      if (value === decisive) return decisive
      if (typeof value !== 'boolean') error ??= value instanceof CelError ? value : NO_OVERLOAD
    }
    return error ?? !decisive
  }
}

function planList({ elements, optional }: ListLiteral, planner: Planner): Planned {
  const parts = elements.map(planner.plan)
  const constants = parts.map(part => part.constant)
  if (!optional.includes(true) && constants.every(value => value !== undefined)) return constantOf(constants)
  const runs = parts.map(part => part.run)
  const collect: Eval = frame => {
    const list: CelValue[] = []
    for (const [i, run] of runs.entries()) {
      const value = run(frame)
      if (value instanceof CelError) return value
      if (optional[i] !== true) list.push(value)
      else if (!(value instanceof Optional)) return NO_OVERLOAD
      else if (value.value !== undefined) list.push(value.value)
    }
    return list
  }
  return { run: costing(collect, LIST_COST) }
}

function planMap({ entries }: MapLiteral, planner: Planner): Planned {
  const parts = entries.map(({ key, value, optional }) => ({ key: planner.plan(key), value: planner.plan(value), optional }))
  const pairs: [CelValue, CelValue][] = []
  for (const { key, value, optional } of parts) {
    if (!optional && key.constant !== undefined && value.constant !== undefined) pairs.push([key.constant, value.constant])
  }
  if (pairs.length === parts.length) return constantOf(CelMap.of(pairs))
  const collect: Eval = frame => {
    const found: [CelValue, CelValue][] = []
    for (const part of parts) {
      const key = part.key.run(frame)
      if (key instanceof CelError) return key
      const value = part.value.run(frame)
      if (value instanceof CelError) return value
      if (!part.optional) found.push([key, value])
      else if (!(value instanceof Optional)) return NO_OVERLOAD
      else if (value.value !== undefined) found.push([key, value.value])
    }
    return CelMap.of(found)
  }
  return { run: costing(collect, MAP_COST) }
}

function planMessage({ name, entries }: Message, planner: Planner): Planned {
  const type = planner.declarations.struct(name.startsWith('.') ? name.slice(1) : name)
  const parts = entries.map(({ field, value, optional }) => ({ field, run: planner.plan(value).run, optional }))
  const create: Eval = frame => {
    const fields = new Map<string, CelValue>()
    for (const { field, run, optional } of parts) {
      const value = run(frame)
      if (value instanceof CelError) return value
      if (!optional) fields.set(field, value)
      else if (!(value instanceof Optional)) return NO_OVERLOAD
      else if (value.value === undefined) fields.delete(field)
      else fields.set(field, value.value)
    }
    return type?.create === undefined ? new CelError(`unknown type '${name}'`) : type.create(fields)
  }
  return { run: costing(create, MESSAGE_COST) }
}

const LIST_COST = 10
const MAP_COST = 30
const MESSAGE_COST = 40

function costing(run: Eval, cost: number): Eval {
  return frame => {
    const result: Result = run(frame)
    frame.meter.charge(cost)
    return result
  }
}
