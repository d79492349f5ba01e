// Gives the proxy the environment of its cluster and network (istio-injection.md, 7.1).

import type { Pod } from '../lib/k8s/pod.ts'
import { nameOf } from '../lib/k8s/pod.ts'
import type { Outcome, PodFacts } from './rule.ts'
import { variable, withSidecarEnvironment } from './sidecar.ts'

/** Replaces the sidecar's variables of these names: they go to the end of the list, sorted, with plain values. */
export function applyClusterEnvironment(pod: Pod, { environment }: PodFacts): Outcome {
  if (environment.size === 0) return { pod }
  const added = [...environment].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => variable(name, value))
  return { pod: withSidecarEnvironment(pod, env => [...env.filter(entry => !environment.has(nameOf(entry))), ...added]) }
}
