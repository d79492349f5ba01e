// Whether the API server would call a webhook entry: selectors, rules, match conditions, failure policy, in the API server's order
// (k8s.io/apiserver/pkg/admission/plugin/webhook/generic ShouldCallHook).

import type { Requirement, Selector } from '../lib/k8s/selector.ts'
import { meets, parseSelector, SelectorError } from '../lib/k8s/selector.ts'
import type { FieldPath, Json, JsonObject, Verdict } from '../lib/model/index.ts'
import { get, isObject, stringAt } from '../lib/model/index.ts'
import type { ConditionCompiler, ConditionResult } from './match-conditions.ts'
import { checkConditions } from './match-conditions.ts'
import type { AdmissionRequest, NamespaceLabels } from './request.ts'
import type { RuleMatch } from './rules.ts'
import { matchRules } from './rules.ts'

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

export interface MatchCondition {
  readonly name: string
  readonly expression: string
}

export interface ParsedSelector {
  readonly selector: Selector | SelectorError
  /** Where each requirement stands below the selector. */
  readonly paths: readonly FieldPath[]
}

export interface RequirementCheck {
  readonly requirement: Requirement
  /** Below the selector: ['matchExpressions', 0]. */
  readonly path: FieldPath
  /** The label's value; absent where the label is not set, or not known (then `result` is `unknown`). */
  readonly value?: string
  readonly result: 'yes' | 'no' | 'unknown'
}

export interface SelectorMatch {
  readonly result: Verdict
  readonly checks: readonly RequirementCheck[]
}

/** Why the whole API request would fail. */
export interface ApiError {
  readonly code: 403 | 404 | 500
  readonly reason: 'Forbidden' | 'NotFound' | 'InternalError'
  readonly message: string
}

export interface WebhookMatch {
  /** `unknown`: it depends on namespace labels that nobody gave. */
  readonly result: Verdict
  readonly error?: ApiError
  readonly namespace: SelectorMatch
  readonly object: SelectorMatch
  readonly rules: RuleMatch | undefined
  /** Empty where the API server would not have come to them. */
  readonly conditions: readonly ConditionResult[]
}

export interface WebhookQuestion {
  readonly request: AdmissionRequest
  readonly namespace: NamespaceLabels
  /** Called only when the entry has match conditions. */
  readonly conditionCompiler: () => ConditionCompiler
}

/**
 * Prepares an entry; a selector that the API server rejects becomes an error only when the entry is asked.
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

type Outcome = readonly [SelectorMatch, ApiError?]

const MATCHES_ALL: SelectorMatch = { result: 'yes', checks: [] }
const MATCHES_NOTHING: SelectorMatch = { result: 'no', checks: [] }

function matchNamespace({ selector, paths }: ParsedSelector, { request, namespace }: WebhookQuestion): Outcome {
  const { resource, group } = request.resource
  const isNamespace = group === '' && resource === 'namespaces'
  if (request.namespace === '' && !isNamespace) return [MATCHES_ALL]
  if (selector instanceof SelectorError) return selectorFailure(selector)
  if (selector.nothing) return [MATCHES_NOTHING]
  if (selector.requirements.length === 0) return [MATCHES_ALL]
  // A Namespace that is created or updated is judged by its new labels.
  if (isNamespace && request.subresource === '' && (request.operation === 'CREATE' || request.operation === 'UPDATE')) {
    return [matchLabels(selector.requirements, paths, { labels: labelsOf(request.object), state: 'known' })]
  }
  if (namespace.state === 'missing') {
    const message = `namespaces ${JSON.stringify(request.namespace)} not found`
    return [
      { result: 'error', checks: [] },
      { code: 404, reason: 'NotFound', message },
    ]
  }
  return [matchLabels(selector.requirements, paths, namespace)]
}

function matchObject({ selector, paths }: ParsedSelector, request: AdmissionRequest): Outcome {
  if (selector instanceof SelectorError) return selectorFailure(selector)
  if (selector.nothing) return [MATCHES_NOTHING]
  if (selector.requirements.length === 0) return [MATCHES_ALL]
  let last = MATCHES_NOTHING
  for (const object of [request.object, request.oldObject]) {
    if (!isObject(get(object ?? undefined, 'metadata'))) continue
    const match = matchLabels(selector.requirements, paths, { labels: labelsOf(object), state: 'known' })
    if (match.result === 'yes') return [match]
    if (last === MATCHES_NOTHING) last = match
  }
  return [last]
}

function selectorFailure(error: SelectorError): Outcome {
  return [
    { result: 'error', checks: [] },
    { code: 500, reason: 'InternalError', message: `Internal error occurred: ${error.message}` },
  ]
}

function matchLabels(requirements: readonly Requirement[], paths: readonly FieldPath[], known: NamespaceLabels): SelectorMatch {
  let result: SelectorMatch['result'] = 'yes'
  for (const requirement of requirements) {
    const met = answer(requirement, known)
    if (met === 'no') {
      result = 'no'
      break
    }
    if (met === 'unknown') result = 'unknown'
  }
  return new LabelMatch(result, { requirements, paths, known })
}

interface Asked {
  readonly requirements: readonly Requirement[]
  readonly paths: readonly FieldPath[]
  readonly known: NamespaceLabels
}

/** Its checks are worked out only for those who read them: ten thousand workloads meet every entry of every webhook. */
class LabelMatch implements SelectorMatch {
  readonly result: SelectorMatch['result']
  readonly #asked: Asked
  #checks: readonly RequirementCheck[] | undefined

