// Decides whether the API server would call a webhook entry: selectors, rules, match conditions, failure policy, in the API server's order
// (k8s.io/apiserver/pkg/admission/plugin/webhook/generic ShouldCallHook).

import type { AdmissionRequest, NamespaceLabels } from '../lib/k8s/admission/request.ts'
import type { RuleMatch } from '../lib/k8s/admission/rules.ts'
import { matchRules } from '../lib/k8s/admission/rules.ts'
import type { ApiError, ParsedSelector, SelectorMatch } from '../lib/k8s/admission/selectors.ts'
import { matchNamespace, matchObject, readSelector } from '../lib/k8s/admission/selectors.ts'
import type { Json, JsonObject, Verdict } from '../lib/model/index.ts'
import { get, stringAt } from '../lib/model/index.ts'
import type { ConditionCompiler, ConditionResult, MatchCondition } from './match-conditions.ts'
import { checkConditions } from './match-conditions.ts'

/** An entry of a MutatingWebhookConfiguration, its defaults filled in and its selectors parsed. */
export interface Webhook {
  readonly name: string
  readonly namespaceSelector: ParsedSelector
  readonly objectSelector: ParsedSelector
  readonly rules: Json | undefined
  readonly matchPolicy: string
  readonly matchConditions: readonly MatchCondition[]
  readonly failurePolicy: string
}

export interface WebhookMatch {
  /** `unknown`: it depends on namespace labels that are not in the input. */
  readonly result: Verdict
  readonly error?: ApiError
  readonly namespace: SelectorMatch
  readonly object: SelectorMatch
  readonly rules: RuleMatch | undefined
  /** The results of match conditions; empty if the API server would not evaluate them. */
  readonly conditions: readonly ConditionResult[]
}

export interface WebhookQuestion {
  readonly request: AdmissionRequest
  readonly namespace: NamespaceLabels
  /** Called only when the entry has match conditions. */
  readonly conditionCompiler: () => ConditionCompiler
}

/**
 * Prepares an entry; an invalid selector becomes an error only when the entry is matched.
 * @param defaults whether the API server's defaulting is to be applied first (it is for everything that is stored in a cluster)
 * @example readWebhook({ name: 'x', objectSelector: {}, rules: [] }, { defaults: true })
 */
export function readWebhook(entry: JsonObject, { defaults }: { defaults: boolean }): Webhook {
  return {
    name: stringAt(entry, ['name']) ?? '',
    namespaceSelector: readSelector(get(entry, 'namespaceSelector'), defaults),
    objectSelector: readSelector(get(entry, 'objectSelector'), defaults),
    rules: get(entry, 'rules'),
    matchPolicy: stringAt(entry, ['matchPolicy']) ?? (defaults ? 'Equivalent' : ''),
    matchConditions: readConditions(get(entry, 'matchConditions')),
    failurePolicy: stringAt(entry, ['failurePolicy']) ?? 'Fail',
  }
}

/** Whether the API server would call the entry for the request, and each step on the way. */
export function matchWebhook(webhook: Webhook, question: WebhookQuestion): WebhookMatch {
  const { request } = question
  const [namespace, namespaceError] = matchNamespace(webhook.namespaceSelector, question)
  const [object, objectError] = matchObject(webhook.objectSelector, request)
  const rules = matchRules(webhook.rules, webhook.matchPolicy, request)
  const sofar = { namespace, object, rules, conditions: [] }
  // An error counts only for an entry that would otherwise apply.
  if (namespace.result === 'no' || object.result === 'no' || rules === undefined) return { ...sofar, result: 'no' }
  const error = namespaceError ?? objectError
  if (error !== undefined) return { ...sofar, result: 'error', error }
  if (webhook.matchConditions.length === 0) return { ...sofar, result: namespace.result }

  const outcome = checkConditions(webhook.matchConditions, request, question.conditionCompiler())
  const { conditions } = outcome
  if (outcome.error !== undefined) {
    if (webhook.failurePolicy === 'Ignore') return { ...sofar, conditions, result: 'no' }
    const message = `${request.resource.resource}${suffix(request.resource.group)} ${JSON.stringify(request.name)} is forbidden: ${outcome.error}`
    return { ...sofar, conditions, result: 'error', error: { code: 403, reason: 'Forbidden', message } }
  }
  return { ...sofar, conditions, result: outcome.result ? namespace.result : 'no' }
}

function suffix(group: string): string {
  return group === '' ? '' : `.${group}`
}

function readConditions(value: Json | undefined): MatchCondition[] {
  if (!Array.isArray(value)) return []
  return value.map(condition => ({ name: stringAt(condition, ['name']) ?? '', expression: stringAt(condition, ['expression']) ?? '' }))
}
