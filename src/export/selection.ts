// Turns an injector's webhooks and selectors into the constraints and conditions of a policy.

import { matchRules } from '../lib/k8s/admission/rules.ts'
import { get, isObject, type Json, type JsonObject, type OwnInjector } from '../lib/model/index.ts'
import { brackets } from './format.ts'
import { Inexpressible } from './scalars.ts'
import { celText } from './symbol.ts'

/** Values that all policies of an injector share. */
export interface Selection {
  readonly matchConstraints: JsonObject
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[]
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly reinvocationPolicy: 'Never' | 'IfNeeded'
}

const PODS: JsonObject = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }

/**
 * The selection by one entry of the injector's webhooks.
 * @param added names of the containers that the policy adds, by list: pods with one of them are skipped, because they were rendered with it
 * @throws Inexpressible
 */
export function selectionOf({ config }: OwnInjector, webhook: JsonObject, added: ReadonlyMap<string, ReadonlySet<string>>): Selection {
  const rules = get(webhook, 'rules')
  if (Array.isArray(rules) && rules.length > 0 && matchRules(rules.filter(isObject), 'Exact', POD_REQUEST) === undefined) {
    throw new Inexpressible('webhook rules that mean no pods')
  }
  const selectors = ['namespaceSelector', 'objectSelector'].flatMap(name => {
    const selector = get(webhook, name)
    return isObject(selector) && Object.keys(selector).length > 0 ? [[name, selector] as const] : []
  })
  const given = get(webhook, 'matchConditions')
  const conditions = (Array.isArray(given) ? given : [])
    .filter(isObject)
    .map(({ name, expression }) => ({ name: String(name), expression: String(expression) }))
  const never = anyOf(config.neverInjectSelector)
  const always = anyOf(config.alwaysInjectSelector)
  const absent = [...added].flatMap(([list, names]) => [...names].map(name => absence(list, name)))
  return {
    matchConstraints: { ...Object.fromEntries(selectors), resourceRules: [PODS] },
    matchConditions: [
      ...conditions,
      ...(never === undefined ? [] : [{ name: 'not-never-injected', expression: `!(${never})` }]),
      ...(config.policy === 'enabled' ? [] : [{ name: 'always-injected', expression: always ?? 'false' }]),
      ...(absent.length === 0 ? [] : [{ name: 'not-injected-yet', expression: absent.join(' && ') }]),
    ],
    failurePolicy: get(webhook, 'failurePolicy') === 'Ignore' ? 'Ignore' : 'Fail',
    reinvocationPolicy: get(webhook, 'reinvocationPolicy') === 'IfNeeded' ? 'IfNeeded' : 'Never',
  }
}

const POD_REQUEST = {
  operation: 'CREATE',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: { group: '', version: 'v1', resource: 'pods' },
  subresource: '',
  name: '',
  namespace: 'default',
  userInfo: {},
  dryRun: false,
  object: null,
  oldObject: null,
}

function absence(list: string, name: string): string {
  const containers = list === 'containers' ? 'object.spec.containers' : 'object.spec.?initContainers.orValue([])'
  return `!${containers}.exists(c, c.name == ${celText(name)})`
}

/** The condition that one of the selectors matches; empty selectors are ignored, as in istiod. */
function anyOf(selectors: readonly JsonObject[]): string | undefined {
  const conditions = selectors.map(selectorCel).filter(cel => cel !== '')
  return conditions.length === 0 ? undefined : conditions.map(cel => `(${cel})`).join(' || ')
}

/** The condition that the pod's labels match. */
function selectorCel(selector: JsonObject): string {
  const labels = get(selector, 'matchLabels')
  const expressions = get(selector, 'matchExpressions')
  return [
    ...(isObject(labels) ? Object.entries(labels).map(([key, value]) => requirement(key, 'In', [value])) : []),
    ...(Array.isArray(expressions) ? expressions : []).map(expression => {
      const values = get(expression, 'values')
      return requirement(String(get(expression, 'key')), String(get(expression, 'operator')), Array.isArray(values) ? values : [])
    }),
  ].join(' && ')
}

function requirement(key: string, operator: string, values: readonly Json[]): string {
  const label = `object.metadata.?labels[?${celText(key)}]`
  const isIn = `${label}.orValue("") in ${brackets(values.map(value => celText(String(value))))}`
  switch (operator) {
    case 'In':
      return `${label}.hasValue() && ${isIn}`
    case 'NotIn':
      return `!(${label}.hasValue() && ${isIn})`
    case 'Exists':
      return `${label}.hasValue()`
    case 'DoesNotExist':
      return `!${label}.hasValue()`
    default:
      throw new Inexpressible(`the selector operator ${operator}`)
  }
}
