// Expands macros: calls that the parser replaces by other nodes (google/cel-spec, doc/langdef.md, "Macros"; optional types, lists and comprehensions in two
// variables are extensions).

import type { Expr } from './ast.ts'
import { call, constant, copyOf, deepest, fold, ident, list, method } from './build.ts'

export interface MacroCall {
  readonly name: string
  readonly target: Expr | undefined
  readonly args: readonly Expr[]
  readonly at: number
}

export interface MacroHost {
  /** Reports an invalid argument. */
  readonly fail: (message: string, at: number) => Expr
  /** Number of nodes that may still be copied. */
  readonly copies: { left: number }
}

/** Expansion of a call; undefined for a call that is not a macro. */
export function expandMacro(macro: MacroCall, host: MacroHost): Expr | undefined {
  const expand = (macro.target === undefined ? GLOBAL : METHODS).get(`${macro.name}/${macro.args.length}`)
  if (expand === undefined) return undefined
  const expanded = expand(macro, host)
  return { ...expanded, depth: deepest([macro.target, ...macro.args]) + (macro.target === undefined ? 0 : 1) }
}

export const INVALID_HAS = 'invalid argument to has() macro'
const NOT_IDENTIFIER = 'argument is not an identifier'
const ACCUMULATOR = '@result'
const MAP_INSERT = 'cel.@mapInsert'

type Macro = (macro: MacroCall, host: MacroHost) => Expr

const GLOBAL: ReadonlyMap<string, Macro> = new Map([['has/1', has]])

const METHODS: ReadonlyMap<string, Macro> = new Map([
  ['all/2', one(quantifier('all'))],
  ['exists/2', one(quantifier('exists'))],
  ['exists_one/2', one(existsOne)],
  ['map/2', one(mapped, NOT_IDENTIFIER)],
  ['map/3', one(mapped, NOT_IDENTIFIER)],
  ['filter/2', one(filtered, NOT_IDENTIFIER)],
  ['all/3', two(quantifier('all'))],
  ['exists/3', two(quantifier('exists'))],
  ['exists_one/3', two(existsOne)],
  ['existsOne/3', two(existsOne)],
  ['transformList/3', two(mapped)],
  ['transformList/4', two(mapped)],
  ['transformMap/3', two(transformed((accumulator, [key], value, at) => call(MAP_INSERT, [accumulator, ident(key, at), value], at)))],
  ['transformMap/4', two(transformed((accumulator, [key], value, at) => call(MAP_INSERT, [accumulator, ident(key, at), value], at)))],
  ['transformMapEntry/3', two(transformed((accumulator, _, value, at) => call(MAP_INSERT, [accumulator, value], at)))],
  ['transformMapEntry/4', two(transformed((accumulator, _, value, at) => call(MAP_INSERT, [accumulator, value], at)))],
  ['optMap/2', optional('optMap', (value, at) => call('optional.of', [value], at))],
  ['optFlatMap/2', optional('optFlatMap', value => value)],
  ['sortBy/2', sortBy],
])

function has({ args: [arg], at }: MacroCall, host: MacroHost): Expr {
  if (arg === undefined || arg.kind !== 'select' || arg.mode !== 'value') return host.fail(INVALID_HAS, arg?.at ?? at)
  return { ...arg, mode: 'presence', at }
}

/** A loop over `range` with its variables and the remaining arguments. */
interface Loop {
  readonly range: Expr
  readonly variables: readonly [string, string?]
  readonly rest: readonly Expr[]
  readonly at: number
}

function one(expand: (loop: Loop) => Expr, message: string = 'argument must be a simple name'): Macro {
  return ({ target, args: [variable, ...rest], at }, host) => {
    if (target === undefined || variable === undefined) return host.fail(message, at)
    if (variable.kind !== 'ident') return host.fail(message, variable.at)
    return expand({ range: target, variables: [variable.name], rest, at })
  }
}

function two(expand: (loop: Loop) => Expr): Macro {
  return ({ target, args: [first, second, ...rest], at }, host) => {
    if (target === undefined || first === undefined || second === undefined) return host.fail('argument must be a simple name', at)
    if (first.kind !== 'ident') return host.fail('argument must be a simple name', first.at)
    if (second.kind !== 'ident') return host.fail('argument must be a simple name', second.at)
    if (first.name === second.name) return host.fail(`duplicate variable name: ${second.name}`, second.at)
    return expand({ range: target, variables: [first.name, second.name], rest, at })
  }
}

function loop({ range, variables: [variable, variable2], at }: Loop, parts: { initial: Expr; condition: Expr; step: Expr; result: Expr }): Expr {
  return fold({ variable, variable2, range, accumulator: ACCUMULATOR, ...parts, at })
}

