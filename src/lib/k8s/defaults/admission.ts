// Runs the API server's default mutating admission plugins on a pod, in its order, before policies and webhooks (api-server-defaults.md, "Admission").
import type { Pod } from '../pod.ts'
import { type ClusterFacts, NO_FACTS } from './cluster-facts.ts'
import { admitLimits } from './limit-ranger.ts'
import { admitPriority } from './priority.ts'
import { admitRuntimeClass } from './runtime-class.ts'
import { admitServiceAccount } from './service-account.ts'
import { admitTolerations } from './tolerations.ts'

export { AdmissionError, type ClusterFacts } from './cluster-facts.ts'
export { checkLimits } from './limit-ranger.ts'

const PLUGINS = [admitLimits, admitServiceAccount, admitPriority, admitTolerations, admitRuntimeClass]

/**
 * The pod after the API server's own admission plugins: account, priority, tolerations, what its runtime class and the namespace's LimitRanges add.
 * @param pod with its defaults (`defaultObject`)
 * @param facts what is known of the cluster; what is not known changes nothing
 * @throws AdmissionError in the API server's words where a plugin refuses the pod
 * @example admitPod(pod).spec // {…, serviceAccountName: 'default', priority: 0, tolerations: […]}
 */
export function admitPod(pod: Pod, facts: ClusterFacts = NO_FACTS): Pod {
  return PLUGINS.reduce((admitted, plugin) => plugin(admitted, facts), pod)
}
