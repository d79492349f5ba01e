// Applies the API server's defaults and its admission of pods (Kubernetes 1.36), so that policies, webhooks and templates see complete objects.
// A server does three things in this order: defaulting (`defaultObject`), for Pods admission (`admitPod`), then, when policies and webhooks are done, it
// prepares the object for storage (`storeObject`, `checkLimits`).

import type { JsonObject } from '../../model/index.ts'
import { decodeTyped } from '../typed.ts'
import { workloadStruct } from '../workload-schema.ts'
import { fillDefaults } from './fill.ts'

export { AdmissionError, admitPod, type ClusterFacts, checkLimits } from './admission.ts'
export { defaultPullPolicy } from './image-reference.ts'
export { isKnownPriorityClass } from './priority.ts'
export { storeObject } from './store.ts'
export { withoutDefaults } from './without-defaults.ts'

/**
 * The object as the API server decodes it, with its defaults: of a Pod, a PodTemplate, or a workload of Kubernetes' own (Deployment, ReplicaSet, StatefulSet,
 * DaemonSet, ReplicationController, Job, CronJob). Any other object, and any other version, is returned as it is.
 * Of decoding: unknown fields and empty values vanish, quantities are canonical. What does not change is shared with the object given.
 * @param known a result for an object of the same kind, of which `object` is a change: what they share is not looked into
 * @throws TypedError in Go's words where a value does not fit its field
 * @example
 * defaultObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'web:1' }] } })
 * // {…, spec: { containers: [{…, imagePullPolicy: 'IfNotPresent', terminationMessagePath: …}], restartPolicy: 'Always', … }}
 */
export function defaultObject(object: JsonObject, known?: JsonObject): JsonObject {
  const struct = workloadStruct(String(object.apiVersion), String(object.kind))
  if (struct === undefined) return object
  const same = known !== undefined && known.kind === object.kind && known.apiVersion === object.apiVersion ? known : undefined
  return fillDefaults(struct, decodeTyped(struct, object, { exactCase: true, ...(same === undefined ? {} : { known: same }) }), same)
}

/**
 * A pod that was decoded with its types, with the defaults of a Pod.
 * @param known a result for another pod: what they share is not looked into
 * @example defaultPod(decodeTyped('v1.Pod', pod))
 */
export function defaultPod(pod: JsonObject, known?: JsonObject): JsonObject {
  return fillDefaults('v1.Pod', pod, known)
}
