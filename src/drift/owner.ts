// Finds the workload of a running pod by its controlling owner. If a controller made that owner, its name leads to the workload.

import { labelsOf, type Pod } from '../lib/k8s/pod.ts'
import { at, isObject, type JsonObject, stringAt } from '../lib/model/index.ts'

/**
 * The possible keys of the workload, the most likely first: `NAMESPACE/KIND/NAME`.
 * @example workloadKeys(pod) // ['shop/Deployment/web', 'shop/ReplicaSet/web-5d9f7c6b4']
 */
export function workloadKeys(pod: Pod): string[] {
  const namespace = stringAt(pod, ['metadata', 'namespace']) ?? 'default'
  const owner = controllerOf(pod)
  if (owner === undefined) return [workloadKey(namespace, 'Pod', stringAt(pod, ['metadata', 'name']) ?? '')]
  const kind = stringAt(owner, ['kind']) ?? ''
  const name = stringAt(owner, ['name']) ?? ''
  return [...makersOf(pod, kind, name), [kind, name] as const].map(([ownerKind, ownerName]) => workloadKey(namespace, ownerKind, ownerName))
}

/** The key of a workload: `shop/Deployment/web`. */
export function workloadKey(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`
}

function controllerOf(pod: Pod): JsonObject | undefined {
  const owners = at(pod, ['metadata', 'ownerReferences'])
  return Array.isArray(owners) ? owners.filter(isObject).find(({ controller }) => controller === true) : undefined
}

type Named = readonly [kind: string, name: string]

/** Workloads that may have created the owner, derived from its generated name. */
function makersOf(pod: Pod, kind: string, name: string): Named[] {
  const labels = new Map(Object.entries(labelsOf(pod)))
  const without = (suffix: string | undefined): string | undefined =>
    suffix !== undefined && name.endsWith(`-${suffix}`) ? name.slice(0, -suffix.length - 1) : undefined
  const named = (maker: string, makerName: string | undefined): Named[] => (makerName === undefined ? [] : [[maker, makerName]])
  switch (kind) {
    case 'ReplicaSet':
      return [...named('Deployment', without(labels.get('pod-template-hash'))), ...named('Rollout', without(labels.get('rollouts-pod-template-hash')))]
    case 'ReplicationController':
      return named('DeploymentConfig', labels.get('deploymentconfig'))
    case 'Job':
      // A CronJob's Job has the time behind its name, in minutes.
      return named('CronJob', /^(.+)-\d{8,10}$/.exec(name)?.[1])
    default:
      return []
  }
}
