// Computes the part of a user's own injector in a decision: its webhooks, then its selectors and policy, independent of Istio's labels, annotations and exceptions.

import type { OwnInjector, UnknownNamespace } from '../lib/model/index.ts'
import type { Subject } from './ask.ts'
import type { Part } from './part.ts'
import { injectionOf, policyTrace, reasonsForNo, refusals, settle } from './part.ts'
import { ownPolicy } from './policy.ts'
import type { InstalledConfiguration } from './revision.ts'

export interface OwnInstallation {
  readonly injector: OwnInjector
  readonly configuration: InstalledConfiguration
}

/**
 * The injector's part.
 * @example ownPart(installation, subject, 'Fail').injection?.templates
 */
export function ownPart({ injector, configuration }: OwnInstallation, subject: Subject, unknownNamespace: UnknownNamespace): Part {
  const policy = ownPolicy(injector.config, subject.pod)
  const settled = settle([configuration], subject, { unknownNamespace, matters: () => policy.inject })
  const { answers } = settled
  const base = { webhooks: answers.traces, policies: answers.claims.length + answers.open.length === 0 ? [] : [policyTrace(configuration, policy)] }
  if (answers.errors.length > 0) return { ...base, because: answers.errors.map(({ trace }) => trace.reason), diagnostics: refusals(subject, answers) }
  if (settled.halted) return { ...base, because: settled.because, diagnostics: settled.diagnostics }
  const [claim] = answers.claims
  if (claim === undefined) {
    return { ...base, because: answers.open.length > 0 ? [policy.reason] : reasonsForNo(answers), diagnostics: [] }
  }
  if (!policy.inject) return { ...base, because: [policy.reason], diagnostics: policy.diagnostics }
  const outcome = injectionOf(subject, claim, { config: injector.config })
  const because = [claim.trace.reason, policy.reason, ...outcome.because]
  return { ...base, ...outcome, because, diagnostics: [...policy.diagnostics, ...outcome.diagnostics] }
}
