// Matches the namespaceSelector and objectSelector of a webhook or policy with a request, as the API server does
// (k8s.io/apiserver/pkg/admission/plugin/webhook/predicates), with namespace labels that are only partly known.

import type { FieldPath, Json, JsonObject, Verdict } from '../../model/index.ts'
import { get, isObject } from '../../model/index.ts'
import type { Requirement, Selector } from '../selector.ts'
import { meets, parseSelector, SelectorError } from '../selector.ts'
import type { AdmissionRequest, NamespaceLabels } from './request.ts'

export interface ParsedSelector {
  readonly selector: Selector | SelectorError
  /** Path of each requirement below the selector. */
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

/** Error with which the whole API request would fail. */
export interface ApiError {
  readonly code: 403 | 404 | 500
  readonly reason: 'Forbidden' | 'NotFound' | 'InternalError'
  readonly message: string
}

/** Object that the selectors are matched with. */
export interface SelectorQuestion {
  readonly request: AdmissionRequest
  readonly namespace: NamespaceLabels
}

/** Whether a selector matches, and why the API server would refuse the request instead. */
export type SelectorOutcome = readonly [SelectorMatch, ApiError?]

const MATCHES_ALL: SelectorMatch = { result: 'yes', checks: [] }
const MATCHES_NOTHING: SelectorMatch = { result: 'no', checks: [] }

/**
 * Whether a namespaceSelector matches the namespace of a request; an object without namespace always matches.
 * @example matchNamespace(readSelector({}, true), { request, namespace })[0].result // 'yes'
 */
export function matchNamespace({ selector, paths }: ParsedSelector, { request, namespace }: SelectorQuestion): SelectorOutcome {
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

/**
 * Whether an objectSelector matches the labels of the object or of the one that it replaces.
 * @example matchObject(readSelector({ matchLabels: { app: 'web' } }, true), request)[0].result // 'no'
 */
export function matchObject({ selector, paths }: ParsedSelector, request: AdmissionRequest): SelectorOutcome {
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

function selectorFailure(error: SelectorError): SelectorOutcome {
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

/** A match whose checks are computed on first access, because every workload is matched with every webhook entry. */
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

/** metadata.labels; only strings are labels. */
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

/**
 * Prepares a selector; an invalid one becomes an error only when it is matched.
 * @param defaults whether an absent selector is `{}`, which matches everything, as it is for what is stored in a cluster
 */
export function readSelector(value: Json | undefined, defaults: boolean): ParsedSelector {
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
