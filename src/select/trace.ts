// Traces the match of a webhook entry: each check with the positions of labels and requirements, and check-inject's sentence.

import { DEACTIVATED, INJECTION, NAMESPACE_NAME_LABEL, NEVER_MATCH } from '../lib/istio/names.ts'
import type { RequirementCheck, SelectorMatch } from '../lib/k8s/admission/selectors.ts'
import type { Requirement } from '../lib/k8s/selector.ts'
import type { Check, FieldPath, FieldRef, InjectorRef, Reason, Verdict, WebhookTrace } from '../lib/model/index.ts'
import type { NamespaceFacts } from './namespaces.ts'
import type { PodFacts } from './pod-facts.ts'
import { labelPath } from './pod-facts.ts'
import { reason } from './reasons.ts'
import type { InstalledConfiguration, InstalledWebhook } from './revision.ts'
import type { WebhookMatch } from './webhook.ts'

export interface Asked {
  readonly configuration: InstalledConfiguration
  readonly entry: InstalledWebhook
  readonly match: WebhookMatch
  readonly pod: PodFacts
  readonly namespace: NamespaceFacts
}

/** The trace of a webhook entry. */
export function traceWebhook(asked: Asked): WebhookTrace {
  return new Trace(asked)
}

/** A trace whose reason and checks are computed on first access: most callers read only the result. */
class Trace implements WebhookTrace {
  readonly #asked: Asked
  #reason: Reason | undefined
  #checks: readonly Check[] | undefined

  constructor(asked: Asked) {
    this.#asked = asked
  }

  get configuration(): string {
    return this.#asked.configuration.name
  }

  get webhook(): string {
    return this.#asked.entry.webhook.name
  }

  get injector(): InjectorRef {
    return this.#asked.configuration.injector
  }

  get assumed(): boolean {
    return this.#asked.configuration.assumed
  }

  get result(): Verdict {
    return this.#asked.match.result
  }

  get reason(): Reason {
    this.#reason ??= reasonOf(this.#asked)
    return this.#reason
  }

  get checks(): readonly Check[] {
    this.#checks ??= checksOf(this.#asked)
    return this.#checks
  }
}

/** The label of a requirement's key as text: `istio-injection=enabled`, or `istio-injection` if it is not set. */
function pair({ requirement, value }: RequirementCheck): string {
  return value === undefined ? requirement.key : `${requirement.key}=${value}`
}

function reasonOf(asked: Asked): Reason {
  const { match } = asked
  switch (match.result) {
    case 'yes':
      return reasonForYes(asked)
    case 'no':
      return reasonForNo(asked)
    case 'unknown': {
      const keys = match.namespace.checks.filter(check => check.result === 'unknown').map(check => check.requirement.key)
      return reason('namespace-labels-unknown', { namespace: asked.pod.namespace, keys: [...new Set(keys)].join(', ') })
    }
    case 'error':
      return reason('webhook-error', { error: match.error?.message ?? '' })
  }
}

function reasonForYes({ match, pod, namespace }: Asked): Reason {
  const onNamespace = telling(match.namespace)
  const onPod = telling(match.object)
  if (onNamespace !== undefined && onPod !== undefined) {
    const words = { namespaceLabel: pair(onNamespace), podLabel: pair(onPod) }
    return reason('namespace-and-pod-labels-match', words, namespace.place(onNamespace.requirement.key))
  }
  if (onNamespace !== undefined) {
    const { key } = onNamespace.requirement
    const code = key === NAMESPACE_NAME_LABEL ? 'namespace-automatic' : 'namespace-label-matches'
    return reason(code, { namespaceLabel: pair(onNamespace) }, namespace.place(key))
  }
  if (onPod !== undefined) return reason('pod-label-matches', { podLabel: pair(onPod) }, pod.place(labelPath(onPod.requirement.key)))
  return reason('webhook-matches')
}

/** The requirement to report, as in check-inject: the first one on a value whose label the object has. */
function telling(match: SelectorMatch): RequirementCheck | undefined {
  return match.checks.find(({ requirement, value }) => value !== undefined && (requirement.operator === 'In' || requirement.operator === 'NotIn'))
}

