// Finds the workload of a pod from its owner's name and its labels, as istiod does (istio-rules.md, 3.2).
import { labelsOf, listOf, nameOf, type Pod, textOf } from '../k8s/pod.ts'
import { get, stringAt } from '../model/index.ts'
import { DEPLOYMENT_CONFIG_LABEL, POD_TEMPLATE_HASH, ROLLOUTS_POD_TEMPLATE_HASH } from './names.ts'

/** `.DeploymentMeta` and `.TypeMeta` of the template data. */
export interface WorkloadMeta {
  readonly name: string
  readonly namespace: string
  readonly kind: string
  readonly apiVersion: string
}

const CRON_JOB_NAME = /^([^\n]+)-[0-9]{8,10}$/

/** The workload of a pod at admission, by its generateName and ownerReferences. */
export function workloadOf(pod: Pod): WorkloadMeta {
  const metadata = get(pod, 'metadata')
  const [name, namespace] = [nameOf(metadata), textOf(metadata, 'namespace')]
  const owner = textOf(metadata, 'generateName') === '' ? undefined : listOf(metadata, 'ownerReferences').find(ref => ref.controller === true)
  if (owner === undefined) return { name, namespace, kind: 'Pod', apiVersion: 'v1' }
  const found = { name: nameOf(owner), namespace, kind: textOf(owner, 'kind'), apiVersion: textOf(owner, 'apiVersion') }
  const rewritten = { ...found, ...rewrite(found, pod) }
  return rewritten.name === '' ? { ...rewritten, name } : rewritten
}

/** The owner of an owner, which is recognised by names and labels. */
function rewrite({ kind, name }: WorkloadMeta, pod: Pod): Partial<WorkloadMeta> | undefined {
  const label = (key: string) => stringAt(labelsOf(pod), [key]) ?? ''
  if (kind === 'ReplicaSet') {
    const [hash, rolloutHash] = [label(POD_TEMPLATE_HASH), label(ROLLOUTS_POD_TEMPLATE_HASH)]
    if (hash !== '' && name.endsWith(hash)) return { name: withoutHash(name, hash), kind: 'Deployment' }
    // Without a group: so does istiod.
    if (rolloutHash !== '' && name.endsWith(rolloutHash)) return { name: withoutHash(name, rolloutHash), kind: 'Rollout', apiVersion: 'v1alpha1' }
  }
  if (kind === 'ReplicationController' && label(DEPLOYMENT_CONFIG_LABEL) !== '') return { name: label(DEPLOYMENT_CONFIG_LABEL), kind: 'DeploymentConfig' }
  const cronJob = kind === 'Job' ? CRON_JOB_NAME.exec(name)?.[1] : undefined
  return cronJob === undefined ? undefined : { name: cronJob, kind: 'CronJob', apiVersion: 'batch/v1' }
}

function withoutHash(name: string, hash: string): string {
  return name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name
}
