// Describes a decision for the page's sentences: the injectors with their templates, and the policies.

import type { Decision } from '../../lib/model/index.ts'
import { nameOf } from '../../select/explain.ts'

/**
 * The injectors with their templates; a template with its injector's name is not repeated.
 * @example injectorsText(decision) // 'Istio (revision default) with template sidecar and by log-shipper'
 */
export function injectorsText({ injections }: Decision): string {
  return injections.map(({ injector, templates }) => `${nameOf(injector)}${templatesText(nameOf(injector), templates)}`).join(' and by ')
}

function templatesText(injector: string, templates: readonly string[]): string {
  if (templates.length === 0) return ' with no template'
  if (templates.length === 1 && templates[0] === injector) return ''
  return ` with ${templates.length === 1 ? 'template' : 'templates'} ${templates.join(', ')}`
}

/** The policies that changed the workload, each once. */
export function policiesText({ trace }: Decision): string {
  return [...new Set(trace.admission.filter(({ result }) => result === 'applied').map(({ policy }) => policy))].join(', ')
}
