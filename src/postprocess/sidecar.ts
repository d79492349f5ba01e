// Finds the proxy in a merged pod and changes its environment (istio-rules.md, 7: "Sidecar").
import { PROXY } from '../lib/istio/names.ts'
import type { Container, ContainerList, Pod } from '../lib/k8s/pod.ts'
import { containersOf, listOf, nameOf, withContainers } from '../lib/k8s/pod.ts'
import type { JsonObject } from '../lib/model/index.ts'

interface Place {
  readonly list: ContainerList
  readonly index: number
}

/** The first container named istio-proxy; a native sidecar is an init container. */
export function sidecarOf(pod: Pod): Container | undefined {
  const place = placeOf(pod)
  return place === undefined ? undefined : containersOf(pod, place.list)[place.index]
}

/** The pod with its sidecar's environment changed; the same pod when it has no sidecar. */
export function withSidecarEnvironment(pod: Pod, change: (env: readonly JsonObject[]) => readonly JsonObject[]): Pod {
  const place = placeOf(pod)
  if (place === undefined) return pod
  const containers = [...containersOf(pod, place.list)]
  const sidecar = containers[place.index]
  containers[place.index] = { ...sidecar, env: [...change(listOf(sidecar, 'env'))] }
  return withContainers(pod, place.list, containers)
}

/** A plain variable as Kubernetes prints it: an empty value is left out. */
export function variable(name: string, value: string): JsonObject {
  return value === '' ? { name } : { name, value }
}

function placeOf(pod: Pod): Place | undefined {
  for (const list of ['containers', 'initContainers'] as const) {
    const index = containersOf(pod, list).findIndex(container => nameOf(container) === PROXY)
    if (index >= 0) return { list, index }
  }
  return undefined
}