  constructor(result: SelectorMatch['result'], asked: Asked) {
    this.result = result
    this.#asked = asked
  }

  get checks(): readonly RequirementCheck[] {
    const { requirements, paths, known } = this.#asked
    this.#checks ??= requirements.map((requirement, i) => {
      const value = known.labels.get(requirement.key)
      return { requirement, path: paths[i] ?? [], result: answer(requirement, known), ...(value === undefined ? {} : { value }) }
    })
    return this.#checks
  }
}

function answer(requirement: Requirement, { labels, state }: NamespaceLabels): 'yes' | 'no' | 'unknown' {
  const value = labels.get(requirement.key)
  if (value === undefined && state === 'partly') return 'unknown'
  return meets(requirement, value) ? 'yes' : 'no'
}

/** metadata.labels; what is no string is no label. */
export function labelsOf(object: JsonObject | null): ReadonlyMap<string, string> {
  if (object === null) return NO_LABELS
  let labels = LABELS.get(object)
  if (labels === undefined) {
    const entries = get(get(object, 'metadata'), 'labels')
    labels = isObject(entries) ? new Map(Object.entries(entries).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : NO_LABELS
    LABELS.set(object, labels)
  }
  return labels
}

const NO_LABELS: ReadonlyMap<string, string> = new Map()
// Every entry of every webhook asks for the same pod's.
const LABELS = new WeakMap<JsonObject, ReadonlyMap<string, string>>()

function readSelector(value: Json | undefined, defaults: boolean): ParsedSelector {
  const given = value ?? (defaults ? {} : undefined)
  try {
    return { selector: parseSelector(given), paths: requirementPaths(given) }
  } catch (error) {
    if (error instanceof SelectorError) return { selector: error, paths: [] }
    throw error
  }
}

/** parseSelector puts the entries of matchLabels first, by key, then the expressions. */
function requirementPaths(selector: Json | undefined): FieldPath[] {
  const labels = get(selector, 'matchLabels')
  const expressions = get(selector, 'matchExpressions')
  const paths: FieldPath[] = isObject(labels)
    ? Object.keys(labels)
        .sort()
        .map(key => ['matchLabels', key])
    : []
  return Array.isArray(expressions) ? [...paths, ...expressions.map((_, i) => ['matchExpressions', i])] : paths
}

function readConditions(value: Json | undefined): MatchCondition[] {
  if (!Array.isArray(value)) return []
  return value.map(condition => ({ name: stringAt(condition, ['name']) ?? '', expression: stringAt(condition, ['expression']) ?? '' }))
}
