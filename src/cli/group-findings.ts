// Groups equal findings about several resources, so that text output shows the first and counts the others.

import { findWorkloadKind } from '../lib/k8s/workloads.ts'
import { type Diagnostic, describe } from '../lib/model/index.ts'

/** Findings with one severity, code, message and hint, each about another resource. */
export interface FindingGroup {
  readonly first: Diagnostic
  readonly others: readonly Diagnostic[]
}

/** The smallest group; two findings are shown one by one, with both positions. */
const SMALLEST = 3
/** How many of the other resources are listed. */
const NAMED = 3

/**
 * The findings in groups, in the order of the first finding of each. A finding without a resource, and a second one about the same resource, are groups of their own.
 * @example groupFindings(findings).map(({ first, others }) => `${first.code} and ${others.length} more`)
 */
export function groupFindings(findings: readonly Diagnostic[]): FindingGroup[] {
  const groups = new Map<string, Map<string, Diagnostic>>()
  const inOrder: Map<string, Diagnostic>[] = []
  for (const finding of findings) {
    const { severity, code, message, hint = '', resource } = finding
    const id = resource === undefined ? '' : `${resource.apiVersion} ${describe(resource)}`
    const key = JSON.stringify([severity, code, message, hint])
    const group = resource === undefined ? undefined : groups.get(key)
    if (group !== undefined && !group.has(id)) group.set(id, finding)
    else {
      const begun = new Map([[id, finding]])
      inOrder.push(begun)
      if (resource !== undefined && group === undefined) groups.set(key, begun)
    }
  }
  return inOrder.flatMap(group => {
    const all = [...group.values()]
    return all.length < SMALLEST ? all.map(first => ({ first, others: [] })) : all.slice(0, 1).map(first => ({ first, others: all.slice(1) }))
  })
}

/**
 * The line that stands for the other findings of a group.
 * @example othersLine(others) // 'and 11 more workloads: Deployment shop/cart (apps/cart.yaml:3), Deployment shop/web (apps/web.yaml:3), Job shop/pay (apps/pay.yaml:3), …'
 */
export function othersLine(others: readonly Diagnostic[]): string {
  const isWorkload = ({ resource }: Diagnostic) => resource !== undefined && findWorkloadKind(resource.apiVersion, resource.kind, []) !== undefined
  const noun = others.every(isWorkload) ? 'workload' : 'resource'
  const names = others.slice(0, NAMED).map(({ resource, at, file }) => {
    const name = resource === undefined ? '' : describe(resource)
    const path = file?.path ?? (at === undefined ? undefined : `${at.file}:${at.line}`)
    return path === undefined ? name : `${name} (${path})`
  })
  return `and ${others.length} more ${noun}s: ${names.join(', ')}${others.length > NAMED ? ', …' : ''}`
}
