// Recognises fields of a running pod that neither the manifest nor the injectors wrote: those of the scheduler, admission, autoscalers, platforms, and known
// webhooks of clouds.

import { annotationsOf, type Pod } from '../lib/k8s/pod.ts'
import { at, type FieldPath, type Json } from '../lib/model/index.ts'

/** Fields of the spec that depend on the cluster. */
const CLUSTER_FIELDS: ReadonlySet<string | number> = new Set([
  'affinity',
  'enableServiceLinks',
  'ephemeralContainers',
  'hostname',
  'imagePullSecrets',
  'nodeName',
  'nodeSelector',
  'overhead',
  'preemptionPolicy',
  'priority',
  'priorityClassName',
  'resourceClaims',
  'runtimeClassName',
  'schedulingGates',
  'schedulingGroup',
  'serviceAccount',
  'serviceAccountName',
  'subdomain',
  'tolerations',
  'workloadRef',
])

/** Annotations of admission plugins and autoscalers that change resources. */
const ADDS_RESOURCES = ['kubernetes.io/limit-ranger']
const CHANGES_RESOURCES = ['vpaUpdates', 'vpaObservedContainers', 'autopilot.gke.io/resource-adjustment']
/** The annotation of OpenShift's admission, which sets security contexts. */
const ADDS_SECURITY = ['openshift.io/scc']

/** Whether a differing field is set by the cluster. */
export function isOfCluster({ path, rendered }: { readonly path: FieldPath; readonly rendered?: Json }, running: Pod): boolean {
  const [root, field] = path
  if (root !== 'spec' || field === undefined) return false
  const annotations = annotationsOf(running)
  const has = (names: readonly string[]) => names.some(name => Object.hasOwn(annotations, name))
  const isOfResources = path.includes('resources')
  if (isOfResources && has(CHANGES_RESOURCES)) return true
  if (rendered !== undefined) return false
  // The API server gives every port of a pod in the host's network the same number there.
  if (path.at(-1) === 'hostPort' && at(running, ['spec', 'hostNetwork']) === true) return true
  return CLUSTER_FIELDS.has(field) || (isOfResources && has(ADDS_RESOURCES)) || (path.includes('securityContext') && has(ADDS_SECURITY))
}

/** Matches labels that Kubernetes' components and platforms add to running pods. */
const FOREIGN_LABEL = /^(?:[\w.-]+\.)?(?:kubernetes\.io|k8s\.io|eks\.amazonaws\.com|gke\.io|azure\.com|openshift\.io|argoproj\.io)\//

/** Whether a label that was not rendered is ignored. */
export function isForeignLabel(key: string): boolean {
  return FOREIGN_LABEL.test(key)
}

const INJECTORS_ANNOTATION = /^(?:(?:[\w.-]+\.)?(?:sidecar|proxy|inject)\.istio\.io|prometheus\.io)\//

/** Whether an annotation that was not rendered is one that injection reads or writes. */
export function isReadByInjectors(key: string): boolean {
  return INJECTORS_ANNOTATION.test(key)
}

/** Environment variables, mounts and volumes that the identity webhooks of clouds add. */
const KNOWN_WEBHOOKS = [
  /^AWS_(?:ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|STS_REGIONAL_ENDPOINTS|REGION|DEFAULT_REGION|CONTAINER_\w+)$/,
  /^AZURE_(?:CLIENT_ID|TENANT_ID|FEDERATED_TOKEN_FILE|AUTHORITY_HOST)$/,
  /^(?:aws-iam-token|eks-pod-identity-token|azure-identity-token)$/,
  /^\/var\/run\/secrets\/(?:eks\.amazonaws\.com|pods\.eks\.amazonaws\.com|azure\/tokens)/,
]

/** Whether an element that was not rendered comes from a known webhook. */
export function isOfKnownWebhook(path: FieldPath): boolean {
  return KNOWN_WEBHOOKS.some(pattern => pattern.test(String(path.at(-1))))
}
