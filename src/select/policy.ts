// Applies the injection policy of an injector whose webhook has claimed the pod: Istio's (istio-rules.md, 2.1), and the simpler one of users' own injectors.

import { IGNORED_NAMESPACES, INJECT } from '../lib/istio/names.ts'
import { matchesSelector, SelectorError } from '../lib/k8s/selector.ts'
import type { Check, Diagnostic, FieldRef, JsonObject, Reason, ReasonCode } from '../lib/model/index.ts'
import { isObject, warning } from '../lib/model/index.ts'
import type { PodFacts } from './pod-facts.ts'
import { annotationPath, findingOn, labelPath } from './pod-facts.ts'
import { reason } from './reasons.ts'

/** The fields of an injector config that the policy reads. */
export interface PolicyConfig {
  readonly policy: string
  readonly neverInjectSelector: readonly JsonObject[]
  readonly alwaysInjectSelector: readonly JsonObject[]
}

export interface PolicyOutcome {
  readonly inject: boolean
  readonly reason: Reason
  /** The evaluated rules in order: those with `no` did not apply, the last one did. */
  readonly checks: readonly Check[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Whether istiod injects the pod that one of its webhooks was called for. The first rule that applies decides.
 * @example istioPolicy({ policy: 'enabled', neverInjectSelector: [], alwaysInjectSelector: [] }, pod).inject
 */
export function istioPolicy(config: PolicyConfig, pod: PodFacts): PolicyOutcome {
  const trail = newTrail(pod)
  if (pod.hostNetwork) {
    const at = pod.place(['spec', 'hostNetwork'])
    return decide(trail, false, { code: 'host-network', asked: 'spec.hostNetwork', found: 'true', at })
  }
  pass(trail, 'spec.hostNetwork', 'not true')
  const { namespace } = pod
  if (IGNORED_NAMESPACES.has(namespace)) {
    return decide(trail, false, { code: 'system-namespace', asked: 'namespace', found: namespace, words: { namespace } })
  }
  pass(trail, 'namespace', namespace)
  const { policy } = config
  if (policy !== 'enabled' && policy !== 'disabled') {
    const message = `Illegal value for autoInject:${policy}, must be one of [disabled,enabled]. Auto injection disabled!`
    warn(trail, { code: 'policy-invalid', message, hint: 'set `policy` in the injector config to enabled or disabled' })
    return decide(trail, false, { code: 'policy-invalid', asked: 'policy', found: JSON.stringify(policy), words: { policy } })
  }
  return injectValue(pod, trail) ?? selectorsAndPolicy(config, pod, trail)
}

/** Whether a user's own injector injects the pod, by its selectors, then its policy. */
export function ownPolicy(config: PolicyConfig, pod: PodFacts): PolicyOutcome {
  return selectorsAndPolicy(config, pod, newTrail(pod))
}

/** The value of the label `sidecar.istio.io/inject`, otherwise of the annotation; undefined if neither decides. */
function injectValue(pod: PodFacts, trail: Trail): PolicyOutcome | undefined {
  const label = pod.labels.get(INJECT)
  const annotation = pod.annotations.get(INJECT)
  const value = label ?? annotation
  const kind = label === undefined ? 'annotation' : 'label'
  const field = label === undefined ? annotationPath(INJECT) : labelPath(INJECT)
  const at = pod.place(field)
  const asked = `${kind} ${INJECT}`
  if (label === '' && annotation !== undefined) {
    const message = `the empty label ${INJECT} hides the annotation ${INJECT}: "${annotation}"`
    warn(trail, { code: 'inject-label-empty', message, hint: 'remove the label, or set its value to "true" or "false"', field })
  }
  if (value === 'true') return decide(trail, true, { code: `inject-${kind}-true`, asked, found: '"true"', at })
  if (value === 'false') return decide(trail, false, { code: `inject-${kind}-false`, asked, found: '"false"', at })
  if (value !== undefined && value !== '') {
    const message = `Invalid value for ${INJECT}: "${value}". Only 'true' and 'false' are accepted. Falling back to default injection policy.`
    warn(trail, { code: 'inject-value-invalid', message, hint: 'write "true" or "false", in quotes', field })
  }
  pass(trail, asked, value === undefined ? 'not set' : JSON.stringify(value))
  return undefined
}

function selectorsAndPolicy(config: PolicyConfig, pod: PodFacts, trail: Trail): PolicyOutcome {
  const never = firstMatch(config, 'neverInjectSelector', trail)
  if (never !== undefined) return decide(trail, false, { code: 'never-selector', ...selectorStep('neverInjectSelector', never, pod) })
  const always = firstMatch(config, 'alwaysInjectSelector', trail)
  if (always !== undefined) return decide(trail, true, { code: 'always-selector', ...selectorStep('alwaysInjectSelector', always, pod) })
  const inject = config.policy === 'enabled'
  return decide(trail, inject, { code: inject ? 'policy-enabled' : 'policy-disabled', asked: 'policy', found: config.policy })
}

function selectorStep(name: string, index: number, pod: PodFacts): Omit<Step, 'code'> {
  return { asked: `${name}[${index}]`, found: 'matches', at: pod.place(['metadata', 'labels']), words: { index: String(index) } }
}

/** Index of the first selector that matches. An empty selector is ignored; an invalid one is ignored with a warning. */
function firstMatch(config: PolicyConfig, name: 'neverInjectSelector' | 'alwaysInjectSelector', trail: Trail): number | undefined {
  for (const [index, selector] of config[name].entries()) {
    try {
      if (!isEmpty(selector) && matchesSelector(selector, trail.pod.labels)) return index
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error
      const message = `Invalid selector for ${name.charAt(0).toUpperCase()}${name.slice(1)}: ${error.message}`
      warn(trail, { code: 'selector-invalid', message, hint: `correct or remove entry ${index} of ${name} in the injector config` })
    }
  }
  if (config[name].length > 0) pass(trail, name, 'no match')
  return undefined
}

function isEmpty({ matchLabels, matchExpressions }: JsonObject): boolean {
  const none = !isObject(matchLabels) || Object.keys(matchLabels).length === 0
  return none && (!Array.isArray(matchExpressions) || matchExpressions.length === 0)
}

/** Rules that were evaluated until one decided. */
interface Trail {
  readonly pod: PodFacts
  readonly checks: Check[]
  readonly diagnostics: Diagnostic[]
}

interface Step {
  readonly code: ReasonCode
  readonly asked: string
  readonly found: string
  readonly at?: FieldRef
  readonly words?: Readonly<Record<string, string>>
}

function newTrail(pod: PodFacts): Trail {
  return { pod, checks: [], diagnostics: [] }
}

function pass(trail: Trail, asked: string, found: string): void {
  trail.checks.push({ of: 'policy', result: 'no', asked, found })
}

function warn(trail: Trail, diagnostic: Omit<Diagnostic, 'severity' | 'resource' | 'at'>): void {
  trail.diagnostics.push(findingOn(trail.pod, warning(diagnostic)))
}

function decide(trail: Trail, inject: boolean, { code, asked, found, at, words }: Step): PolicyOutcome {
  const check: Check = { of: 'policy', result: 'yes', asked, found, ...(at === undefined ? {} : { at }) }
  return { inject, reason: reason(code, words, at), checks: [...trail.checks, check], diagnostics: trail.diagnostics }
}
