// Makes the pod that a workload's controller would create, with the fields that admission sees, and maps it back (istio-rules.md, 3.3).
import type { Json, JsonObject } from '../model/index.ts'
import { get, isObject } from '../model/index.ts'
import type { Pod } from './pod.ts'
import { labelsOf } from './pod.ts'

export interface WorkloadIdentity {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** Namespace after defaulting; admission always knows one. */
  readonly namespace: string
}

/** Placeholder for the hash or time in generated names, which stock templates never print. */
const HASH = 'template'
const MINUTES = '00000000'

interface Creation {
  /** The name of the first pod, if the controller itself names its pods. */
  readonly name?: string
  readonly generateName: string
  readonly owner: { readonly apiVersion: string; readonly kind: string; readonly name: string }
  readonly labels: Readonly<Record<string, string>>
}

/**
 * The Pod that the API server would be asked to create for a workload: its template's metadata and spec, the namespace, a generated name, the
 * controlling owner and the controller's labels. A Pod only gets its namespace.
 *
 * @example
 * podFromWorkload({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' }, template)
 * // metadata: {generateName: 'web-template-', ownerReferences: [{kind: 'ReplicaSet', name: 'web-template', …}], …}
 */
export function podFromWorkload(workload: WorkloadIdentity, template: JsonObject): Pod {
  const metadata: JsonObject = isObject(template.metadata) ? template.metadata : {}
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, namespace: workload.namespace }, spec: template.spec ?? {} }
  if (isBarePod(workload)) return pod
  const { name, generateName, owner, labels } = creationOf(workload)
  const { name: _name, ...rest } = pod.metadata as JsonObject
  const reference: JsonObject = { ...owner, uid: '', controller: true }
  const allLabels = { ...labelsOf(template), ...labels }
  const created: JsonObject = { ...rest, ...(name === undefined ? {} : { name }), generateName, ownerReferences: [reference] }
  if (Object.keys(allLabels).length > 0) created.labels = allLabels
  return { ...pod, metadata: created }
}

/**
 * The pod template after injection: the injected pod's spec, labels, annotations and finalizers, with the template's own identity. What only a live
 * pod has goes, and so does what a template wrote there: names, namespace, owners, the controller's labels.
 */
export function templateFromPod(workload: WorkloadIdentity, pod: Pod, template: JsonObject): { metadata: JsonObject; spec: Json } {
  const before = get(template, 'metadata')
  const metadata: JsonObject = {}
  for (const [key, value] of Object.entries(isObject(pod.metadata) ? pod.metadata : {})) {
    if (!IDENTITY.has(key)) metadata[key] = value
  }
  for (const key of IDENTITY) {
    const value = get(before, key)
    if (value !== undefined) metadata[key] = value
  }
  if (!isBarePod(workload) && isObject(metadata.labels)) {
    const labels = withoutLabels(metadata.labels, Object.keys(creationOf(workload).labels), get(before, 'labels'))
    if (Object.keys(labels).length > 0) metadata.labels = labels
    else delete metadata.labels
  }
  return { metadata, spec: pod.spec ?? {} }
}

const IDENTITY: ReadonlySet<string> = new Set([
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'managedFields',
])

function isBarePod({ apiVersion, kind }: WorkloadIdentity): boolean {
  return kind === 'Pod' && apiVersion === 'v1'
}

function withoutLabels(labels: JsonObject, added: readonly string[], before: Json | undefined): JsonObject {
  const kept = { ...labels }
  for (const key of added) {
    const own = get(before, key)
    if (own === undefined) delete kept[key]
    else kept[key] = own
  }
  return kept
}

/** Ways in which the controllers of Kubernetes, OpenShift and Argo create pods; any other kind is assumed to create them itself. */
function creationOf({ apiVersion, kind, name }: WorkloadIdentity): Creation {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  switch (`${group}/${kind}`) {
    case 'apps/Deployment':
    case 'extensions/Deployment':
      return replicaSet(name, 'pod-template-hash')
    case 'argoproj.io/Rollout':
      return replicaSet(name, 'rollouts-pod-template-hash')
    case 'apps/StatefulSet': {
      const labels = { 'controller-revision-hash': HASH, 'statefulset.kubernetes.io/pod-name': `${name}-0`, 'apps.kubernetes.io/pod-index': '0' }
      return { ...created(apiVersion, kind, name, labels), name: `${name}-0` }
    }
    case 'apps/DaemonSet':
    case 'extensions/DaemonSet':
      return created(apiVersion, kind, name, { 'controller-revision-hash': HASH, 'pod-template-generation': '1' })
    case 'batch/Job':
      return created('batch/v1', 'Job', name, jobLabels(name))
    case 'batch/CronJob':
      return created('batch/v1', 'Job', `${name}-${MINUTES}`, jobLabels(`${name}-${MINUTES}`))
    case 'apps.openshift.io/DeploymentConfig':
    case '/DeploymentConfig':
      // Its pods belong to a ReplicationController, but Istio's own cases take the DeploymentConfig itself for the owner.
      return created(apiVersion, kind, name, { deployment: `${name}-1`, deploymentconfig: name })
    default:
      return created(apiVersion, kind, name, {})
  }
}

function created(apiVersion: string, kind: string, name: string, labels: Creation['labels']): Creation {
  return { generateName: `${name}-`, owner: { apiVersion, kind, name }, labels }
}

function replicaSet(name: string, hashLabel: string): Creation {
  return created('apps/v1', 'ReplicaSet', `${name}-${HASH}`, { [hashLabel]: HASH })
}

function jobLabels(job: string): Creation['labels'] {
  return { 'batch.kubernetes.io/controller-uid': HASH, 'batch.kubernetes.io/job-name': job, 'controller-uid': HASH, 'job-name': job }
}
