// Adds the fields that the API server sets in a workload before policies see it, and again when it stores the object: a status of zeros, and an annotation of
// DaemonSets (k8s.io/api, the types' JSON tags; k8s.io/kubernetes/pkg/apis/apps/v1/conversion.go).

import { isObject, type Json, type JsonObject } from '../../model/index.ts'

const GENERATION = 'deprecated.daemonset.template.generation'

/** The initial status by kind: fields without omitempty. */
const STATUSES: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  ['Pod', {}],
  ['Deployment', {}],
  ['ReplicaSet', { replicas: 0 }],
  ['ReplicationController', { replicas: 0 }],
  ['StatefulSet', { replicas: 0, availableReplicas: 0 }],
  ['DaemonSet', { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }],
  ['Job', {}],
  ['CronJob', {}],
])

/**
 * The object as policies see it; itself for a kind that is not Kubernetes' own workload.
 * @param status what policies have made of the status so far
 * @example withServerFields({ kind: 'ReplicaSet', … }) // {…, status: { replicas: 0 }}
 */
export function withServerFields(object: JsonObject, status: Json | undefined = STATUSES.get(String(object.kind))): JsonObject {
  if (!STATUSES.has(String(object.kind))) return object
  const seen = object.status === undefined && status !== undefined ? { ...object, status } : object
  const metadata = isObject(object.metadata) ? object.metadata : {}
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {}
  if (object.kind !== 'DaemonSet' || Object.hasOwn(annotations, GENERATION)) return seen
  return { ...seen, metadata: { ...metadata, annotations: { ...annotations, [GENERATION]: '0' } } }
}

/** The object without these fields, whatever value policies set. */
export function withoutServerFields(object: JsonObject): JsonObject {
  if (!STATUSES.has(String(object.kind))) return object
  const { status: _, ...rest } = object
  const { metadata } = rest
  if (object.kind !== 'DaemonSet' || !isObject(metadata) || !isObject(metadata.annotations)) return rest
  const { [GENERATION]: _generation, ...annotations } = metadata.annotations
  const { annotations: _annotations, ...others } = metadata
  return { ...rest, metadata: Object.keys(annotations).length === 0 ? others : { ...metadata, annotations } }
}
