// Collects the facts about a pod that selection reads, with their positions.

import { labelsOf } from '../lib/k8s/admission/selectors.ts'
import type { Diagnostic, FieldPath, FieldRef, Json, JsonObject, Workload } from '../lib/model/index.ts'
import { at, get, isObject, locate } from '../lib/model/index.ts'

export interface PodFacts {
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly hostNetwork: boolean
  /** The Pod as the API server would see it. */
  readonly object: JsonObject
  /** The field's reference in the pod template, for findings. */
  readonly place: (field: FieldPath) => FieldRef
}

/**
 * The facts about a pod.
 * @param pod the Pod that the workload's controller would create: the template with namespace, owner and the controller's labels
 */
export function podFacts(workload: Workload, pod: JsonObject): PodFacts {
  return {
    namespace: workload.namespace,
    labels: labelsOf(pod),
    annotations: stringMap(at(pod, ['metadata', 'annotations'])),
    hostNetwork: get(get(pod, 'spec'), 'hostNetwork') === true,
    object: pod,
    place: field => ({ resource: workload.resource, field: [...workload.podPath, ...field] }),
  }
}

/** A finding on the pod's workload; its field is one of the pod template. */
export function findingOn(pod: PodFacts, diagnostic: Omit<Diagnostic, 'resource' | 'at'>): Diagnostic {
  const { resource, field: podPath } = pod.place([])
  return locate(diagnostic, resource, podPath)
}

/** The path of a label in an object. */
export function labelPath(key: string): FieldPath {
  return ['metadata', 'labels', key]
}

/** The path of an annotation in an object. */
export function annotationPath(key: string): FieldPath {
  return ['metadata', 'annotations', key]
}

/** The entries of an object whose values are texts. */
export function stringMap(value: Json | undefined): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  if (!isObject(value)) return map
  for (const key of Object.keys(value)) {
    const text = value[key]
    if (typeof text === 'string') map.set(key, text)
  }
  return map
}
