// Looks up the labels of a namespace: from its Namespace object, the function config, or only its name.

import { NAMESPACE_NAME_LABEL } from '../lib/istio/names.ts'
import type { NamespaceLabels } from '../lib/k8s/admission/request.ts'
import { labelsOf } from '../lib/k8s/admission/selectors.ts'
import type { FieldRef, FunctionConfig, NamespaceTrace, Resource } from '../lib/model/index.ts'

export interface NamespaceFacts {
  readonly trace: NamespaceTrace
  readonly labels: NamespaceLabels
  /** The field of a label, or the field where it would have to be added. */
  readonly place: (key: string) => FieldRef | undefined
}

/**
 * Looks namespaces up by name. A Namespace object in the input has all labels of its namespace; without one, or with `override`, `cluster.namespaces` is used.
 * `kubernetes.io/metadata.name` is always known, since the API server sets it.
 * @example namespaceLookup([], config)('shop').labels.state // 'partly'
 */
export function namespaceLookup(namespaces: readonly Resource[], config: FunctionConfig): (name: string) => NamespaceFacts {
  // Of two objects for one namespace the later would be applied last.
  const objects = new Map(namespaces.map(resource => [resource.ref.name, resource]))
  const known = new Map<string, NamespaceFacts>()
  return name => {
    let facts = known.get(name)
    if (facts === undefined) {
      facts = factsOf(name, objects.get(name), config)
      known.set(name, facts)
    }
    return facts
  }
}

function factsOf(name: string, object: Resource | undefined, config: FunctionConfig): NamespaceFacts {
  const named: [string, string] = [NAMESPACE_NAME_LABEL, name]
  const settings = config.cluster.namespaces.get(name)
  if (object !== undefined && !settings?.override) {
    const labels = new Map([...labelsOf(object.value), named])
    const place = (key: string): FieldRef => ({ resource: object, field: ['metadata', 'labels', key] })
    return { trace: { name, labels, from: 'resource' }, labels: { state: 'known', labels }, place }
  }
  const { resource } = config
  const place = (key: string): FieldRef | undefined =>
    resource === undefined ? undefined : { resource, field: ['spec', 'cluster', 'namespaces', name, 'labels', key] }
  if (settings === undefined) return { trace: { name, from: 'unknown' }, labels: { state: 'partly', labels: new Map([named]) }, place }
  const labels = new Map([...settings.labels, named])
  return { trace: { name, labels, from: 'config' }, labels: { state: 'known', labels }, place }
}
