// Types of the objects that the API server's admission plugins read besides the pod, and of the error with which they refuse a pod.
import { get, type JsonObject } from '../../model/index.ts'
import { nameOf, type Pod, textOf } from '../pod.ts'

export interface ClusterFacts {
  /** ServiceAccounts, PriorityClasses, RuntimeClasses and LimitRanges that are known; other kinds do not count. */
  readonly objects: readonly JsonObject[]
  /** Whether the cluster has no others: then a name that is not among them is refused, as the API server does. Otherwise such a name is left as it is. */
  readonly complete: boolean
}

export const NO_FACTS: ClusterFacts = { objects: [], complete: false }

/** An admission plugin refuses the pod, in the API server's words: code 403, reason Forbidden. */
export class AdmissionError extends Error {
  /** The message without the pod. */
  readonly reason: string

  constructor(pod: Pod, reason: string) {
    super(`pods ${JSON.stringify(nameOf(pod.metadata) || textOf(pod.metadata, 'generateName') || 'Unknown')} is forbidden: ${reason}`)
    this.name = 'AdmissionError'
    this.reason = reason
  }
}

/** The objects of a kind, of one namespace where it is given. */
export function objectsOf({ objects }: ClusterFacts, kind: string, namespace?: string): JsonObject[] {
  return objects.filter(object => object.kind === kind && (namespace === undefined || get(object.metadata, 'namespace') === namespace))
}

/** The first object of a name; undefined if there is none. */
export function objectNamed(objects: readonly JsonObject[], name: string): JsonObject | undefined {
  return objects.find(({ metadata }) => nameOf(metadata) === name)
}

/** The namespace of a pod. */
export function namespaceOf(pod: Pod): string {
  return textOf(pod.metadata, 'namespace') || 'default'
}

/** The pod with other fields of its spec. */
export function withSpec(pod: Pod, fields: JsonObject): Pod {
  return { ...pod, spec: { ...(pod.spec as JsonObject), ...fields } }
}