function quantifier(kind: 'all' | 'exists'): (parts: Loop) => Expr {
  return parts => {
    const { at } = parts
    const accumulator = ident(ACCUMULATOR, at)
    const open = kind === 'all' ? accumulator : call('!_', [accumulator], at)
    return loop(parts, {
      initial: constant(kind === 'all', at),
      condition: call('@not_strictly_false', [open], at),
      step: call(kind === 'all' ? '_&&_' : '_||_', [ident(ACCUMULATOR, at), last(parts)], at),
      result: ident(ACCUMULATOR, at),
    })
  }
}

function existsOne(parts: Loop): Expr {
  const { at } = parts
  return loop(parts, {
    initial: constant(0n, at),
    condition: constant(true, at),
    step: call('_?_:_', [last(parts), call('_+_', [ident(ACCUMULATOR, at), constant(1n, at)], at), ident(ACCUMULATOR, at)], at),
    result: call('_==_', [ident(ACCUMULATOR, at), constant(1n, at)], at),
  })
}

/** `map(x, f)`, `map(x, condition, f)`. */
function mapped(parts: Loop): Expr {
  const { at } = parts
  const step = call('_+_', [ident(ACCUMULATOR, at), list([last(parts)], at)], at)
  return collected(parts, list([], at), parts.rest.length === 2 ? when(parts, step) : step)
}

function filtered(parts: Loop): Expr {
  const { at } = parts
  const step = call('_+_', [ident(ACCUMULATOR, at), list([ident(parts.variables[0], at)], at)], at)
  return collected(parts, list([], at), when(parts, step))
}

type Insert = (accumulator: Expr, variables: readonly [string, string?], value: Expr, at: number) => Expr

function transformed(insert: Insert): (parts: Loop) => Expr {
  return parts => {
    const { at } = parts
    const step = insert(ident(ACCUMULATOR, at), parts.variables, last(parts), at)
    return collected(parts, { kind: 'map', entries: [], at, depth: 0 }, parts.rest.length === 2 ? when(parts, step) : step)
  }
}

function collected(parts: Loop, initial: Expr, step: Expr): Expr {
  return loop(parts, { initial, condition: constant(true, parts.at), step, result: ident(ACCUMULATOR, parts.at) })
}

function when({ rest: [condition], at }: Loop, step: Expr): Expr {
  return call('_?_:_', [condition ?? constant(true, at), step, ident(ACCUMULATOR, at)], at)
}

function last({ rest, at }: Loop): Expr {
  return rest.at(-1) ?? constant(null, at)
}

/** `target.optMap(x, f)`: a loop over nothing that binds `x` to the value. */
function optional(name: string, wrap: (value: Expr, at: number) => Expr): Macro {
  return ({ target, args: [variable, value], at }, host) => {
    if (target === undefined || value === undefined || variable?.kind !== 'ident') {
      return host.fail(`${name}() variable name must be a simple identifier`, variable?.at ?? at)
    }
    const copy = copyOf(target, host.copies)
    if (copy === undefined) return host.fail('expression expands to too many nodes', at)
    const inside = bound(variable.name, { value: method(copy, 'value', { args: [], at }), result: value, at })
    return call('_?_:_', [method(target, 'hasValue', { args: [], at }), wrap(inside, at), call('optional.none', [], at)], at)
  }
}

function sortBy({ target, args: [variable, key], at }: MacroCall, host: MacroHost): Expr {
  if (target === undefined || key === undefined || variable?.kind !== 'ident') return host.fail(NOT_IDENTIFIER, variable?.at ?? at)
  if (!['list', 'select', 'ident', 'fold', 'call'].includes(target.kind)) {
    return host.fail('sortBy can only be applied to a list, identifier, comprehension, call or select expression', target.at)
  }
  // The list is evaluated once, bound to a name of its own.
  const keys = mapped({ range: ident(SORTED, at), variables: [variable.name], rest: [key], at })
  const sorted = method(ident(SORTED, at), '@sortByAssociatedKeys', { args: [keys], at })
  return bound(SORTED, { value: target, result: sorted, at })
}

const SORTED = '@__sortBy_input__'

/** Binds `name` to `value` in `result`, as a loop over an empty list. */
function bound(name: string, { value, result, at }: { readonly value: Expr; readonly result: Expr; readonly at: number }): Expr {
  const range = list([], at)
  const condition = constant(false, at)
  return fold({ variable: '#unused', variable2: undefined, range, accumulator: name, initial: value, condition, step: ident(name, at), result, at })
}
