// Finds what a statement can read of the data without executing it: paths of fields that begin at the data itself, which `.` and `$` are at the start.

import type { GoFunc } from '../../go/value.ts'
import { BUILTINS } from '../builtins.ts'
import type { BranchNode, CommandNode, ListNode, Operand, PipeNode, StatementNode, TemplateNode } from '../node.ts'
import type { Surroundings } from '../statement-cache.ts'

/** Names of fields and keys of maps, from the data on. Everything below the last one counts as read. */
export type Path = readonly string[]

/**
 * Every path that the statement can read while `.` and `$` are the data. Undefined where its output may depend on more, or where it may change
 * something: it uses the data as a whole, calls a function that is not pure, or is too large to tell.
 *
 * `{{ if .a.b }}{{ $.c }}{{ end }}` reads `a.b` and `c`.
 */
export function readsOf(node: StatementNode, surroundings: Surroundings): readonly Path[] | undefined {
  const search: Search = { ...surroundings, paths: new Map(), inside: new Set(), left: MAX_NODES }
  return statement(search, node, { dot: true, dollar: true, depth: 0 }) ? [...search.paths.values()] : undefined
}

const MAX_NODES = 4096
const MAX_PATHS = 256
const MAX_DEPTH = 64
// Inputs are compared by recursion, name by name.
const MAX_LENGTH = 64

interface Search extends Surroundings {
  readonly paths: Map<string, Path>
  /** Templates around this place. */
  readonly inside: Set<string>
  /** Nodes that may still be looked at. */
  left: number
}

/** Whether `.` and `$` are the data; else they are values that were already read, or results of functions. */
interface Scope {
  readonly dot: boolean
  readonly dollar: boolean
  readonly depth: number
}

function statement(search: Search, node: StatementNode, scope: Scope): boolean {
  switch (node.kind) {
    case 'text':
    case 'break':
    case 'continue':
      return true
    case 'action':
      return pipe(search, node.pipe, scope)
    case 'template':
      return call(search, node, scope)
    default:
      return branch(search, node, scope)
  }
}

function list(search: Search, { nodes }: ListNode, scope: Scope): boolean {
  const inner = { ...scope, depth: scope.depth + 1 }
  return inner.depth <= MAX_DEPTH && nodes.every(node => --search.left > 0 && statement(search, node, inner))
}

function branch(search: Search, node: BranchNode, scope: Scope): boolean {
  const inner = node.kind === 'if' ? scope : { ...scope, dot: false }
  return pipe(search, node.pipe, scope) && list(search, node.list, inner) && (node.elseList === undefined || list(search, node.elseList, scope))
}

/** `{{template "name" .}}`: what the other template reads, whose `.` and `$` are both the argument. */
function call(search: Search, { name, pipe: argument }: TemplateNode, scope: Scope): boolean {
  const body = search.bodyOf(name)
  if (body === undefined || search.inside.has(name)) return false
  const isData = argument !== undefined && isWholeData(argument, scope)
  if (argument !== undefined && !isData && !pipe(search, argument, scope)) return false
  search.inside.add(name)
  const known = list(search, body, { dot: isData, dollar: isData, depth: scope.depth + 1 })
  search.inside.delete(name)
  return known
}

function isWholeData({ cmds, decl }: PipeNode, { dot, dollar }: Scope): boolean {
  const [only, ...more] = cmds[0]?.args ?? []
  if (only === undefined || more.length > 0 || cmds.length > 1 || decl.length > 0) return false
  return only.kind === 'dot' ? dot : only.kind === 'variable' && only.ident.length === 1 && only.ident[0] === '$' && dollar
}

function pipe(search: Search, { decl, cmds }: PipeNode, scope: Scope): boolean {
  // A variable `$` may be declared again, which is too rare to support.
  if (scope.depth > MAX_DEPTH || decl.some(({ ident }) => ident[0] === '$')) return false
  return cmds.every(node => command(search, node, scope))
}

function command(search: Search, { args }: CommandNode, scope: Scope): boolean {
  const [first, map, key] = args
  if (first?.kind !== 'identifier') return args.every(arg => operand(search, arg, scope))
  const func = search.funcs.get(first.name) ?? BUILTINS.get(first.name)
  if (func?.pure !== true) return false
  const entry = entryRead(func, [map, key], scope)
  if (entry !== undefined) return add(search, entry) && args.slice(3).every(arg => operand(search, arg, scope))
  return args.slice(1).every(arg => operand(search, arg, scope))
}

/** The entry of a map that is all a call reads of its first argument. */
function entryRead({ entryOf }: GoFunc, [map, key]: readonly (Operand | undefined)[], scope: Scope): Path | undefined {
  const path = entryOf === undefined || map === undefined || key?.kind !== 'string' ? undefined : pathOf(map, scope)
  return path === undefined || path.length === 0 || key?.kind !== 'string' ? undefined : [...path, ...(entryOf ?? []), key.text]
}

/** The path that an operand is; undefined for everything else. */
function pathOf(node: Operand, { dot, dollar }: Scope): Path | undefined {
  if (node.kind === 'field') return dot ? node.ident : undefined
  return node.kind === 'variable' && node.ident[0] === '$' && dollar ? node.ident.slice(1) : undefined
}

function operand(search: Search, node: Operand, scope: Scope): boolean {
  if (--search.left <= 0) return false
  switch (node.kind) {
    case 'field':
    case 'variable': {
      const path = pathOf(node, scope)
      return path === undefined || add(search, path)
    }
    case 'dot':
      return !scope.dot
    case 'chain':
      return operand(search, node.node, { ...scope, depth: scope.depth + 1 })
    case 'pipe':
      return pipe(search, node, { ...scope, depth: scope.depth + 1 })
    case 'identifier':
      return (search.funcs.get(node.name) ?? BUILTINS.get(node.name))?.pure === true
    default:
      return true
  }
}

/** Adds a path. False for the data as a whole, and beyond the limits. */
function add({ paths }: Search, path: Path): boolean {
  if (path.length === 0 || path.length > MAX_LENGTH) return false
  paths.set(JSON.stringify(path), path)
  return paths.size <= MAX_PATHS
}
