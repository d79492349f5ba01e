// Adds the user and group ids that the webhook's JSON patch fails to remove on OpenShift (istio-rules.md, 7.7).

import { CONTAINER_LISTS, containersOf, nameOf, type Pod, withContainers } from '../lib/k8s/pod.ts'
import type { JsonObject } from '../lib/model/index.ts'
import { get, isObject, warning } from '../lib/model/index.ts'
import type { Outcome } from './rule.ts'

export interface PatchedPod {
  /** The pod from the API server. */
  readonly received: Pod
  /** The pod with which istiod compares: without the ids that the proxy shares with the application. */
  readonly base: Pod
  /** The pod that istiod wants. */
  readonly pod: Pod
}

/**
 * The pod after istiod's JSON patch. istiod computes the patch from `base`, the API server applies it to `received`, and both go by the position of
 * containers: an id that only `received` has stays with whichever container has that position in the end. A warning names it.
 * @example withLeftoverIds({ received, base: withoutSharedIds(received), pod }).pod
 */
export function withLeftoverIds({ received, base, pod }: PatchedPod): Outcome {
  if (base === received) return { pod }
  const list = CONTAINER_LISTS.find(name => containersOf(received, name) !== containersOf(base, name)) ?? 'containers'
  const before = containersOf(base, list)
  const position = containersOf(received, list).findIndex((container, i) => container !== before[i])
  const own = get(containersOf(received, list)[position], 'securityContext')
  const container = containersOf(pod, list)[position]
  const context = get(container, 'securityContext')
  if (container === undefined || !isObject(own) || !isObject(context)) return { pod }
  const left = LOST_IDS.filter(id => Object.hasOwn(own, id) && !Object.hasOwn(context, id))
  if (left.length === 0) return { pod }
  const ids: JsonObject = Object.fromEntries(left.map(id => [id, own[id] ?? 0]))
  const containers = containersOf(pod, list).with(position, { ...container, securityContext: { ...context, ...ids } })
  const [name, proxy] = [nameOf(container), nameOf(containersOf(received, list)[position])]
  const shown = left.map(id => `${id}: ${ids[id]}`).join(', ')
  const message =
    name === proxy
      ? `container ${name} keeps ${shown}, though Istio takes the ids off that it shares with the application: the patch of Istio's webhook does not remove them`
      : `container ${name} gets ${shown} of the container ${proxy}, which stood in its place: the patch of Istio's webhook does not remove it`
  const hint = `leave ${left.join(' and ')} out of the container ${proxy}, or put it last`
  return { pod: withContainers(pod, list, containers), warnings: [warning({ code: 'ids-left-over', message, hint, field: ['spec', list, position] })] }
}

/** Ids that withoutSharedIds removes. */
const LOST_IDS = ['runAsUser', 'runAsGroup'] as const
