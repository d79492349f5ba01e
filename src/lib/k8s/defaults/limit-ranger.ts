// The LimitRanger plugin: limits and requests that a namespace's LimitRanges give to containers without, and the bounds that they set.
import { get, isObject, type Json, type JsonObject } from '../../model/index.ts'
import { annotationsOf, type Container, type ContainerList, containersOf, listOf, nameOf, type Pod, textOf, withContainers, withMetadata } from '../pod.ts'
import { canonicalQuantity, compareQuantities, parseQuantity } from '../quantity.ts'
import { AdmissionError, type ClusterFacts, namespaceOf, objectsOf } from './cluster-facts.ts'
import { amountsOf, type ResourceList } from './resource-list.ts'

const ANNOTATION = 'kubernetes.io/limit-ranger'
const LISTS: readonly (readonly [list: ContainerList, title: string])[] = [
  ['containers', 'container'],
  ['initContainers', 'init container'],
]

/** Sets missing requests and limits of containers from the namespace's LimitRanges; an annotation lists them. */
export function admitLimits(pod: Pod, facts: ClusterFacts): Pod {
  let result = pod
  for (const range of objectsOf(facts, 'LimitRange', namespaceOf(pod))) result = applyRange(result, defaultsOf(range))
  return result
}

/**
 * Checks what each container requests and is limited to against the namespace's LimitRanges. The API server does so when all mutations are done.
 * @throws AdmissionError
 */
export function checkLimits(pod: Pod, facts: ClusterFacts): void {
  for (const range of objectsOf(facts, 'LimitRange', namespaceOf(pod))) {
    const items = itemsOf(range)
    const problems = LISTS.flatMap(([list]) => containersOf(pod, list).flatMap(container => items.flatMap(item => problemsOf(container, item))))
    const [first] = problems
    if (first !== undefined) throw new AdmissionError(pod, problems.length === 1 ? first : `[${problems.join(', ')}]`)
  }
}

interface Defaults {
  readonly limits: ResourceList
  readonly requests: ResourceList
}

/** The container items of a LimitRange. */
function itemsOf(range: JsonObject): readonly JsonObject[] {
  return listOf(range.spec, 'limits').filter(({ type }) => type === 'Container')
}

/** The API server completes a LimitRange: limits from the maxima, requests from the limits, then from the minima. */
function defaultsOf(range: JsonObject): Defaults {
  let [limits, requests]: [ResourceList, ResourceList] = [{}, {}]
  for (const item of itemsOf(range)) {
    const own = { ...listIn(item, 'max'), ...listIn(item, 'default') }
    limits = { ...limits, ...own }
    requests = { ...requests, ...listIn(item, 'min'), ...own, ...listIn(item, 'defaultRequest') }
  }
  return { limits, requests }
}

function listIn(item: JsonObject, field: string): ResourceList {
  const list = get(item, field)
  if (!isObject(list)) return {}
  return Object.fromEntries(Object.entries(list).map(([resource, amount]: [string, Json]) => [resource, canonicalQuantity(String(amount))]))
}

function applyRange(pod: Pod, defaults: Defaults): Pod {
  const notes: string[] = []
  let result = pod
  for (const [list, title] of LISTS) {
    const before = containersOf(result, list)
    const after = before.map(container => withDefaults(container, defaults, what => notes.push(`${what} for ${title} ${nameOf(container)}`)))
    if (after.some((container, i) => container !== before[i])) result = withContainers(result, list, after)
  }
  if (notes.length === 0) return result
  return withMetadata(result, 'annotations', { ...annotationsOf(result), [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` })
}

function withDefaults(container: Container, defaults: Defaults, note: (what: string) => void): Container {
  const [requests, limits] = (['requests', 'limits'] as const).map(field => {
    const given = amountsOf(container, field)
    const missing = Object.keys(defaults[field]).filter(resource => !Object.hasOwn(given, resource))
    if (missing.length === 0) return given
    note(`${missing.sort().join(', ')} ${field === 'requests' ? 'request' : 'limit'}`)
    return { ...given, ...Object.fromEntries(missing.map(resource => [resource, defaults[field][resource] ?? '0'])) }
  })
  if (requests === amountsOf(container, 'requests') && limits === amountsOf(container, 'limits')) return container
  const { limits: _limits, requests: _requests, ...rest } = isObject(container.resources) ? container.resources : {}
  return { ...container, resources: { ...field('limits', limits), ...field('requests', requests), ...rest } }
}

function field(name: string, list: ResourceList | undefined): JsonObject {
  return list === undefined || Object.keys(list).length === 0 ? {} : { [name]: list as JsonObject }
}

/** The API server's sentences about one container and one item. */
function problemsOf(container: Container, item: JsonObject): string[] {
  const limits = amountsOf(container, 'limits')
  const requests = amountsOf(container, 'requests')
  const minima = Object.entries(listIn(item, 'min')).flatMap(([resource, bound]) => {
    const start = `minimum ${resource} usage per Container is ${bound}`
    const [request, limit] = [requests[resource], limits[resource]]
    if (request === undefined) return [`${start}.  No request is specified`]
    if (isLess(request, bound)) return [`${start}, but request is ${request}`]
    return limit !== undefined && isLess(limit, bound) ? [`${start}, but limit is ${limit}`] : []
  })
  const maxima = Object.entries(listIn(item, 'max')).flatMap(([resource, bound]) => {
    const start = `maximum ${resource} usage per ${textOf(item, 'type')} is ${bound}`
    const [request, limit] = [requests[resource], limits[resource]]
    if (limit === undefined) return [`${start}.  No limit is specified`]
    if (isLess(bound, limit)) return [`${start}, but limit is ${limit}`]
    return request !== undefined && isLess(bound, request) ? [`${start}, but request is ${request}`] : []
  })
  return [...minima, ...maxima]
}

function isLess(a: string, b: string): boolean {
  return compareQuantities(parseQuantity(a), parseQuantity(b)) < 0
}
