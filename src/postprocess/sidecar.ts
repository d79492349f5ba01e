// Finds the proxy in a merged pod and changes its environment (istio-rules.md, 7: "Sidecar").
import { PROXY } from '../lib/istio/names.ts'
import { CONTAINER_LISTS, type Container, type ContainerList, containersOf, listOf, nameOf, type Pod, withContainers } from '../lib/k8s/pod.ts'
import type { JsonObject } from '../lib/model/index.ts'

interface ContainerIndex {
  readonly list: ContainerList
  readonly index: number
}

/** The first container named istio-proxy; a native sidecar is an init container. */
export function sidecarOf(pod: Pod): Container | undefined {
  const found = indexOf(pod)
  return found === undefined ? undefined : containersOf(pod, found.list)[found.index]
}

/** The pod with its sidecar's environment changed; the same pod when it has no sidecar. */
export function withSidecarEnvironment(pod: Pod, change: (env: readonly JsonObject[]) => readonly JsonObject[]): Pod {
  const found = indexOf(pod)
  if (found === undefined) return pod
  const containers = [...containersOf(pod, found.list)]
  const sidecar = containers[found.index]
  containers[found.index] = { ...sidecar, env: [...change(listOf(sidecar, 'env'))] }
  return withContainers(pod, found.list, containers)
}

/** A plain variable as Kubernetes prints it: an empty value is left out. */
export function variable(name: string, value: string): JsonObject {
  return value === '' ? { name } : { name, value }
}

function indexOf(pod: Pod): ContainerIndex | undefined {
  for (const list of CONTAINER_LISTS) {
    const index = containersOf(pod, list).findIndex(container => nameOf(container) === PROXY)
    if (index >= 0) return { list, index }
  }
  return undefined
}
