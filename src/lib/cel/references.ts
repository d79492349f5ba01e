// Finds the paths that an expression reads of its variables.

import { childrenOf, type Expr } from './ast.ts'
import type { Checked } from './checked.ts'

/**
 * The paths of variables that a tree reads, without doubles; an index that is not text ends a path.
 * @example references of `object.spec['replicas'] > request.uid` // [['object', 'spec', 'replicas'], ['request', 'uid']]
 */
export function references(expr: Expr, checked: Checked): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  const visit = (node: Expr, locals: readonly string[]): void => {
    const path = pathOf(node, checked)
    if (path !== undefined) {
      if (!locals.includes(path[0] ?? '')) found.set(JSON.stringify(path), path)
      return
    }
    const inside = node.kind === 'fold' ? [...locals, node.variable, node.variable2 ?? node.variable, node.accumulator] : locals
    for (const [i, child] of childrenOf(node).entries()) visit(child, i < 2 ? locals : inside)
  }
  visit(expr, [])
  return [...found.values()]
}

function pathOf(node: Expr, checked: Checked): string[] | undefined {
  if (node.kind === 'ident') return [node.name.replace(/^\./, '')]
  if (node.kind === 'select') {
    if (checked.names.has(node)) return undefined
    const path = pathOf(node.operand, checked)
    return path && [...path, node.field]
  }
  if (node.kind !== 'call' || (node.name !== '_[_]' && node.name !== '_[?_]')) return undefined
  const [object, index] = node.args
  const path = object && index?.kind === 'constant' && typeof index.value === 'string' ? pathOf(object, checked) : undefined
  return path && [...path, String(index?.kind === 'constant' ? index.value : '')]
}
