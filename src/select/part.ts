// The part of one injector in a decision: that of Istio or of one of the user's own injectors.

import { INJECT_TEMPLATES } from '../lib/istio/names.ts'
import { type Diagnostic, findingsOn, type Injection, type PolicyTrace, type Reason, type UnknownNamespace, type WebhookTrace } from '../lib/model/index.ts'
import type { Answers, Claim, Subject } from './ask.ts'
import { ask } from './ask.ts'
import { annotationPath, findingOn } from './pod-facts.ts'
import type { PolicyOutcome } from './policy.ts'
import { reason } from './reasons.ts'
import type { InstalledConfiguration } from './revision.ts'
import type { TemplateNames } from './templates.ts'
import { chooseTemplates, missingTemplate } from './templates.ts'

export interface Part {
  readonly injection?: Injection
  readonly because: readonly Reason[]
  readonly webhooks: readonly WebhookTrace[]
  readonly policies: readonly PolicyTrace[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The trace of an injector's policy, for `explain`. */
export function policyTrace({ injector }: InstalledConfiguration, outcome: PolicyOutcome): PolicyTrace {
  return { injector, result: outcome.inject ? 'yes' : 'no', reason: outcome.reason, checks: outcome.checks }
}

/** The injection that a claim leads to, or the errors in its way. */
export function injectionOf(
  subject: Subject,
  { configuration, entry }: Claim,
  choice: { readonly config: TemplateNames; readonly annotations?: ReadonlyMap<string, string>; readonly webhookPath?: string },
): Pick<Part, 'injection' | 'because' | 'diagnostics'> {
  const { templates, from, missing } = chooseTemplates(choice.config, choice.annotations)
  const because = [reason(from === 'annotation' ? 'templates-annotation' : 'templates-default', { templates: templates.join(', ') })]
  if (missing.length > 0) {
    const field = from === 'annotation' ? { field: annotationPath(INJECT_TEMPLATES) } : {}
    return {
      because,
      diagnostics: findingsOn(missing, name =>
        findingOn(subject.pod, { severity: 'error', code: 'template-unknown', ...missingTemplate(name, choice.config), ...field }),
      ),
    }
  }
  const path = choice.webhookPath ?? entry.path
  const injection: Injection = {
    injector: configuration.injector,
    templates,
    templatesFrom: from,
    configuration: configuration.name,
    webhook: entry.webhook.name,
    ...(path === undefined ? {} : { webhookPath: path }),
  }
  return { injection, because, diagnostics: [] }
}

/** Errors for entries at which the API server would refuse the pod. */
export function refusals(subject: Subject, { errors }: Answers): Diagnostic[] {
  return errors.map(({ configuration, trace }) => {
    const message = `webhook "${trace.webhook}" of ${configuration.name}: ${trace.reason.message}`
    const hint = 'correct the selector or the match condition; what is known only in a running cluster cannot be asked for here'
    return findingOn(subject.pod, { severity: 'error', code: 'webhook-failed', message, hint })
  })
}

/** The reasons of the webhooks that refused, each once; the plain "nothing matches" only if there is no other reason. */
export function reasonsForNo({ traces }: Answers): Reason[] {
  const reasons = new Map<string, Reason>()
  for (const { reason } of traces) if (!reasons.has(reason.message)) reasons.set(reason.message, reason)
  const telling = [...reasons.values()].filter(({ code }) => code !== 'no-matching-label')
  return telling.length > 0 ? telling : [...reasons.values()]
}

export interface Settled {
  readonly answers: Answers
  /** Reasons from `unknownNamespace` for undecided entries. */
  readonly because: readonly Reason[]
  readonly diagnostics: readonly Diagnostic[]
  /** Whether the decision stays open, so that nothing may be injected. */
  readonly halted: boolean
}

/**
 * Matches the webhooks, and applies `unknownNamespace` if the result depends on labels that are not in the input. `matters` tells whether a claim could lead to
 * an injection.
 */
export function settle(
  configurations: readonly InstalledConfiguration[],
  subject: Subject,
  { unknownNamespace, matters }: { readonly unknownNamespace: UnknownNamespace; readonly matters: (claim: Claim) => boolean },
): Settled {
  const answers = ask(configurations, subject)
  const open = answers.open.filter(matters)
  const [first] = open
  if (first === undefined) return { answers, because: [], diagnostics: [], halted: false }
  const namespace = subject.pod.namespace
  switch (unknownNamespace) {
    case 'NoLabels': {
      const labels = { ...subject.labels, state: 'known' as const }
      return { answers: ask(configurations, { ...subject, labels }), because: [], diagnostics: [], halted: false }
    }
    case 'Skip': {
      const because = [reason('namespace-skipped', { namespace })]
      const message = `skipped: ${lowerFirst(first.trace.reason.message)}`
      return {
        answers,
        because,
        diagnostics: [findingOn(subject.pod, { severity: 'warning', code: 'namespace-unknown', message, hint: hint(subject) })],
        halted: true,
      }
    }
    case 'Fail': {
      const because = [...new Map(open.map(({ trace }) => [trace.reason.message, trace.reason])).values()]
      const message = `cannot decide whether to inject it. ${because.map(({ message }) => message).join('. ')}`
      return {
        answers,
        because,
        diagnostics: [findingOn(subject.pod, { severity: 'error', code: 'namespace-unknown', message, hint: hint(subject) })],
        halted: true,
      }
    }
  }
}

function hint({ pod, isNamespaceAssumed }: Subject): string {
  const { namespace } = pod
  const otherwise = `add the Namespace ${namespace} to the resources or to \`sources\`, or its labels to \`cluster.namespaces.${namespace}\` in the function config, or set \`unknownNamespace\``
  const unnamed = 'the manifest has no namespace: give the one that it is deployed to with -n, or with `cluster.defaultNamespace` in the function config'
  return isNamespaceAssumed ? `${unnamed}; then ${otherwise}` : otherwise
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
