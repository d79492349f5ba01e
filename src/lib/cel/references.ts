// Finds the paths that an expression reads of its variables.

import type { Expr } from './ast.ts'
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
    for (const [child, names] of childrenOf(node)) visit(child, [...locals, ...names])
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

/** The parts of a node, each with the variables of loops that are known in it. */
function childrenOf(node: Expr): (readonly [Expr, readonly string[]])[] {
  switch (node.kind) {
    case 'select':
      return [[node.operand, []]]
    case 'call':
      return [...(node.target === undefined ? [] : [node.target]), ...node.args].map(child => [child, []] as const)
    case 'list':
      return node.elements.map(child => [child, []] as const)
    case 'map':
      return node.entries.flatMap(({ key, value }) => [[key, []] as const, [value, []] as const])
    case 'message':
      return node.entries.map(({ value }) => [value, []] as const)
    case 'fold': {
      const locals = [node.variable, node.variable2 ?? node.variable, node.accumulator]
      const inside = [node.condition, node.step, node.result].map(child => [child, locals] as const)
      return [[node.range, []] as const, [node.initial, []] as const, ...inside]
    }
    default:
      return []
  }
}
