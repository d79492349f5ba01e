// Computes Istio's part of a decision: exactly one of its webhooks may claim a pod, and its revision then decides by its injection policy.

import { REV } from '../lib/istio/names.ts'
import type { Diagnostic, IstioSettings, PolicyTrace, Reason, UnknownNamespace } from '../lib/model/index.ts'
import { nearest } from '../lib/model/index.ts'
import type { Claim, Subject } from './ask.ts'
import type { Part } from './part.ts'
import { injectionOf, policyTrace, reasonsForNo, refusals, settle } from './part.ts'
import { findingOn, labelPath } from './pod-facts.ts'
import type { PolicyConfig, PolicyOutcome } from './policy.ts'
import { istioPolicy } from './policy.ts'
import { reason } from './reasons.ts'
import type { InstalledConfiguration } from './revision.ts'
import type { TemplateNames } from './templates.ts'

export interface IstioInstallation {
  readonly settings: IstioSettings
  readonly configurations: readonly InstalledConfiguration[]
  /** Configurations by revision. */
  readonly configs: ReadonlyMap<string, PolicyConfig & TemplateNames>
  /** Revisions whose configuration cannot be read; the finding about it is reported elsewhere. */
  readonly unreadable: ReadonlySet<string>
}

/**
 * Istio's part.
 * @example istioPart(installation, subject, 'Fail').injection?.injector // { kind: 'istio', revision: 'default' }
 */
export function istioPart(installation: IstioInstallation, subject: Subject, unknownNamespace: UnknownNamespace): Part {
  const verdicts = new Map<string, PolicyOutcome>()
  const policyOf = (claim: Claim): PolicyOutcome => {
    const revision = revisionOf(claim)
    let verdict = verdicts.get(revision)
    if (verdict === undefined) {
      verdict = istioPolicy(installation.configs.get(revision) ?? UNKNOWN_CONFIG, subject.pod)
      verdicts.set(revision, verdict)
    }
    return verdict
  }
  const ours = (claim: Claim): boolean => installation.settings.revisions?.includes(revisionOf(claim)) ?? true
  const settled = settle(installation.configurations, subject, { unknownNamespace, matters: claim => ours(claim) && policyOf(claim).inject })
  const { answers } = settled
  const policies = (claims: readonly Claim[]): PolicyTrace[] =>
    [...new Map(claims.map(claim => [revisionOf(claim), claim])).values()].map(claim => policyTrace(claim.configuration, policyOf(claim)))
  const base = { webhooks: answers.traces, policies: policies([...answers.claims, ...answers.open]) }

  if (answers.errors.length > 0) {
    return { ...base, because: answers.errors.map(({ trace }) => trace.reason), diagnostics: refusals(subject, answers) }
  }
  if (settled.halted) return { ...base, because: settled.because, diagnostics: settled.diagnostics }
  const claims = answers.claims.filter(ours)
  const warnings = claims.flatMap(claim => policyOf(claim).diagnostics)
  const willing = claims.filter(claim => policyOf(claim).inject)
  if (willing.length > 1) return { ...base, ...conflict(subject, willing), policies: base.policies }
  const [claim] = willing
  if (claim === undefined) {
    const because = [...claims, ...answers.open].map(claim => policyOf(claim).reason)
    const excluded = answers.claims.filter(claim => !ours(claim)).map(claim => exclusion(subject, claim))
    const none = because.length === 0 && excluded.length === 0
    const reasons = none ? reasonsWithoutInjection(installation, answers) : [...because, ...excluded.map(({ reason }) => reason)]
    const asked = none ? unservedRevision(installation, subject) : []
    return { ...base, because: distinct(reasons), diagnostics: [...warnings, ...excluded.map(({ diagnostic }) => diagnostic), ...asked] }
  }
  const why = [claim.trace.reason, policyOf(claim).reason]
  const config = installation.configs.get(revisionOf(claim))
  if (config === undefined) {
    const { reason, diagnostics } = missingRevision(installation, subject, claim)
    return { ...base, because: [reason], diagnostics: [...warnings, ...diagnostics] }
  }
  const { webhookPath } = installation.settings
  const choice = { config, annotations: subject.pod.annotations, ...(webhookPath === undefined ? {} : { webhookPath }) }
  const outcome = injectionOf(subject, claim, choice)
  return { ...base, ...outcome, because: [...why, ...outcome.because], diagnostics: [...warnings, ...outcome.diagnostics] }
}

