// Parses and matches label selectors as apimachinery's LabelSelectorAsSelector does, also with labels that are only partly known.

import type { Json } from '../model/index.ts'
import { get, isObject } from '../model/index.ts'
import { labelKeyProblems, labelValueProblems } from './label-names.ts'

export type SelectorOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'

/** One condition of a selector; an entry of matchLabels is an `In` with one value. */
export interface Requirement {
  readonly key: string
  readonly operator: SelectorOperator
  readonly values: ReadonlySet<string>
}

/** A parsed selector. `nothing`: an absent selector, which matches nothing; `{}` has no requirements and matches everything. */
export type Selector = { readonly nothing: true } | { readonly nothing: false; readonly requirements: readonly Requirement[] }

/** A selector that the API server rejects, with its words. */
export class SelectorError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SelectorError'
  }
}

/**
 * A LabelSelector (matchLabels and matchExpressions) as a list of requirements; undefined or null is the selector that matches nothing.
 * @throws SelectorError with the API server's text, as `"Foo" is not a valid label selector operator`
 * @example parseSelector({ matchLabels: { app: 'web' } })
 */
export function parseSelector(selector: Json | undefined): Selector {
  if (selector === undefined || selector === null) return { nothing: true }
  if (!isObject(selector)) throw new SelectorError(`json: cannot unmarshal ${jsonKind(selector)} into Go value of type v1.LabelSelector`)
  const cached = PARSED.get(selector)
  if (cached !== undefined) return cached
  const labels = Object.entries(objectField(selector, 'matchLabels', 'map[string]string'))
  const requirements = labels
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => requirement(key, 'In', [stringField(value, 'matchLabels', 'LabelSelector')]))
  for (const expression of listField(selector, 'matchExpressions', 'LabelSelector', '[]v1.LabelSelectorRequirement'))
    requirements.push(parseExpression(expression))
  const parsed: Selector = { nothing: false, requirements }
  PARSED.set(selector, parsed)
  return parsed
}

// Every workload meets the same few selectors; a selector is never changed once it is read.
const PARSED = new WeakMap<object, Selector>()

/**
 * Whether labels, all of them known, match a LabelSelector.
 * @throws SelectorError as parseSelector does
 * @example matchesSelector({ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, new Map([['app', 'web']])) // true
 */
export function matchesSelector(selector: Json | undefined, labels: ReadonlyMap<string, string>): boolean {
  const parsed = parseSelector(selector)
  return !parsed.nothing && parsed.requirements.every(r => meets(r, labels.get(r.key)))
}

/** Whether a requirement holds for the label's value; undefined where the label is absent. */
export function meets(r: Requirement, value: string | undefined): boolean {
  switch (r.operator) {
    case 'In':
      return value !== undefined && r.values.has(value)
    case 'NotIn':
      return value === undefined || !r.values.has(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

function parseExpression(expression: Json): Requirement {
  if (expression !== null && !isObject(expression)) throw fieldError(expression, 'LabelSelector.matchExpressions', 'v1.LabelSelectorRequirement')
  const owner = 'LabelSelectorRequirement'
  const key = stringField(get(expression, 'key'), 'matchExpressions.key', owner)
  const operator = stringField(get(expression, 'operator'), 'matchExpressions.operator', owner, 'v1.LabelSelectorOperator')
  const values = listField(expression, 'values', owner, '[]string', 'matchExpressions.').map(value => stringField(value, 'matchExpressions.values', owner))
  if (operator !== 'In' && operator !== 'NotIn' && operator !== 'Exists' && operator !== 'DoesNotExist') {
    throw new SelectorError(`${JSON.stringify(operator)} is not a valid label selector operator`)
  }
  return requirement(key, operator, values)
}

/** Checks as apimachinery's NewRequirement does; several findings are printed as a Go aggregate. */
function requirement(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
  const findings: string[] = []
  const keyProblems = labelKeyProblems(key)
  if (keyProblems.length > 0) findings.push(`key: Invalid value: ${JSON.stringify(key)}: ${keyProblems.join('; ')}`)
  const wantsValues = operator === 'In' || operator === 'NotIn'
  if (wantsValues && values.length === 0) findings.push("values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty")
  if (!wantsValues && values.length > 0) {
    findings.push(`values: Invalid value: ${JSON.stringify(values)}: values set must be empty for exists and does not exist`)
  }
  values.forEach((value, i) => {
    const problems = labelValueProblems(value)
    if (problems.length > 0) findings.push(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`)
  })
  const distinct = [...new Set(findings)]
  if (distinct.length === 1) throw new SelectorError(distinct.join())
  if (distinct.length > 1) throw new SelectorError(`[${distinct.join(', ')}]`)
  return { key, operator, values: new Set(values) }
}

function objectField(owner: Json, name: string, type: string): { [key: string]: Json } {
  const value = get(owner, name) ?? null
  if (value === null) return {}
  if (!isObject(value)) throw fieldError(value, `LabelSelector.${name}`, type)
  return value
}

function listField(owner: Json, name: string, struct: string, type: string, path = ''): readonly Json[] {
  const value = get(owner, name) ?? null
  if (value === null) return []
  if (!Array.isArray(value)) throw fieldError(value, `${struct}.${path}${name}`, type)
  return value
}

function stringField(value: Json | undefined, path: string, struct: string, type = 'string'): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw fieldError(value, `${struct}.${path}`, type)
  return value
}

function fieldError(value: Json, field: string, type: string): SelectorError {
  return new SelectorError(`json: cannot unmarshal ${jsonKind(value)} into Go struct field ${field} of type ${type}`)
}

function jsonKind(value: Json): string {
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? 'array' : typeof value
}
