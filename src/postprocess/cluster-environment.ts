// Sets the proxy's environment variables for its cluster and network (istio-rules.md, 7.1).

import { CLUSTER_ID_ENV, NETWORK_ENV, NETWORK_LABEL } from '../lib/istio/names.ts'
import type { Pod } from '../lib/k8s/pod.ts'
import { labelsOf, nameOf } from '../lib/k8s/pod.ts'
import type { JsonObject } from '../lib/model/index.ts'
import { stringAt } from '../lib/model/index.ts'
import type { Outcome, PodFacts } from './rule.ts'
import { variable, withSidecarEnvironment } from './sidecar.ts'

export interface EnvironmentFacts {
  /** The original pod. */
  readonly original: Pod
  /** Values in the path of the webhook's URL. */
  readonly path: ReadonlyMap<string, string>
  readonly values: JsonObject
}

/** The variables for the proxy: those of the webhook's path, overridden by cluster and network of values and pod. */
export function clusterEnvironment({ original, path, values }: EnvironmentFacts): ReadonlyMap<string, string> {
  const environment = new Map(path)
  const cluster = path.get(CLUSTER_ID_ENV) || stringAt(values, ['global', 'multiCluster', 'clusterName']) || ''
  // The label counts even where it is empty: then the path's network stands.
  const label = stringAt(labelsOf(original), [NETWORK_LABEL])
  const network = label ?? (path.get(NETWORK_ENV) || stringAt(values, ['global', 'network']) || '')
  if (cluster !== '') environment.set(CLUSTER_ID_ENV, cluster)
  if (network !== '') environment.set(NETWORK_ENV, network)
  return environment
}

/** Replaces the sidecar's variables of these names: they go to the end of the list, sorted, with plain values. */
export function applyClusterEnvironment(pod: Pod, { environment }: PodFacts): Outcome {
  if (environment.size === 0) return { pod }
  const added = [...environment].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => variable(name, value))
  return { pod: withSidecarEnvironment(pod, env => [...env.filter(entry => !environment.has(nameOf(entry))), ...added]) }
}
