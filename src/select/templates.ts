// Chooses the templates that an injector renders for a pod: annotation or defaults, through the aliases (istio-rules.md, 6.2).

import { trimSpace } from '../lib/go/strings.ts'
import { INJECT_TEMPLATES } from '../lib/istio/names.ts'
import { nearest } from '../lib/model/index.ts'

/** The part of an injector config that names templates. */
export interface TemplateNames {
  readonly templates: ReadonlyMap<string, unknown>
  readonly defaultTemplates: readonly string[]
  readonly aliases: ReadonlyMap<string, readonly string[]>
}

export interface ChosenTemplates {
  /** The names in the order of rendering; a name may occur twice. */
  readonly templates: readonly string[]
  readonly from: 'annotation' | 'default'
  /** Names without a template. */
  readonly missing: readonly string[]
}

export interface MissingTemplate {
  readonly message: string
  readonly hint: string
}

/**
 * The templates for a pod.
 * @param annotations the pod's; undefined for a user's own injector, to which Istio's annotation does not apply
 * @example chooseTemplates(config, new Map([['inject.istio.io/templates', 'sidecar, custom']])).templates // ['sidecar', 'custom']
 */
export function chooseTemplates(config: TemplateNames, annotations: ReadonlyMap<string, string> | undefined): ChosenTemplates {
  const annotation = annotations?.get(INJECT_TEMPLATES)
  const defaults = config.defaultTemplates.length > 0 ? config.defaultTemplates : ['sidecar']
  const names = annotation === undefined ? defaults : annotation.split(',').map(trimSpace)
  // One level only, and an alias hides a template of the same name.
  const templates = names.flatMap(name => config.aliases.get(name) ?? [name])
  const missing = [...new Set(templates)].filter(name => !config.templates.has(name))
  return { templates, from: annotation === undefined ? 'default' : 'annotation', missing }
}

/** Istio's message for an unknown template, and a hint. */
export function missingTemplate(name: string, config: TemplateNames): MissingTemplate {
  const known = [...config.templates.keys()].sort()
  const near = nearest(name, [...known, ...config.aliases.keys()])
  const hint = near === undefined ? `known templates: ${known.join(', ')}` : `did you mean "${near}"?`
  return { message: `requested template "${name}" not found; have ${known.join(', ')}`, hint }
}
