// Sets the API server's defaults of a Pod that a pod template does not get (api-server-defaults.md, "Pod only"): requests from limits, host ports, service links.
import { get, isObject, type JsonObject } from '../../model/index.ts'
import { type Container, containersOf, listOf, type Pod } from '../pod.ts'
import { amountsOf, type ResourceList, totalOf } from './resource-list.ts'

/** The new `spec` of a pod, as `{spec}`; undefined where the pod lacks nothing. */
export function podOnly(pod: Pod): JsonObject | undefined {
  const { spec } = pod
  if (!isObject(spec)) return undefined
  const hostNetwork = spec.hostNetwork === true
  const changed: JsonObject = {}
  for (const list of ['initContainers', 'containers'] as const) {
    const before = containersOf(pod, list)
    if (!hostNetwork && !before.some(({ resources }) => isObject(get(resources, 'limits')))) continue
    const after = before.map(container => withHostPorts(withRequests(container), hostNetwork))
    if (after.some((container, i) => container !== before[i])) changed[list] = after
  }
  if (spec.enableServiceLinks === undefined) changed.enableServiceLinks = true
  if (isObject(spec.resources)) {
    const resources = podResources({ ...pod, spec: { ...spec, ...changed } }, spec.resources)
    if (resources !== spec.resources) changed.resources = resources
  }
  return Object.keys(changed).length === 0 ? undefined : { spec: { ...spec, ...changed } }
}

/** A resource with a limit and without a request gets the limit as its request. */
function withRequests(container: Container): Container {
  const limits = amountsOf(container, 'limits')
  const requests = amountsOf(container, 'requests')
  if (Object.keys(limits).every(name => Object.hasOwn(requests, name))) return container
  const missing = Object.entries(limits).filter(([name]) => !Object.hasOwn(requests, name))
  const { limits: given, requests: _, ...rest } = container.resources as JsonObject
  return { ...container, resources: { limits: given ?? {}, requests: { ...requests, ...Object.fromEntries(missing) }, ...rest } }
}

function withHostPorts(container: Container, hostNetwork: boolean): Container {
  const ports = hostNetwork ? listOf(container, 'ports') : []
  if (!ports.some(port => port.hostPort === undefined)) return container
  const bound = ports.map(({ name, ...port }) => ({ ...(name === undefined ? {} : { name }), hostPort: port.containerPort ?? 0, ...port }))
  return { ...container, ports: bound }
}

const HUGE_PAGES = 'hugepages-'

/** The pod's own limits and requests (pod-level resources), completed from its containers'. */
function podResources(pod: Pod, given: JsonObject): JsonObject {
  const limits = amountsOf(pod.spec, 'limits')
  const requests = amountsOf(pod.spec, 'requests')
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return given
  const hugePages = Object.entries(totalOf(pod, 'limits')).filter(([name]) => name.startsWith(HUGE_PAGES) && !Object.hasOwn(requests, name))
  const allLimits: ResourceList = { ...Object.fromEntries(hugePages), ...limits }
  const requested = Object.entries(totalOf(pod, 'requests')).filter(([name]) => name === 'cpu' || name === 'memory')
  const limited = Object.entries(allLimits).filter(([name]) => name === 'cpu' || name === 'memory' || name.startsWith(HUGE_PAGES))
  const allRequests: ResourceList = { ...Object.fromEntries(limited), ...Object.fromEntries(requested), ...requests }
  const { limits: _limits, requests: _requests, ...rest } = given
  return { ...nonEmpty('limits', allLimits), ...nonEmpty('requests', allRequests), ...rest }
}

function nonEmpty(field: string, list: ResourceList): JsonObject {
  return Object.keys(list).length === 0 ? {} : { [field]: list as JsonObject }
}
