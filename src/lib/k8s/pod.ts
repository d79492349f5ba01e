// Reads and rebuilds the parts of a Pod that injection works on; the pod has been decoded with its types before (pod-schema.json).
import type { Json, JsonObject } from '../model/index.ts'
import { get, isObject } from '../model/index.ts'

export type Pod = JsonObject
export type Container = JsonObject
/** Labels or annotations. */
export type StringMap = Readonly<Record<string, string>>
export type ContainerList = 'containers' | 'initContainers'

/** The lists of containers in a pod's spec, without ephemeral ones. */
export const CONTAINER_LISTS = ['containers', 'initContainers'] as const

/** All lists of containers in a pod's spec, ephemeral ones included. */
export const ALL_CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const

const NONE: readonly Container[] = []
const NO_ENTRIES: StringMap = {}

/** The pod's annotations; look one up with `annotation` or `get`. */
export function annotationsOf(pod: Json | undefined): StringMap {
  return (get(get(pod, 'metadata'), 'annotations') ?? NO_ENTRIES) as StringMap
}

/** The pod's labels. */
export function labelsOf(pod: Json | undefined): StringMap {
  return (get(get(pod, 'metadata'), 'labels') ?? NO_ENTRIES) as StringMap
}

/** The value of an annotation, also an empty one; undefined when the key is absent. */
export function annotation(pod: Json | undefined, name: string): string | undefined {
  return get(get(get(pod, 'metadata'), 'annotations'), name) as string | undefined
}

/** The pod's containers or init containers, never null. */
export function containersOf(pod: Json | undefined, list: ContainerList = 'containers'): readonly Container[] {
  const found = get(get(pod, 'spec'), list)
  return Array.isArray(found) ? (found as Container[]) : NONE
}

/** The objects of a list field such as `env` or `ports`, never null. */
export function listOf(value: Json | undefined, field: string): readonly JsonObject[] {
  const found = get(value, field)
  return Array.isArray(found) ? (found as JsonObject[]) : NONE
}

/** A text field, '' when it is absent as in Go. */
export function textOf(value: Json | undefined, field: string): string {
  const found = get(value, field)
  return typeof found === 'string' ? found : ''
}

/** The name of a container or another named object; '' if it has none. */
export function nameOf(value: Json | undefined): string {
  return textOf(value, 'name')
}

/** The first container with a name. */
export function containerNamed(containers: readonly Container[], name: string): Container | undefined {
  return containers.find(container => nameOf(container) === name)
}

/** The list in which a container of a name stands: `containers`, or if it is not there, `initContainers`. */
export function containerListWith(pod: Pod, name: string): ContainerList {
  return containerNamed(containersOf(pod), name) === undefined ? 'initContainers' : 'containers'
}

/** The first container of each name. */
export function containersByName(containers: readonly Container[]): ReadonlyMap<string, Container> {
  const named = new Map<string, Container>()
  for (const container of containers) if (!named.has(nameOf(container))) named.set(nameOf(container), container)
  return named
}

/** The pod with other annotations or labels. An empty map is left out, as Kubernetes prints it. */
export function withMetadata(pod: Pod, field: 'annotations' | 'labels', entries: StringMap): Pod {
  const metadata = { ...(isObject(pod.metadata) ? pod.metadata : {}) }
  if (Object.keys(entries).length > 0) metadata[field] = entries as JsonObject
  else delete metadata[field]
  return { ...pod, metadata }
}

/** The pod with another list of containers. */
export function withContainers(pod: Pod, list: ContainerList, containers: readonly Container[]): Pod {
  const spec = { ...(isObject(pod.spec) ? pod.spec : {}) }
  if (containers.length > 0 || list === 'containers') spec[list] = [...containers]
  else delete spec[list]
  return { ...pod, spec }
}

/** Removes `resources: {}`, which Go prints for every container and which means nothing in a manifest. */
export function withoutEmptyResources(pod: Pod): Pod {
  const lists = CONTAINER_LISTS.filter(list => containersOf(pod, list).some(hasEmptyResources))
  return lists.reduce((result, list) => withContainers(result, list, containersOf(pod, list).map(withoutEmpty)), pod)
}

function withoutEmpty(container: Container): Container {
  if (!hasEmptyResources(container)) return container
  const { resources: _, ...rest } = container
  return rest
}

function hasEmptyResources({ resources }: Container): boolean {
  return isObject(resources) && Object.keys(resources).length === 0
}
