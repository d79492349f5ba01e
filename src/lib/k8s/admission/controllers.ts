// Lists the identities with which Kubernetes' controllers create pods.

import type { JsonObject } from '../../model/index.ts'

/**
 * `username` and `groups` of the controller that creates the pods of an owner; undefined for any other owner, or none.
 * @example controllerIdentity('ReplicaSet')?.username // 'system:serviceaccount:kube-system:replicaset-controller'
 */
export function controllerIdentity(ownerKind: string | undefined): JsonObject | undefined {
  return ownerKind === undefined ? undefined : CONTROLLERS.get(ownerKind)
}

const GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated']
const CONTROLLERS: ReadonlyMap<string, JsonObject> = new Map(
  Object.entries({
    ReplicaSet: 'replicaset-controller',
    StatefulSet: 'statefulset-controller',
    DaemonSet: 'daemon-set-controller',
    Job: 'job-controller',
    ReplicationController: 'replication-controller',
  }).map(([owner, controller]) => [owner, { username: `system:serviceaccount:kube-system:${controller}`, groups: GROUPS }]),
)
