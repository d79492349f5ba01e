// What others than the manifest and the injectors write into a running pod: the scheduler, the API server's admission, autoscalers, platforms, and webhooks of
// clouds that are known by what they add.

import { annotationsOf, type Pod } from '../lib/k8s/pod.ts'
import { at, type FieldPath } from '../lib/model/index.ts'

/** Fields of the spec that the cluster fills in by facts that no repository has. */
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

/** Annotations of those who set resources, and of OpenShift, which sets security contexts. */
const RESOURCES = ['kubernetes.io/limit-ranger', 'vpaUpdates', 'vpaObservedContainers', 'autopilot.gke.io/resource-adjustment']
const SECURITY = ['openshift.io/scc']

/** Whether a field that was not rendered is the cluster's own affair. */
export function isOfCluster(path: FieldPath, running: Pod): boolean {
  const [root, field] = path
  if (root !== 'spec' || field === undefined) return false
  if (CLUSTER_FIELDS.has(field)) return true
  // The API server gives every port of a pod in the host's network the same number there.
  if (path.at(-1) === 'hostPort' && at(running, ['spec', 'hostNetwork']) === true) return true
  const annotations = annotationsOf(running)
  const has = (names: readonly string[]) => names.some(name => Object.hasOwn(annotations, name))
  return (path.includes('resources') && has(RESOURCES)) || (path.includes('securityContext') && has(SECURITY))
}

/** Environment variables, mounts and volumes that the identity webhooks of clouds add. */
const KNOWN_WEBHOOKS = [
  /^AWS_(?:ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|STS_REGIONAL_ENDPOINTS|REGION|DEFAULT_REGION|CONTAINER_\w+)$/,
  /^AZURE_(?:CLIENT_ID|TENANT_ID|FEDERATED_TOKEN_FILE|AUTHORITY_HOST)$/,
  /^(?:aws-iam-token|eks-pod-identity-token|azure-identity-token)$/,
  /^\/var\/run\/secrets\/(?:eks\.amazonaws\.com|pods\.eks\.amazonaws\.com|azure\/tokens)/,
]

/** Whether an element that was not rendered bears the mark of a webhook. */
export function isOfKnownWebhook(path: FieldPath): boolean {
  return KNOWN_WEBHOOKS.some(pattern => pattern.test(String(path.at(-1))))
}
