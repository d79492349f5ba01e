// Istio's rules for the merged pod, in Istio's order (istio-rules.md, 6.5.4 and 7).
import type { Pod } from '../lib/k8s/pod.ts'
import { append, type Diagnostic } from '../lib/model/index.ts'
import { applyClusterEnvironment } from './cluster-environment.ts'
import { applyMetadata } from './metadata.ts'
import { orderContainers } from './order.ts'
import { applyProbeRewrite } from './probes.ts'
import { applyPrometheusMerge, applySecureMetrics } from './prometheus.ts'
import type { PodFacts, Rule } from './rule.ts'
import { applyUserIds } from './user-ids.ts'

const RULES: readonly Rule[] = [
  applyUserIds,
  applyClusterEnvironment,
  applyPrometheusMerge,
  applySecureMetrics,
  applyProbeRewrite,
  applyMetadata,
  orderContainers,
]

/**
 * Applies Istio's pod rules to a pod after merging.
 *
 * Throws InjectError with Istio's text (`invalid prometheus scrape configuration: …`).
 *
 * @example
 * const { pod, warnings } = postprocess(merged, facts)
 */
export function postprocess(merged: Pod, facts: PodFacts): { readonly pod: Pod; readonly warnings: readonly Diagnostic[] } {
  let pod = merged
  const warnings: Diagnostic[] = []
  for (const rule of RULES) {
    const outcome = rule(pod, facts)
    pod = outcome.pod
    if (outcome.warnings !== undefined) append(warnings, outcome.warnings)
  }
  return { pod, warnings }
}
