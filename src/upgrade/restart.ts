// Tells whether applying a change of the pod template restarts the workload's pods, as Kubernetes' controllers would.

import { at, type JsonObject, stringAt } from '../lib/model/index.ts'

/** The kinds of restarts in the order of reports: those that need attention first. */
export const RESTARTS = {
  recreate: 'Have to be deleted and created again, because their pods cannot be changed',
  restart: 'Restart, as their update strategy says',
  'on-delete': 'Restart only when their pods are deleted',
  paused: 'Restart when they are resumed, or scaled up from 0',
  'new-pods': 'Keep their pods as they are; new pods are different',
  'next-run': 'Are different from the next run on',
  unknown: 'Belong to a controller that this program does not know',
} as const

export type Restart = keyof typeof RESTARTS

/**
 * The restart of a workload's pods.
 * @example restartOf({ kind: 'CronJob' }) // 'next-run'
 */
export function restartOf(workload: JsonObject): Restart {
  switch (workload.kind) {
    case 'Pod':
    case 'Job':
      return 'recreate'
    case 'CronJob':
      return 'next-run'
    case 'ReplicaSet':
    case 'ReplicationController':
      return 'new-pods'
    case 'Deployment':
    case 'DeploymentConfig':
    case 'Rollout':
      return isPaused(workload) ? 'paused' : 'restart'
    case 'StatefulSet':
    case 'DaemonSet':
      if (isPaused(workload)) return 'paused'
      return stringAt(workload, ['spec', 'updateStrategy', 'type']) === 'OnDelete' ? 'on-delete' : 'restart'
    default:
      return 'unknown'
  }
}

function isPaused(workload: JsonObject): boolean {
  return at(workload, ['spec', 'paused']) === true || at(workload, ['spec', 'replicas']) === 0
}
