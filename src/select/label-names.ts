// Finds labels of namespaces and pods that are similar to Istio's injection labels: misspelt names, and values without meaning.

import { INJECT, INJECTION, REV } from '../lib/istio/names.ts'
import { type Diagnostic, type FunctionConfig, get, isObject, type JsonObject, locate, nearest, type Resource, warning } from '../lib/model/index.ts'

/** Other labels of Istio with similar names (istio.io/api/label). */
const OTHERS = [
  'istio.io/tag',
  'istio.io/dataplane-mode',
  'istio.io/use-waypoint',
  'istio.io/use-waypoint-namespace',
  'istio.io/ingress-use-waypoint',
  'istio.io/waypoint-for',
  'istio.io/global',
  'istio.io/connect-strategy',
  'topology.istio.io/network',
  'topology.istio.io/cluster',
  'topology.istio.io/subzone',
  'service.istio.io/canonical-name',
  'service.istio.io/canonical-revision',
  'service.istio.io/workload-name',
  'security.istio.io/tlsMode',
  'networking.istio.io/tunnel',
  'networking.istio.io/gatewayPort',
  'gateway.istio.io/managed',
  'istio.io/gateway-name',
  'istio-locality',
]
export const POD_LABELS: readonly string[] = [INJECT, REV]
const NAMESPACE_LABELS = [INJECTION, REV]

/** The name in `wanted` that a misspelt name means; undefined for a correct or unrelated name. */
export function nearMiss(name: string, wanted: readonly string[]): string | undefined {
  if (!/ist|sidecar/i.test(name) || wanted.includes(name) || OTHERS.includes(name)) return undefined
  const near = nearest(name, [...wanted, ...OTHERS])
  return near !== undefined && wanted.includes(near) ? near : undefined
}

/**
 * Warnings about the labels of namespaces, in Namespace objects and in the function config, and where the two contradict each other.
 * @example namespaceFindings([namespace], config)[0]?.hint // 'did you mean istio-injection?'
 */
export function namespaceFindings(namespaces: readonly Resource[], config: FunctionConfig): Diagnostic[] {
  const onObjects = namespaces.flatMap(namespace => {
    const labels = get(get(namespace.value, 'metadata'), 'labels')
    const found = [...labelFindings(isObject(labels) ? labels : {}), ...misplaced(namespace.value)]
    return found.map(([path, finding]) => locate(warning({ ...finding, field: ['metadata', ...path] }), namespace))
  })
  const { resource, cluster } = config
  if (resource === undefined) return onObjects
  const inConfig = [...cluster.namespaces].flatMap(([name, { labels }]) =>
    labelFindings(Object.fromEntries(labels)).map(([path, finding]) =>
      locate(warning({ ...finding, message: `namespace ${name}: ${finding.message}`, field: ['spec', 'cluster', 'namespaces', name, ...path] }), resource),
    ),
  )
  return [...onObjects, ...inConfig, ...contradictions(namespaces, config)]
}

type Found = readonly [path: readonly string[], finding: Omit<Diagnostic, 'severity'>]

function labelFindings(labels: JsonObject): Found[] {
  return Object.entries(labels).flatMap(([key, value]): Found[] => {
    const path = ['labels', key]
    if (key === INJECTION) return value === 'enabled' || value === 'disabled' ? [] : [[path, unknownValue(value)]]
    if (key === INJECT) {
      const message = `label ${INJECT} is for pods and has no effect on a namespace`
      return [[path, { code: 'label-unknown', message, hint: `label the namespace ${INJECTION}=enabled, or ${REV}=REVISION` }]]
    }
    const near = nearMiss(key, NAMESPACE_LABELS)
    return near === undefined ? [] : [[path, { code: 'label-unknown', message: `label ${key} is unknown to Istio`, hint: `did you mean ${near}?` }]]
  })
}

function unknownValue(value: unknown): Omit<Diagnostic, 'severity'> {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const message = `label ${INJECTION}: ${JSON.stringify(value)} injects nothing: only "enabled" does`
  const near = nearest(text, ['enabled', 'disabled']) ?? (text === 'true' ? 'enabled' : text === 'false' ? 'disabled' : undefined)
  return { code: 'label-unknown', message, hint: near === undefined ? 'write enabled or disabled' : `did you mean ${near}?` }
}

function misplaced(namespace: JsonObject): Found[] {
  const annotations = get(get(namespace, 'metadata'), 'annotations')
  if (!isObject(annotations)) return []
  return NAMESPACE_LABELS.filter(name => Object.hasOwn(annotations, name)).map((name): Found => {
    const message = `${name} is an annotation, but Istio reads it as a label`
    return [['annotations', name], { code: 'annotation-misplaced', message, hint: 'make it a label' }]
  })
}

function contradictions(namespaces: readonly Resource[], { resource, cluster }: FunctionConfig): Diagnostic[] {
  return namespaces.flatMap(namespace => {
    const { name } = namespace.ref
    const settings = cluster.namespaces.get(name)
    if (settings === undefined || settings.override || resource === undefined) return []
    const labels = get(get(namespace.value, 'metadata'), 'labels')
    const differing = [...settings.labels].filter(([key, value]) => get(labels, key) !== value).map(([key]) => key)
    if (differing.length === 0) return []
    const message = `\`cluster.namespaces.${name}\` and the Namespace of the input disagree about ${differing.join(', ')}; the Namespace takes precedence`
    const hint = `remove one of the two, or set \`cluster.namespaces.${name}.override: true\``
    return [locate(warning({ code: 'namespace-contradiction', message, hint, field: ['spec', 'cluster', 'namespaces', name] }), resource)]
  })
}
