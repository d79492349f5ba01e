// Decides whether a policy or binding applies to a request, as the API server matches its selectors, rules and exclusions
// (k8s.io/apiserver/pkg/admission/plugin/policy/matching).

import type { AdmissionRequest, NamespaceLabels } from '../lib/k8s/admission/request.ts'
import { matchRules } from '../lib/k8s/admission/rules.ts'
import { matchNamespace, matchObject, type SelectorMatch } from '../lib/k8s/admission/selectors.ts'
import { get, type JsonObject } from '../lib/model/index.ts'
import type { MatchResources } from './policy.ts'

export interface ResourceMatch {
  /** `unknown`: it depends on labels of the namespace that are not known. */
  readonly result: 'yes' | 'no' | 'unknown' | 'error'
  /** The deciding reason: the first one that does not match, or the rule that matches. */
  readonly by: 'namespaceSelector' | 'objectSelector' | 'excludeResourceRules' | 'resourceRules'
  readonly namespace: SelectorMatch
  readonly object: SelectorMatch
  /** Of the rule or exclusion that decided. */
  readonly rule?: number
  readonly error?: string
}

/**
 * Matches a request: the selectors must match, no exclusion may, and one rule must; without rules every resource matches.
 * @example matchResources(policy.constraints, request, { state: 'known', labels }).result // 'yes'
 */
export function matchResources(match: MatchResources, request: AdmissionRequest, labels: NamespaceLabels): ResourceMatch {
  const [namespace, namespaceError] = matchNamespace(match.namespaceSelector, { request, namespace: labels })
  const [object, objectError] = matchObject(match.objectSelector, request)
  const seen = { namespace, object }
  if (namespaceError === undefined && namespace.result === 'no') return { ...seen, result: 'no', by: 'namespaceSelector' }
  if (objectError === undefined && object.result === 'no') return { ...seen, result: 'no', by: 'objectSelector' }
  const excluded = ruleFor(match.excluded, match.matchPolicy, request)
  if (excluded !== undefined) return { ...seen, result: 'no', by: 'excludeResourceRules', rule: excluded }
  const rule = match.rules === undefined ? undefined : ruleFor(match.rules, match.matchPolicy, request)
  if (match.rules !== undefined && rule === undefined) return { ...seen, result: 'no', by: 'resourceRules' }
  // An error counts only for what would otherwise apply.
  const error = namespaceError ?? objectError
  if (error !== undefined) return { ...seen, result: 'error', by: namespaceError === undefined ? 'objectSelector' : 'namespaceSelector', error: error.message }
  const result = namespace.result === 'unknown' ? 'unknown' : 'yes'
  return rule === undefined ? { ...seen, result, by: 'resourceRules' } : { ...seen, result, by: 'resourceRules', rule }
}

/** Whether matching depends on the object itself: on its labels or its name. */
export function readsObject({ objectSelector: { selector }, rules = [], excluded }: MatchResources): boolean {
  const hasNames = (rule: JsonObject) => Array.isArray(get(rule, 'resourceNames'))
  const matchesAll = 'requirements' in selector && selector.requirements.length === 0
  return !matchesAll || rules.some(hasNames) || excluded.some(hasNames)
}

/** The first rule that matches the request. `resourceNames` are compared with the request's name, which is empty for a generated name. */
function ruleFor(rules: readonly JsonObject[], matchPolicy: string, request: AdmissionRequest): number | undefined {
  const found = rules.findIndex(rule => matchRules([rule], matchPolicy, request) !== undefined && matchesName(rule, request.name))
  return found < 0 ? undefined : found
}

function matchesName(rule: JsonObject, name: string): boolean {
  const names = get(rule, 'resourceNames')
  return !Array.isArray(names) || names.length === 0 || names.includes(name)
}
