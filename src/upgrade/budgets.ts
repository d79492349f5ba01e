// Finds PodDisruptionBudgets that select the pods of a workload. They do not limit a rolling update, but draining a node while pods restart.

import { matchesSelector, SelectorError } from '../lib/k8s/selector.ts'
import { at, attempt, type Diagnostic, get, type JsonObject, type SourceFile, stringAt } from '../lib/model/index.ts'
import { parseDocuments } from '../lib/yaml/index.ts'
import { resourcesIn } from '../read/resources.ts'

export interface Budget {
  readonly namespace: string
  readonly name: string
  /** `minAvailable: 1`, `maxUnavailable: 50%`; '' if neither is set. */
  readonly limit: string
  readonly value: JsonObject
}

const KIND = 'PodDisruptionBudget'

/**
 * The budgets in manifests. Files that cannot be read are skipped: other callers report them.
 * @param namespace the namespace of budgets without one
 * @example budgetsIn(files, 'default')[0]?.limit // 'maxUnavailable: 1'
 */
export function budgetsIn(files: readonly SourceFile[], namespace: string): Budget[] {
  const unsaid: Diagnostic[] = []
  const documents = files.flatMap(file => attempt(unsaid, () => parseDocuments(file, text => text.includes(KIND))) ?? [])
  return documents.flatMap(document =>
    resourcesIn(document.value, { source: document, path: [] }).resources.flatMap(({ ref, value }) =>
      ref.kind === KIND && ref.apiVersion.startsWith('policy/')
        ? [{ namespace: ref.namespace ?? namespace, name: ref.name, limit: limitOf(value), value }]
        : [],
    ),
  )
}

function limitOf(value: JsonObject): string {
  const field = ['minAvailable', 'maxUnavailable'].find(name => at(value, ['spec', name]) !== undefined)
  const limit = field === undefined ? undefined : at(value, ['spec', field])
  return typeof limit === 'string' || typeof limit === 'number' ? `${field}: ${limit}` : ''
}

/**
 * Finds the budgets of a namespace that select pods of a template. A selector that the API server would reject selects nothing.
 * @example budgetsOver(budgets)('shop', template).map(({ name }) => name) // ['web']
 */
export function budgetsOver(budgets: readonly Budget[]): (namespace: string, template: JsonObject) => readonly Budget[] {
  const byNamespace = new Map<string, Budget[]>()
  for (const budget of budgets) byNamespace.set(budget.namespace, [...(byNamespace.get(budget.namespace) ?? []), budget])
  return (namespace, template) => {
    const labels = new Map(Object.entries(get(template.metadata, 'labels') ?? {}).map(([key, value]) => [key, String(value)]))
    return (byNamespace.get(namespace) ?? []).filter(budget => selects(budget, labels))
  }
}

function selects({ value }: Budget, labels: ReadonlyMap<string, string>): boolean {
  const selector = at(value, ['spec', 'selector'])
  // policy/v1beta1, which is gone, let an empty selector select nothing.
  if (stringAt(value, ['apiVersion']) === 'policy/v1beta1' && Object.keys(selector ?? {}).length === 0) return false
  try {
    return matchesSelector(selector, labels)
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    return false
  }
}
