// Finds mistakes in a policy's expressions that a cluster reports only at run time: atomic fields in an ApplyConfiguration, and JSON patches below a field that
// may be missing.

import { childrenOf, type Expr, parse } from '../lib/cel/index.ts'
import { requestKinds } from '../lib/k8s/admission/resources.ts'
import { type MergeType, mergeFields } from '../lib/k8s/structured-merge/schema.ts'
import type { FieldPath, Json } from '../lib/model/index.ts'
import { get } from '../lib/model/index.ts'
import type { CompiledPolicy } from './expressions.ts'

export interface PolicyFinding {
  readonly code: 'admission-policy-atomic' | 'admission-policy-missing-parent'
  readonly message: string
  readonly hint: string
  /** The expression, from the policy's root. */
  readonly field: FieldPath
  /** Of the expression. */
  readonly text: string
  /** In it. */
  readonly offset: number
}

type Found = Omit<PolicyFinding, 'text'>

/**
 * The findings about a policy that the API server accepts.
 * @example lintPolicy(policy).map(({ code }) => code)
 */
export function lintPolicy(policy: CompiledPolicy): PolicyFinding[] {
  const kinds = kindsOf(policy)
  return policy.mutations.flatMap(({ patchType, expression, field }) => {
    const parsed = parse(expression)
    if (!('expr' in parsed)) return []
    const found =
      patchType === 'JSONPatch'
        ? missingParents(parsed.expr, { text: textsOf(policy), field, expression })
        : kinds.flatMap(kind => atomics(parsed.expr, { kind, field, text: expression }))
    return found.map(finding => ({ ...finding, text: expression }))
  })
}

/** The kinds of workloads that the rules can mean. */
function kindsOf({ constraints }: CompiledPolicy): readonly string[] {
  const resources = (constraints.rules ?? []).flatMap(rule => listOf(get(rule, 'resources')))
  return requestKinds(resources.filter(resource => typeof resource === 'string'))
}

function atomics(expr: Expr, { kind, field, text }: { readonly kind: string; readonly field: FieldPath; readonly text: string }): Found[] {
  const found: Found[] = []
  visit(expr, node => {
    if (node.kind !== 'message' || !(node.name === 'Object' || node.name.startsWith('Object.'))) return
    const steps = node.name.split('.').slice(1)
    for (const entry of node.entries) {
      const type = typeAt(kind, [...steps, entry.field])
      if (type === undefined || !isAtomic(type)) continue
      const path = [...steps, entry.field].join('.')
      const message = `${path} is atomic in a ${kind}: the API server rejects an ApplyConfiguration that sets it`
      found.push({ code: 'admission-policy-atomic', message, hint: 'set it with a JSONPatch', field, offset: startOf(text, entry.field, entry.at) })
    }
  })
  return found
}

/** The type of a field, list items counting as their list. */
function typeAt(kind: string, steps: readonly string[]): MergeType | undefined {
  let type: MergeType | undefined = { kind: 'struct', name: kind, atomic: false }
  for (const step of steps) {
    const inner: MergeType | undefined = type?.kind === 'list' ? type.items : type
    if (inner?.kind === 'struct') type = mergeFields(inner.name)?.get(step)
    else return undefined
  }
  return type
}

function isAtomic(type: MergeType): boolean {
  if (type.kind === 'list') return type.list === 'atomic' || (type.items.kind === 'struct' && type.items.atomic)
  return (type.kind === 'struct' || type.kind === 'map') && type.atomic
}

/** Fields that every pod or workload has after the API server's defaults. */
const ALWAYS: ReadonlySet<string> = new Set([
  '',
  'metadata',
  'spec',
  'template',
  'jobTemplate',
  'containers',
  'resources',
  'securityContext',
  'tolerations',
  'selector',
  '-',
])

interface PatchContext {
  /** All expressions of the policy. */
  readonly text: string
  readonly expression: string
  readonly field: FieldPath
}

function missingParents(expr: Expr, { text, expression, field }: PatchContext): Found[] {
  const found: Found[] = []
  const written = new Set<string>()
  visit(expr, node => {
    if (node.kind !== 'message' || node.name !== 'JSONPatch') return
    const path = constantField(node, 'path')
    if (path === undefined) return
    const steps = path.split('/').slice(1, -1)
    const missing = steps.findIndex(step => !ALWAYS.has(step) && !/^-?\d+$/.test(step))
    const parent = `/${steps.slice(0, missing + 1).join('/')}`
    const name = steps[missing]
    const isGuarded = name === undefined || written.has(parent) || text.includes(`.${name})`) || text.includes(`?${name}`) || text.includes(`["${name}"]`)
    written.add(path)
    if (constantField(node, 'op') !== 'add' || missing < 0 || isGuarded) return
    const message = `the JSONPatch writes ${path}, and fails on an object without ${parent}`
    const hint = `add ${parent} first if \`has(…)\` is false for it, or add a match condition to the policy`
    found.push({ code: 'admission-policy-missing-parent', message, hint, field, offset: startOf(expression, node.name, node.at) })
  })
  return found
}

/** Start of the name that ends before an offset. */
function startOf(text: string, name: string, offset: number): number {
  return Math.max(0, text.lastIndexOf(name, offset))
}

function constantField(node: Expr & { readonly kind: 'message' }, name: string): string | undefined {
  const value = node.entries.find(({ field }) => field === name)?.value
  return value?.kind === 'constant' && typeof value.value === 'string' ? value.value : undefined
}

function textsOf({ conditions, variables, mutations }: CompiledPolicy): string {
  return [...conditions, ...variables, ...mutations].map(({ expression }) => expression).join('\n')
}

function visit(expr: Expr, found: (node: Expr) => void): void {
  found(expr)
  for (const child of childrenOf(expr)) visit(child, found)
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
