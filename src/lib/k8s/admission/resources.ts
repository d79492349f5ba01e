// Maps kinds with pods to their resource names in the API.

import type { GroupVersionKind, GroupVersionResource } from './request.ts'

/**
 * Kind and resource of an object, as a request names them; undefined for a kind whose plural is not known.
 * @example requestNames('apps/v1', 'Deployment')?.resource.resource // 'deployments'
 */
export function requestNames(apiVersion: string, kind: string): { readonly kind: GroupVersionKind; readonly resource: GroupVersionResource } | undefined {
  const slash = apiVersion.indexOf('/')
  const [group, version] = slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)]
  const resource = PLURALS.get(`${group}/${kind}`)
  return resource === undefined ? undefined : { kind: { group, version, kind }, resource: { group, version, resource } }
}

/**
 * The kinds that resources of a rule mean, `*` all of them.
 * @example requestKinds(['pods', 'deployments/scale']) // ['Pod']
 */
export function requestKinds(resources: readonly string[]): string[] {
  return [...PLURALS]
    .filter(([, plural]) => resources.some(resource => resource === '*' || resource === '*/*' || resource === plural || resource === `${plural}/*`))
    .map(([name]) => name.slice(name.indexOf('/') + 1))
}

const PLURALS: ReadonlyMap<string, string> = new Map([
  ['/Pod', 'pods'],
  ['/ReplicationController', 'replicationcontrollers'],
  ...['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob'].map(
    name => [name, `${name.slice(name.indexOf('/') + 1).toLowerCase()}s`] as const,
  ),
])
