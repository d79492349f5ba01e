// Checks a function config beyond its schema: references, duplicate names, selectors.

import { parseSelector, SelectorError } from '../lib/k8s/selector.ts'
import { CODES } from '../lib/model/codes.ts'
import type { FieldPath, Json } from '../lib/model/index.ts'
import { append, at, formatPath, get, isObject, nearest } from '../lib/model/index.ts'
import type { Finding } from './schema-findings.ts'

/** Findings about a function config beyond its schema. Works on any value, also on one that the schema refuses, so that all mistakes are reported at once. */
export function ruleFindings(config: Json): Finding[] {
  const spec = get(config, 'spec')
  const findings: Finding[] = []
  const names = new Set<string>(['istio'])
  list(get(spec, 'injectors')).forEach((injector, i) => {
    const field: FieldPath = ['spec', 'injectors', i]
    append(findings, injectorName(injector, field, names))
    append(findings, templateNames(injector, field))
    append(findings, selectors(injector, field))
  })
  list(get(spec, 'expect')).forEach((expectation, i) => {
    append(findings, expectationRules(expectation, ['spec', 'expect', i], names))
  })
  append(findings, unknownCodes(get(spec, 'allow')))
  return findings
}

function unknownCodes(codes: Json | undefined): Finding[] {
  return list(codes).flatMap((code, i) => {
    if (typeof code !== 'string' || Object.hasOwn(CODES, code)) return []
    const near = nearest(code, Object.keys(CODES))
    const message = `\`spec.allow[${i}]\`: ${JSON.stringify(code)} is not the code of a finding`
    return [{ field: ['spec', 'allow', i], message, hint: near === undefined ? 'docs/diagnostics.md lists all codes' : `did you mean ${near}?` }]
  })
}

function injectorName(injector: Json, field: FieldPath, names: Set<string>): Finding[] {
  const name = get(injector, 'name')
  if (typeof name !== 'string') return []
  const taken = names.has(name)
  names.add(name)
  if (!taken) return []
  const why = name === 'istio' ? 'is the name of Istio itself' : 'is taken by an injector before'
  return [{ field: [...field, 'name'], message: `\`${formatPath(field)}\`: the name "${name}" ${why}`, hint: 'give each injector its own name' }]
}

/** Findings about defaultTemplates and aliases that name unknown templates. */
function templateNames(injector: Json, field: FieldPath): Finding[] {
  const config = get(injector, 'config')
  const templates = get(config, 'templates')
  if (!isObject(templates)) return []
  const aliases = get(config, 'aliases')
  const known = Object.keys(templates)
  const callable = isObject(aliases) ? [...known, ...Object.keys(aliases)] : known
  const findings: Finding[] = []
  const check = (name: Json, where: FieldPath, names: readonly string[]): void => {
    if (typeof name === 'string' && !names.includes(name)) findings.push(unknownTemplate(name, [...field, 'config', ...where], names))
  }
  const defaults = get(config, 'defaultTemplates')
  if (defaults === undefined || (Array.isArray(defaults) && defaults.length === 0)) check('sidecar', ['templates'], callable)
  list(defaults).forEach((name, i) => {
    check(name, ['defaultTemplates', i], callable)
  })
  if (isObject(aliases)) {
    for (const [alias, members] of Object.entries(aliases)) {
      list(members).forEach((name, i) => {
        check(name, ['aliases', alias, i], known)
      })
    }
  }
  return findings
}

function unknownTemplate(name: string, field: FieldPath, names: readonly string[]): Finding {
  const near = nearest(name, names)
  const byDefault = field.at(-1) === 'templates'
  const message = byDefault
    ? `\`${formatPath(field)}\` has no template "sidecar", which is rendered when \`defaultTemplates\` is not given`
    : `\`${formatPath(field)}\`: there is no template "${name}"`
  return { field, message, hint: near === undefined ? `known templates: ${[...names].sort().join(', ')}` : `did you mean "${near}"?` }
}

function selectors(injector: Json, field: FieldPath): Finding[] {
  const places: FieldPath[] = []
  list(get(injector, 'webhooks')).forEach((_, i) => {
    places.push(['webhooks', i, 'namespaceSelector'], ['webhooks', i, 'objectSelector'])
  })
  for (const name of ['neverInjectSelector', 'alwaysInjectSelector']) {
    list(at(injector, ['config', name])).forEach((_, i) => {
      places.push(['config', name, i])
    })
  }
  return places.flatMap(place => {
    const problem = selectorProblem(at(injector, place))
    const where = [...field, ...place]
    return problem === undefined ? [] : [{ field: where, message: `\`${formatPath(where)}\`: ${problem}` }]
  })
}

function selectorProblem(selector: Json | undefined): string | undefined {
  try {
    parseSelector(selector)
    return undefined
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    // The schema says it better where the form itself is wrong.
    return error.message.startsWith('json: ') || error.message.endsWith('is not a valid label selector operator') ? undefined : error.message
  }
}

function expectationRules(expectation: Json, field: FieldPath, names: ReadonlySet<string>): Finding[] {
  const injector = get(expectation, 'injector')
  const findings: Finding[] = []
  if (typeof injector === 'string' && !names.has(injector)) {
    const near = nearest(injector, names)
    const hint = near === undefined ? `known injectors: ${[...names].join(', ')}` : `did you mean "${near}"?`
    findings.push({ field: [...field, 'injector'], message: `\`${formatPath(field)}\`: there is no injector "${injector}"`, hint })
  }
  if (typeof injector === 'string' && injector !== 'istio' && get(expectation, 'revision') !== undefined) {
    findings.push({ field: [...field, 'revision'], message: `\`${formatPath(field)}\`: only Istio has revisions, not the injector "${injector}"` })
  }
  return findings
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