function reasonForNo(asked: Asked): Reason {
  const { match, pod, namespace } = asked
  const onNamespace = match.namespace.result !== 'no'
  const onPod = match.object.result !== 'no'
  if (isDeactivated(match.namespace) || isDeactivated(match.object)) return reason('webhook-deactivated')
  if (onNamespace && onPod) {
    if (match.rules === undefined) return reason('webhook-rules')
    const untrue = match.conditions.find(condition => condition.result === 'no')
    if (untrue !== undefined) return reason('webhook-condition-false', { condition: untrue.name })
    return reason('webhook-condition-ignored', { error: match.conditions.find(condition => condition.error !== undefined)?.error ?? '' })
  }
  const prevents = match.object.checks.find(check => check.result === 'no' && check.value !== undefined)
  if (onNamespace && prevents !== undefined && forbids(prevents.requirement)) {
    return reason('pod-label-prevents', { podLabel: pair(prevents) }, pod.place(labelPath(prevents.requirement.key)))
  }
  const legacy = match.namespace.checks.find(check => check.requirement.key === INJECTION && check.value !== undefined && check.result === 'no')
  if (onPod && legacy !== undefined && legacy.value !== 'enabled') {
    return reason('namespace-label-prevents', { namespaceLabel: pair(legacy) }, namespace.place(INJECTION))
  }
  return reason('no-matching-label', { namespaceLabels: wanted(match.namespace), podLabels: wanted(match.object) })
}

function forbids({ operator }: Requirement): boolean {
  return operator === 'DoesNotExist' || operator === 'NotIn'
}

function isDeactivated({ checks }: SelectorMatch): boolean {
  return checks.some(({ requirement, result }) => result === 'no' && requirement.key === DEACTIVATED && requirement.values.has(NEVER_MATCH))
}

/** The labels that would match: `istio.io/rev=default, istio-injection=enabled`. */
function wanted({ checks }: SelectorMatch): string {
  return checks
    .flatMap(({ requirement }) => (requirement.operator === 'In' ? [...requirement.values].map(value => `${requirement.key}=${value}`) : []))
    .join(', ')
}

function checksOf({ configuration, entry, match, pod, namespace }: Asked): Check[] {
  const { resource } = configuration
  const askedAt = (field: FieldPath): { askedAt?: FieldRef } => (resource === undefined ? {} : { askedAt: { resource, field: [...entry.field, ...field] } })
  const selectorChecks = (of: 'namespaceSelector' | 'objectSelector', selector: SelectorMatch): Check[] => {
    const checks = selector.checks.map((check): Check => {
      const { key, operator, values } = check.requirement
      const at = of === 'objectSelector' ? pod.place(labelPath(key)) : namespace.place(key)
      return {
        of,
        result: check.result,
        asked: describeRequirement(check.requirement),
        found: check.result === 'unknown' ? `${key} is not known` : check.value === undefined ? `${key} is not set` : pair(check),
        requirement: { key, operator, values: [...values] },
        ...(at === undefined ? {} : { at }),
        ...askedAt([of, ...check.path]),
      }
    })
    if (checks.length > 0) return checks
    const asked = selector.result === 'error' ? 'the selector' : selector.result === 'yes' ? 'anything' : 'nothing'
    return [{ of, result: selector.result, asked, found: selector.result === 'error' ? (match.error?.message ?? '') : '', ...askedAt([of]) }]
  }
  const rules: Check = {
    of: 'rules',
    result: match.rules === undefined ? 'no' : 'yes',
    asked: 'CREATE pods',
    found: match.rules === undefined ? 'no rule' : match.rules.rule === undefined ? `equivalent ${match.rules.equivalent}` : `rule ${match.rules.rule}`,
    ...askedAt(match.rules?.rule === undefined ? ['rules'] : ['rules', match.rules.rule]),
  }
  const conditions = match.conditions.map(
    (condition, i): Check => ({
      of: 'matchConditions',
      result: condition.result,
      asked: `${condition.name}: ${condition.expression}`,
      found: condition.error ?? (condition.result === 'yes' ? 'true' : 'false'),
      ...askedAt(['matchConditions', i]),
    }),
  )
  return [...selectorChecks('namespaceSelector', match.namespace), ...selectorChecks('objectSelector', match.object), rules, ...conditions]
}

/** `istio-injection In [enabled]`, `istio.io/rev DoesNotExist`. */
function describeRequirement({ key, operator, values }: Requirement): string {
  return values.size === 0 ? `${key} ${operator}` : `${key} ${operator} [${[...values].join(', ')}]`
}
