// Computes the pods that a workload's controller creates of its template before and after injection, as the API server stores them, for the comparison with
// running pods.

import { fromController } from '../lib/k8s/controllers.ts'
import { defaultPod, storeObject } from '../lib/k8s/defaults/index.ts'
import { labelsOf, nameOf, type Pod } from '../lib/k8s/pod.ts'
import { podFromWorkload } from '../lib/k8s/synthesise.ts'
import { decodeTyped, TypedError } from '../lib/k8s/typed.ts'
import { isObject, type JsonObject, type Workload } from '../lib/model/index.ts'

/** A workload as it was rendered. */
export interface Rendered {
  readonly workload: Workload
  /** Its pod template without and with sidecars; the same if nothing is injected. */
  readonly before: JsonObject
  readonly after: JsonObject
}

export interface ExpectedPods {
  /** Without sidecars. */
  readonly plain: Pod
  readonly rendered: Pod
}

/** Labels with values that a controller generates; other fields may have been computed from them. */
export const CONTROLLER_LABELS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'job-name',
  'controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'deployment',
  'deploymentconfig',
])

/** Prepares the pods with the running pod's own name and values of the labels that its controller made up. */
export function expectedPods(rendered: Rendered, running: Pod): ExpectedPods {
  const { before, after } = rendered
  const plain = storedPod(rendered, before, running)
  return { plain, rendered: before === after ? plain : storedPod(rendered, after, running) }
}

/**
 * A pod of a cluster, decoded by the API server's types and completed with defaults of newer versions; unchanged if it does not fit the types.
 */
export function decodedPod({ metadata, spec }: JsonObject): Pod {
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: metadata ?? {}, spec: spec ?? {} }
  try {
    return defaultPod(decodeTyped('v1.Pod', pod, { exactCase: true }))
  } catch (error) {
    if (error instanceof TypedError) return pod
    throw error
  }
}

/** The values that the controller generated for a pod: pods with equal values have the same expected pod. */
export function madeUpLabels(running: Pod): string {
  return Object.entries(labelsOf(running))
    .filter(([key]) => CONTROLLER_LABELS.has(key))
    .map(entry => entry.join('='))
    .sort()
    .join()
}

/** The pod as the API server stores it, without additions of admission that depend on the cluster. */
function storedPod({ workload: { resource, namespace } }: Rendered, template: JsonObject, running: Pod): Pod {
  const pod = podFromWorkload({ ...resource.ref, namespace }, template)
  const actual = labelsOf(running)
  const labels = Object.fromEntries(Object.entries(labelsOf(pod)).map(([key, value]) => [key, CONTROLLER_LABELS.has(key) ? (actual[key] ?? value) : value]))
  const metadata: JsonObject = { ...(isObject(pod.metadata) ? pod.metadata : {}), name: nameOf(running.metadata), labels }
  return storeObject(defaultPod(decodeTyped('v1.Pod', fromController({ ...pod, metadata }, resource.value))))
}
