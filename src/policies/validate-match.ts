// Validates matchConstraints and matchResources as the API server does, with its messages (pkg/apis/admissionregistration/validation).

import { labelKeyProblems, labelValueProblems } from '../lib/k8s/label-names.ts'
import { type FieldPath, get, isObject, type Json, stringAt } from '../lib/model/index.ts'
import { duplicate, type FieldError, forbidden, invalid, required, unsupported } from './field-error.ts'

/**
 * The findings about the match resources at `field`, in the API server's order.
 * @example matchErrors({ resourceRules: [{}] }, ['spec', 'matchConstraints']).map(error => error.reason)
 */
export function matchErrors(value: Json, field: FieldPath): FieldError[] {
  const matchPolicy = stringAt(value, ['matchPolicy'])
  const policies = ['Equivalent', 'Exact']
  return [
    ...(matchPolicy === undefined || policies.includes(matchPolicy) ? [] : [unsupported([...field, 'matchPolicy'], matchPolicy, policies)]),
    ...selectorErrors(get(value, 'namespaceSelector'), [...field, 'namespaceSelector']),
    ...selectorErrors(get(value, 'objectSelector'), [...field, 'objectSelector']),
    ...ruleListErrors(get(value, 'resourceRules'), [...field, 'resourceRules']),
    ...ruleListErrors(get(value, 'excludeResourceRules'), [...field, 'excludeResourceRules']),
  ]
}

const MUTABLE = ['*', 'CONNECT', 'CREATE', 'UPDATE']

/** The validation errors for rule operations without an object to mutate, such as DELETE; exclusions may name them. */
export function mutableErrors(value: Json, field: FieldPath): FieldError[] {
  const operations = listOf(get(value, 'resourceRules')).flatMap(rule => listOf(get(rule, 'operations')))
  const wrong = operations.filter(operation => typeof operation === 'string' && !MUTABLE.includes(operation))
  return wrong.map(operation => unsupported([...field, 'resourceRules', 'operations'], operation, MUTABLE))
}

/** The findings about a label selector; an absent one has none. */
export function selectorErrors(selector: Json | undefined, field: FieldPath): FieldError[] {
  if (!isObject(selector)) return []
  const labels = get(selector, 'matchLabels')
  const expressions = get(selector, 'matchExpressions')
  return [
    ...(isObject(labels) ? Object.entries(labels).flatMap(([key, value]) => labelErrors(key, value, [...field, 'matchLabels'])) : []),
    ...listOf(expressions).flatMap((expression, i) => requirementErrors(expression, [...field, 'matchExpressions', i])),
  ]
}

function labelErrors(key: string, value: Json, field: FieldPath): FieldError[] {
  const text = typeof value === 'string' ? value : ''
  return [...labelKeyProblems(key).map(problem => invalid(field, key, problem)), ...labelValueProblems(text).map(problem => invalid(field, text, problem))]
}

function requirementErrors(expression: Json, field: FieldPath): FieldError[] {
  const operator = stringAt(expression, ['operator']) ?? ''
  const values = listOf(get(expression, 'values'))
  const key = stringAt(expression, ['key']) ?? ''
  const errors: FieldError[] = []
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required([...field, 'values'], "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) errors.push(forbidden([...field, 'values'], "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
  } else errors.push(invalid([...field, 'operator'], operator, 'not a valid selector operator'))
  errors.push(...labelKeyProblems(key).map(problem => invalid([...field, 'key'], key, problem)))
  for (const [i, value] of values.entries()) {
    const text = typeof value === 'string' ? value : ''
    errors.push(...labelValueProblems(text).map(problem => invalid([...field, 'values', i], text, problem)))
  }
  return errors
}

function ruleListErrors(rules: Json | undefined, field: FieldPath): FieldError[] {
  return listOf(rules).flatMap((rule, i) => ruleErrors(rule, [...field, i]))
}

function ruleErrors(rule: Json, field: FieldPath): FieldError[] {
  const scope = stringAt(rule, ['scope'])
  const scopes = ['*', 'Cluster', 'Namespaced']
  return [
    ...nameErrors(listOf(get(rule, 'resourceNames')), [...field, 'resourceNames']),
    ...operationErrors(textsOf(get(rule, 'operations')), [...field, 'operations']),
    ...groupErrors(textsOf(get(rule, 'apiGroups')), [...field, 'apiGroups'], 'API groups'),
    ...groupErrors(textsOf(get(rule, 'apiVersions')), [...field, 'apiVersions'], 'API versions'),
    ...textsOf(get(rule, 'apiVersions')).flatMap((version, i) => (version === '' ? [required([...field, 'apiVersions', i])] : [])),
    ...resourceErrors(textsOf(get(rule, 'resources')), [...field, 'resources']),
    ...(scope === undefined || scopes.includes(scope) ? [] : [unsupported([...field, 'scope'], scope, scopes)]),
  ]
}

function nameErrors(names: readonly Json[], field: FieldPath): FieldError[] {
  const seen = new Set<string>()
  return names.flatMap((name, i) => {
    const text = typeof name === 'string' ? name : ''
    const again = seen.has(text)
    seen.add(text)
    const place = [...field, i]
    if (text === '.' || text === '..') return [invalid(place, text, `may not be '${text}'`)]
    const character = ['/', '%'].find(c => text.includes(c))
    if (character !== undefined) return [invalid(place, text, `may not contain '${character}'`)]
    return again ? [duplicate(place, text)] : []
  })
}

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']

function operationErrors(operations: readonly string[], field: FieldPath): FieldError[] {
  if (operations.length === 0) return [required(field)]
  const star = operations.length > 1 && operations.includes('*')
  return [
    ...(star ? [invalid(field, [...operations], "if '*' is present, must not specify other operations")] : []),
    ...operations.flatMap((operation, i) => (OPERATIONS.includes(operation) ? [] : [unsupported([...field, i], operation, OPERATIONS)])),
  ]
}

function groupErrors(groups: readonly string[], field: FieldPath, what: string): FieldError[] {
  if (groups.length === 0) return [required(field)]
  return groups.length > 1 && groups.includes('*') ? [invalid(field, [...groups], `if '*' is present, must not specify other ${what}`)] : []
}

function resourceErrors(resources: readonly string[], field: FieldPath): FieldError[] {
  if (resources.length === 0) return [required(field)]
  const errors: FieldError[] = []
  const [wholeResources, wholeSubresources] = [new Set<string>(), new Set<string>()]
  for (const [i, entry] of resources.entries()) {
    const place = [...field, i]
    if (entry === '') errors.push(required(place))
    if (!entry.includes('/') || entry === '*/*') continue
    const [resource = '', subresource = ''] = [entry.slice(0, entry.indexOf('/')), entry.slice(entry.indexOf('/') + 1)]
    if (wholeResources.has(resource)) errors.push(invalid(place, entry, `if '${resource}/*' is present, must not specify ${entry}`))
    if (wholeSubresources.has(subresource)) errors.push(invalid(place, entry, `if '*/${subresource}' is present, must not specify ${entry}`))
    if (subresource === '*') wholeResources.add(resource)
    if (resource === '*') wholeSubresources.add(subresource)
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(field, [...resources], "if '*/*' is present, must not specify other resources"))
  }
  if (resources.includes('*') && resources.some(entry => entry !== '*' && !entry.includes('/'))) {
    errors.push(invalid(field, [...resources], "if '*' is present, must not specify other resources without subresources"))
  }
  return errors
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function textsOf(value: Json | undefined): string[] {
  return listOf(value).map(item => (typeof item === 'string' ? item : ''))
}
