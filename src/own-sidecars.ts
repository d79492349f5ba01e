// Removes the sidecars of users' own injectors from a pod without a record, so that injecting it again changes nothing.

import { CONTAINER_LISTS, containersOf, listOf, nameOf, type Pod, withContainers } from './lib/k8s/pod.ts'
import { isObject, type Json } from './lib/model/index.ts'
import type { Contribution } from './merge/conflicts.ts'

/** Istio's name as an injector, which no own injector may have. */
const ISTIO = 'istio'

/**
 * A guess at a pod before its own sidecars were injected: the pod without the containers and volumes that the injectors' templates define. Callers verify it
 * by injecting the result, because a user's own container of the same name is removed as well.
 *
 * @param contributions the pods that the injectors rendered for the present pod
 * @returns undefined if the pod has none of the containers
 * @example withoutOwnSidecars(pod, [{ injector: 'log-shipper', pods: [{ spec: { containers: [{ name: 'log-shipper', image: 'fluent-bit' }] } }] }])
 */
export function withoutOwnSidecars(pod: Pod, contributions: readonly Contribution[]): Pod | undefined {
  const pods = contributions.filter(({ injector }) => injector !== ISTIO).flatMap(({ pods: rendered }) => rendered)
  // A template changes a user's container without naming its image.
  const names = new Set(CONTAINER_LISTS.flatMap(list => pods.flatMap(rendered => containersOf(rendered, list).filter(isDefined).map(nameOf))))
  const volumes = new Set(pods.flatMap(({ spec }) => listOf(spec, 'volumes').map(nameOf)))
  const kept = CONTAINER_LISTS.map(list => containersOf(pod, list).filter(container => !names.has(nameOf(container))))
  if (CONTAINER_LISTS.every((list, i) => kept[i]?.length === containersOf(pod, list).length)) return undefined
  const bare = CONTAINER_LISTS.reduce((result, list, i) => withContainers(result, list, kept[i] ?? []), pod)
  return withoutVolumes(bare, volumes)
}

function isDefined(container: Json): boolean {
  return isObject(container) && container.image !== undefined
}

function withoutVolumes(pod: Pod, names: ReadonlySet<string>): Pod {
  const { volumes: _, ...spec } = isObject(pod.spec) ? pod.spec : {}
  const kept = listOf(pod.spec, 'volumes').filter(volume => !names.has(nameOf(volume)))
  return { ...pod, spec: kept.length === 0 ? spec : { ...spec, volumes: kept } }
}
