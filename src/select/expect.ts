// Checks the function config's assertions on decisions (`expect`).

import { isLocalConfig } from '../lib/istio/configuration-only.ts'
import type { Decision, Diagnostic, Expectation, Injection, Position, Resource } from '../lib/model/index.ts'
import { describe, locate } from '../lib/model/index.ts'
import { nameOf, summary } from './explain.ts'

/**
 * Errors for violated assertions, on the workload. An assertion of an injection that matches no workload is an error on the function config, because the
 * expected workload is missing. Workloads with other errors are skipped.
 * @param config the function config, for the position of errors
 * @example checkExpectations(config.expect, decisions, config.resource)
 */
export function checkExpectations(expect: readonly Expectation[], decisions: readonly Decision[], config: Resource | undefined): Diagnostic[] {
  return expect.flatMap(expectation => {
    const concerned = decisions.filter(decision => concerns(expectation, decision))
    if (concerned.length === 0) return expectation.injected ? [unmet(expectation, config)] : []
    return concerned
      .filter(({ diagnostics }) => !diagnostics.some(({ severity }) => severity === 'error'))
      .filter(decision => !holds(expectation, decision))
      .map(decision => violation(expectation, decision, config))
  })
}

function concerns({ apiVersion, kind, namespace, name }: Expectation, { workload }: Decision): boolean {
  const { ref } = workload.resource
  const matches = (wanted: string | undefined, found: string): boolean => wanted === undefined || wanted === found
  // Resources that only configure injection, such as the Deployment in istiod's chart, are not deployed.
  if (isLocalConfig(workload.resource.value)) return false
  return matches(apiVersion, ref.apiVersion) && matches(kind, ref.kind) && matches(namespace, workload.namespace) && matches(name, ref.name)
}

/** Whether an assertion holds: its policies must all change the workload, or none of them; its other fields are about an injection. */
function holds(expectation: Expectation, { injections, trace }: Decision): boolean {
  const { injected, injector, revision, templates, policies } = expectation
  const changing = new Set(trace.admission.filter(({ result }) => result === 'applied').map(({ policy }) => policy))
  if (policies !== undefined && !policies.every(policy => changing.has(policy) === injected)) return false
  const namesInjection = [injector, revision, templates].some(value => value !== undefined)
  if (policies !== undefined && !namesInjection) return true
  return injections.some(injection => isAsked(expectation, injection)) === injected
}

/** Whether an injection is the one of the assertion. */
function isAsked({ injector, revision, templates }: Expectation, { injector: by, templates: rendered }: Injection): boolean {
  if (injector !== undefined && injector !== (by.kind === 'istio' ? 'istio' : by.name)) return false
  if (revision !== undefined && !(by.kind === 'istio' && by.revision === revision)) return false
  return templates === undefined || (templates.length === rendered.length && templates.every((name, i) => name === rendered[i]))
}

function violation(expectation: Expectation, decision: Decision, config: Resource | undefined): Diagnostic {
  const { resource } = decision.workload
  const reasons = decision.because.map(({ message }) => message).join('; ')
  const message = `expected to be ${asked(expectation)}, but it is ${summary(decision)}: ${reasons}`
  return locate({ code: 'expectation-violated', severity: 'error', message, ...hint(expectation, config) }, resource)
}

function unmet(expectation: Expectation, config: Resource | undefined): Diagnostic {
  const { apiVersion, kind, namespace, name } = expectation
  const filters = Object.entries({ apiVersion, kind, namespace, name }).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]))
  const message = `no workload${filters.length === 0 ? '' : ` with ${filters.join(', ')}`} was found, but one is expected to be ${asked(expectation)}`
  const hint = 'correct or remove the assertion, or add the workload'
  const finding: Diagnostic = { code: 'expectation-violated', severity: 'error', message, hint, field: expectation.field }
  return config === undefined ? finding : locate(finding, config)
}

function asked({ injected, injector, revision, templates, policies }: Expectation): string {
  if (policies !== undefined) return `${injected ? '' : 'not '}changed by ${policies.length === 1 ? 'policy' : 'policies'} ${policies.join(', ')}`
  const by = injector ?? (revision === undefined ? undefined : 'istio')
  const name = by === undefined ? '' : ` by ${revision === undefined ? by : nameOf({ kind: 'istio', revision })}`
  return `${injected ? '' : 'not '}injected${name}${templates === undefined ? '' : ` with ${templates.join(', ')}`}`
}

function hint(expectation: Expectation, config: Resource | undefined): { hint?: string } {
  const at = positionOf(expectation, config)
  return at === undefined || config === undefined ? {} : { hint: `the assertion stands in ${at.file}:${at.line} (${describe(config.ref)})` }
}

function positionOf({ field }: Expectation, config: Resource | undefined): Position | undefined {
  return config?.source.positionOf([...config.path, ...field])
}
