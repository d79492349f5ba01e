// Compares rendered workloads with running pods: of a file, of standard input, or of a cluster.

import { compareWith, type DriftReport, type Rendered } from '../../drift/drift.ts'
import { type ConnectOptions, connect } from './connect.ts'
import { podsIn } from './pods-file.ts'
import { eachRunningPod } from './running-pods.ts'

export interface ClusterOptions {
  readonly kubeconfig?: string
  readonly context?: string
  /** Seconds. */
  readonly timeout?: string
}

export interface PodsOptions extends ClusterOptions {
  /** A file that holds running pods, or `-`. */
  readonly pods?: string
  /** Whether to compare with the pods that run in the cluster. */
  readonly running?: boolean
}

/**
 * Compares rendered workloads with the pods of a file, or of the cluster if no file is named.
 * @throws InjectError `file-unreadable`, `pods-invalid`, `cluster-…`
 * @example (await compareRunning(rendered, { pods: 'pods.json' })).workloads[0].same // 3
 */
export async function compareRunning(rendered: readonly Rendered[], options: PodsOptions): Promise<DriftReport> {
  const comparison = compareWith(rendered)
  if (options.pods !== undefined) for (const pod of podsIn(options.pods)) comparison.add(pod)
  else {
    const namespaces = new Set(rendered.map(({ workload }) => workload.namespace))
    await eachRunningPod(await connect(connectOptions(options)), [...namespaces].sort(), comparison.add)
  }
  return comparison.report()
}

/** Connection to a cluster, from the options of a command. */
export function connectOptions({ kubeconfig, context, timeout }: ClusterOptions): ConnectOptions {
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...(timeout === undefined ? {} : { timeoutMs: Number(timeout) * 1000 }),
  }
}
