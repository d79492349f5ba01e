// The syntax tree of an expression with macros expanded, as the language definition of CEL describes it (google/cel-spec, syntax.proto).

import type { CelValue } from './value.ts'

interface Node {
  /** Position of errors of this node: an offset in UTF-16 units. */
  readonly at: number
  /** Nesting depth of selections, method calls, indexes and operators in it. */
  readonly depth: number
}

export interface Constant extends Node {
  readonly kind: 'constant'
  readonly value: CelValue
}

export interface Ident extends Node {
  readonly kind: 'ident'
  readonly name: string
}

/** `a.b`, `has(a.b)`, `a.?b`. */
export interface Select extends Node {
  readonly kind: 'select'
  readonly operand: Expr
  readonly field: string
  readonly mode: 'value' | 'presence' | 'optional'
  /** Offset of the name. */
  readonly fieldAt: number
}

export interface Call extends Node {
  readonly kind: 'call'
  readonly name: string
  readonly target: Expr | undefined
  readonly args: readonly Expr[]
}

export interface ListLiteral extends Node {
  readonly kind: 'list'
  readonly elements: readonly Expr[]
  /** Whether each element is `?x`. */
  readonly optional: readonly boolean[]
}

export interface MapEntry {
  readonly key: Expr
  readonly value: Expr
  readonly optional: boolean
  readonly at: number
}

export interface MapLiteral extends Node {
  readonly kind: 'map'
  readonly entries: readonly MapEntry[]
}

export interface FieldEntry {
  readonly field: string
  readonly value: Expr
  readonly optional: boolean
  readonly at: number
}

/** `Type.name{field: value}`. */
export interface Message extends Node {
  readonly kind: 'message'
  readonly name: string
  readonly entries: readonly FieldEntry[]
}

/** Expansions of macros such as `all` and `map`. */
export interface Fold extends Node {
  readonly kind: 'fold'
  readonly variable: string
  /** In a comprehension of two variables: that of the value, and `variable` is that of the key or index. */
  readonly variable2: string | undefined
  readonly range: Expr
  readonly accumulator: string
  readonly initial: Expr
  readonly condition: Expr
  readonly step: Expr
  readonly result: Expr
}

/** Placeholder after a syntax error. */
export interface Broken extends Node {
  readonly kind: 'broken'
}

export type Expr = Constant | Ident | Select | Call | ListLiteral | MapLiteral | Message | Fold | Broken

/** `a.b.c` of a chain of plain selections, or undefined. */
export function qualifiedName(expr: Expr): string | undefined {
  const names: string[] = []
  let here = expr
  while (here.kind === 'select') {
    if (here.mode !== 'value') return undefined
    names.push(here.field)
    here = here.operand
  }
  if (here.kind !== 'ident') return undefined
  names.push(here.name)
  return names.reverse().join('.')
}

/** The parts of a node, in the order of the text; of a loop its range, initial value, condition, step and result. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'select':
      return [expr.operand]
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args]
    case 'list':
      return expr.elements
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value])
    case 'message':
      return expr.entries.map(({ value }) => value)
    case 'fold':
      return [expr.range, expr.initial, expr.condition, expr.step, expr.result]
    default:
      return []
  }
}

/** The node with other parts, as many as `childrenOf` gives. */
export function withChildren(expr: Expr, children: readonly Expr[]): Expr {
  const [first = expr, initial = expr, condition = expr, step = expr, result = expr] = children
  switch (expr.kind) {
    case 'select':
      return { ...expr, operand: first }
    case 'call':
      return expr.target === undefined ? { ...expr, args: children } : { ...expr, target: first, args: children.slice(1) }
    case 'list':
      return { ...expr, elements: children }
    case 'map':
      return { ...expr, entries: expr.entries.map((entry, i) => ({ ...entry, key: children[2 * i] ?? entry.key, value: children[2 * i + 1] ?? entry.value })) }
    case 'message':
      return { ...expr, entries: expr.entries.map((entry, i) => ({ ...entry, value: children[i] ?? entry.value })) }
    case 'fold':
      return { ...expr, range: first, initial, condition, step, result }
    default:
      return { ...expr }
  }
}
