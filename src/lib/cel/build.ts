// Creates syntax tree nodes at one offset of the text, for the parser and for expanded macros.

import { type Call, childrenOf, type Expr, type Fold, type Ident, type ListLiteral, withChildren } from './ast.ts'
import type { CelValue } from './value.ts'

/** Depth of the deepest node. */
export function deepest(nodes: Iterable<Expr | undefined>): number {
  let depth = 0
  for (const node of nodes) if (node !== undefined && node.depth > depth) depth = node.depth
  return depth
}

/** A constant. */
export function constant(value: CelValue, at: number): Expr {
  return { kind: 'constant', value, at, depth: 0 }
}

/** A name. */
export function ident(name: string, at: number): Ident {
  return { kind: 'ident', name, at, depth: 0 }
}

/** A call of a function. */
export function call(name: string, args: readonly Expr[], at: number): Call {
  return { kind: 'call', name, target: undefined, args, at, depth: deepest(args) }
}

/** A call of a method. */
export function method(target: Expr, name: string, { args, at }: { readonly args: readonly Expr[]; readonly at: number }): Call {
  return { kind: 'call', name, target, args, at, depth: deepest([target, ...args]) }
}

/** A list literal without optional elements. */
export function list(elements: readonly Expr[], at: number): ListLiteral {
  return { kind: 'list', elements, optional: elements.map(() => false), at, depth: deepest(elements) }
}

/** A loop that a macro expands to. */
export function fold(parts: Omit<Fold, 'kind' | 'depth'>): Fold {
  return { kind: 'fold', ...parts, depth: deepest([parts.range, parts.step]) }
}

/** A copy of a tree, so that original and copy can have different types; undefined if it has more than `limit` nodes. */
export function copyOf(expr: Expr, budget: { left: number }): Expr | undefined {
  if (--budget.left < 0) return undefined
  const copies: Expr[] = []
  for (const child of childrenOf(expr)) {
    const copy = copyOf(child, budget)
    if (copy === undefined) return undefined
    copies.push(copy)
  }
  return withChildren(expr, copies)
}
