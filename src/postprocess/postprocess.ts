// Applies Istio's rules to the merged pod, in Istio's order (istio-rules.md, 6.5.4 and 7).
import type { Pod } from '../lib/k8s/pod.ts'
import { append, type Diagnostic, type Observe } from '../lib/model/index.ts'
import { applyClusterEnvironment } from './cluster-environment.ts'
import { applyMetadata } from './metadata.ts'
import { orderContainers } from './order.ts'
import { applyProbeRewrite } from './probes.ts'
import { applyPrometheusMerge, applySecureMetrics } from './prometheus.ts'
import type { PodFacts, Rule } from './rule.ts'
import { applyUserIds } from './user-ids.ts'

/** The rules in Istio's order, each with the name that users see. */
const RULES: readonly (readonly [name: string, rule: Rule])[] = [
  ['user ids', applyUserIds],
  ['cluster environment', applyClusterEnvironment],
  ['Prometheus', applyPrometheusMerge],
  ['secure metrics', applySecureMetrics],
  ['probes', applyProbeRewrite],
  ['metadata', applyMetadata],
  ['order', orderContainers],
]

/**
 * Applies Istio's pod rules to a pod after merging.
 * @throws InjectError with Istio's text (`invalid prometheus scrape configuration: …`)
 * @example
 * const { pod, warnings } = postprocess(merged, facts)
 */
export function postprocess(merged: Pod, facts: PodFacts, observe?: Observe): { readonly pod: Pod; readonly warnings: readonly Diagnostic[] } {
  let pod = merged
  const warnings: Diagnostic[] = []
  for (const [name, rule] of RULES) {
    const outcome = rule(pod, facts)
    pod = outcome.pod
    observe?.({ kind: 'rule', rule: name }, pod)
    if (outcome.warnings !== undefined) append(warnings, outcome.warnings)
  }
  return { pod, warnings }
}