/** The configuration for a revision without a known ConfigMap: the policy that Istio's chart sets. */
const UNKNOWN_CONFIG: PolicyConfig = { policy: 'enabled', neverInjectSelector: [], alwaysInjectSelector: [] }

function revisionOf({ configuration: { injector } }: Claim): string {
  return injector.kind === 'istio' ? injector.revision : injector.name
}

function distinct(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map(reason => [reason.message, reason])).values()]
}

function reasonsWithoutInjection({ configurations }: IstioInstallation, answers: Parameters<typeof reasonsForNo>[0]): Reason[] {
  return configurations.length === 0 ? [reason('no-webhook')] : reasonsForNo(answers)
}

function conflict(subject: Subject, claims: readonly Claim[]): Pick<Part, 'because' | 'diagnostics'> {
  const webhooks = claims.map(claim => `${claim.configuration.name} (${claim.trace.webhook}, revision ${revisionOf(claim)})`).join(' and ')
  const because = [reason('webhook-conflict', { webhooks }), ...claims.map(({ trace }) => trace.reason)]
  const message = `multiple webhooks will inject: ${webhooks}`
  const hint = 'an upgrade may have left one behind: remove it, or choose with `istio.revisions`'
  return { because, diagnostics: [findingOn(subject.pod, { severity: 'error', code: 'webhook-conflict', message, hint })] }
}

interface Explained {
  readonly reason: Reason
  readonly diagnostic: Diagnostic
}

function exclusion(subject: Subject, claim: Claim): Explained {
  const why = reason('revision-excluded', { webhook: claim.configuration.name, revision: revisionOf(claim) })
  const hint = `add "${revisionOf(claim)}" to \`istio.revisions\` to inject it here`
  return { reason: why, diagnostic: findingOn(subject.pod, { severity: 'warning', code: 'revision-excluded', message: lower(why.message), hint }) }
}

function missingRevision({ configs, unreadable }: IstioInstallation, subject: Subject, claim: Claim): { reason: Reason; diagnostics: Diagnostic[] } {
  const revision = revisionOf(claim)
  if (unreadable.has(revision)) return { reason: reason('revision-unreadable', { webhook: claim.configuration.name, revision }), diagnostics: [] }
  const why = reason('revision-missing', { webhook: claim.configuration.name, revision })
  const hint = `add the ConfigMap istio-sidecar-injector${revision === 'default' ? '' : `-${revision}`}; known revisions: ${[...configs.keys()].sort().join(', ') || 'none'}`
  return { reason: why, diagnostics: [findingOn(subject.pod, { severity: 'error', code: 'revision-missing', message: lower(why.message), hint })] }
}

/** The warning about a label with a revision that no webhook serves: in a cluster the pod would start without a proxy, without any message. */
function unservedRevision(installation: IstioInstallation, subject: Subject): Diagnostic[] {
  // Without any webhook the configuration is missing, which is reported elsewhere.
  if (installation.configurations.length === 0) return []
  const { pod, labels } = subject
  const onPod = pod.labels.get(REV)
  const wanted = labels.labels.get(REV) ?? onPod
  if (wanted === undefined || !istioPolicy(UNKNOWN_CONFIG, pod).inject) return []
  const served = servedRevisions(installation.configurations)
  if (served.has(wanted)) return []
  const source = labels.labels.has(REV) ? `namespace ${pod.namespace} asks` : 'a label asks'
  const near = nearest(wanted, served)
  const hint = near === undefined ? `revisions and tags that are served: ${[...served].sort().join(', ') || 'none'}` : `did you mean "${near}"?`
  const message = `${source} for Istio revision "${wanted}", which no webhook serves: nothing is injected`
  // A function config that lists revisions leaves other revisions to other function configs.
  const severity = installation.settings.revisions === undefined ? 'error' : 'warning'
  return [findingOn(subject.pod, { severity, code: 'revision-unknown', message, hint, ...(onPod === wanted ? { field: labelPath(REV) } : {}) })]
}

/** The values of istio.io/rev that webhooks select: revisions and tags. */
function servedRevisions(configurations: readonly InstalledConfiguration[]): Set<string> {
  const served = new Set<string>()
  for (const { entries } of configurations) {
    for (const { webhook } of entries) {
      for (const { selector } of [webhook.namespaceSelector, webhook.objectSelector]) {
        if (selector instanceof Error || selector.nothing) continue
        for (const { key, operator, values } of selector.requirements) {
          if (key === REV && operator === 'In') for (const value of values) served.add(value)
        }
      }
    }
  }
  return served
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
