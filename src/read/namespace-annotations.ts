// Finds the annotations of namespaces, in which OpenShift stores the user ids of pods (istio-rules.md, 4.6).

import { type FunctionConfig, get, isObject, type Resource } from '../lib/model/index.ts'

/**
 * Returns the annotations of a namespace: from its Namespace object, otherwise from the function config; with `override` in reverse order. Undefined if neither
 * has the namespace.
 */
export type NamespaceAnnotations = (name: string) => Readonly<Record<string, string>> | undefined

/** @example namespaceAnnotations([namespace], config)('shop') // { 'openshift.io/sa.scc.uid-range': '1000/100' } */
export function namespaceAnnotations(namespaces: readonly Resource[], { cluster }: FunctionConfig): NamespaceAnnotations {
  const known = new Map([...cluster.namespaces].map(([name, { annotations }]) => [name, Object.fromEntries(annotations)]))
  for (const { ref, value } of namespaces) {
    if (cluster.namespaces.get(ref.name)?.override) continue
    const annotations = get(get(value, 'metadata'), 'annotations')
    known.set(ref.name, (isObject(annotations) ? annotations : {}) as Record<string, string>)
  }
  return name => known.get(name)
}
