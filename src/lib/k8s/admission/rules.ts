// Matches the rules of a webhook entry with a request, as apiserver's rules.Matcher and its equivalent-resource lookup do
// (k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules).

import type { Json, JsonObject } from '../../model/index.ts'
import { get, isObject } from '../../model/index.ts'
import type { AdmissionRequest, GroupVersionResource } from './request.ts'

export interface RuleMatch {
  /** Index of the first rule that matches the request as it came; absent where none does. */
  readonly rule?: number
  /** The resource under which a rule matches by matchPolicy Equivalent: `autoscaling/v2, Resource=horizontalpodautoscalers`. */
  readonly equivalent?: string
}

/**
 * The rule that matches, or undefined if none does.
 * @example matchRules([{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }], 'Equivalent', request)
 */
export function matchRules(rules: Json | undefined, matchPolicy: string, request: AdmissionRequest): RuleMatch | undefined {
  if (!Array.isArray(rules)) return undefined
  const rule = rules.findIndex(r => isObject(r) && matchesRule(r, request.resource, request))
  if (rule >= 0) return { rule }
  if (matchPolicy !== 'Equivalent') return undefined
  for (const resource of equivalentsOf(request.resource)) {
    if (rules.some(r => isObject(r) && matchesRule(r, resource, request))) {
      return { equivalent: `${resource.group}/${resource.version}, Resource=${resource.resource}` }
    }
  }
  return undefined
}

/** Kubernetes' only stable resources that are served in more than one version or group; matchPolicy Equivalent means nothing for the others. */
const EQUIVALENT: readonly (readonly GroupVersionResource[])[] = [
  [
    { group: 'autoscaling', version: 'v1', resource: 'horizontalpodautoscalers' },
    { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers' },
  ],
  [
    { group: '', version: 'v1', resource: 'events' },
    { group: 'events.k8s.io', version: 'v1', resource: 'events' },
  ],
]

function equivalentsOf(resource: GroupVersionResource): readonly GroupVersionResource[] {
  if (resource.group === '' && resource.resource === 'pods') return []
  const same = (other: GroupVersionResource) => other.group === resource.group && other.version === resource.version && other.resource === resource.resource
  return EQUIVALENT.find(family => family.some(same))?.filter(other => !same(other)) ?? []
}

function matchesRule(rule: JsonObject, resource: GroupVersionResource, request: AdmissionRequest): boolean {
  return (
    matchesScope(get(rule, 'scope'), resource, request.namespace) &&
    includes(get(rule, 'operations'), request.operation) &&
    includes(get(rule, 'apiGroups'), resource.group) &&
    includes(get(rule, 'apiVersions'), resource.version) &&
    matchesResource(get(rule, 'resources'), resource.resource, request.subresource)
  )
}

function matchesScope(scope: Json | undefined, resource: GroupVersionResource, namespace: string): boolean {
  if (scope === undefined || scope === null || scope === '*') return true
  // A Namespace lives in no namespace, although its requests name one.
  const namespaced = namespace !== '' && !(resource.group === '' && resource.resource === 'namespaces')
  return scope === 'Namespaced' ? namespaced : scope === 'Cluster' ? !namespaced : false
}

function includes(list: Json | undefined, wanted: string): boolean {
  return Array.isArray(list) && (list.includes('*') || list.includes(wanted))
}

/** `pods`, `pods/status`, and a star on either side of the slash; a star without a slash stands for resources without subresource. */
function matchesResource(list: Json | undefined, resource: string, subresource: string): boolean {
  if (!Array.isArray(list)) return false
  return list.some(entry => {
    if (typeof entry !== 'string') return false
    const slash = entry.indexOf('/')
    const [wanted, wantedSub] = slash < 0 ? [entry, ''] : [entry.slice(0, slash), entry.slice(slash + 1)]
    return (wanted === '*' || wanted === resource) && (wantedSub === '*' || wantedSub === subresource)
  })
}
