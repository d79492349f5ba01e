// Recognises the sidecars of users' own injectors in a pod that carries no record of its injection, so that injecting it again changes nothing.

import { type ContainerList, containersOf, listOf, nameOf, type Pod, withContainers } from './lib/k8s/pod.ts'
import { isObject, type Json } from './lib/model/index.ts'
import type { Contribution } from './merge/conflicts.ts'

/** The name under which Istio contributes; no own injector may have it. */
const ISTIO = 'istio'

/**
 * A pod as it may have been before its own sidecars were injected: without the containers and volumes that the injectors' templates define. It is only a
 * guess, to be proven by injecting it: what a user wrote into a container of the same name is gone in it.
 *
 * @param contributions what the injectors rendered for the pod as it is
 * @returns undefined where the pod has none of the containers
 * @example withoutOwnSidecars(pod, [{ injector: 'log-shipper', pods: [{ spec: { containers: [{ name: 'log-shipper', image: 'fluent-bit' }] } }] }])
 */
export function withoutOwnSidecars(pod: Pod, contributions: readonly Contribution[]): Pod | undefined {
  const pods = contributions.filter(({ injector }) => injector !== ISTIO).flatMap(({ pods: rendered }) => rendered)
  // A template changes a user's container without naming its image.
  const names = new Set(LISTS.flatMap(list => pods.flatMap(rendered => containersOf(rendered, list).filter(isDefined).map(nameOf))))
  const volumes = new Set(pods.flatMap(({ spec }) => listOf(spec, 'volumes').map(nameOf)))
  const kept = LISTS.map(list => containersOf(pod, list).filter(container => !names.has(nameOf(container))))
  if (LISTS.every((list, i) => kept[i]?.length === containersOf(pod, list).length)) return undefined
  const bare = LISTS.reduce((result, list, i) => withContainers(result, list, kept[i] ?? []), pod)
  return withoutVolumes(bare, volumes)
}

const LISTS: readonly ContainerList[] = ['containers', 'initContainers']

function isDefined(container: Json): boolean {
  return isObject(container) && container.image !== undefined
}

function withoutVolumes(pod: Pod, names: ReadonlySet<string>): Pod {
  const { volumes: _, ...spec } = isObject(pod.spec) ? pod.spec : {}
  const kept = listOf(pod.spec, 'volumes').filter(volume => !names.has(nameOf(volume)))
  return { ...pod, spec: kept.length === 0 ? spec : { ...spec, volumes: kept } }
}
