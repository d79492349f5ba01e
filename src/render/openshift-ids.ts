// Removes the ids that OpenShift sets in every container from a user's own proxy container (istio-rules.md, 7.0).
import { INIT, PROXY, VALIDATION } from '../lib/istio/names.ts'
import type { Container, ContainerList, Pod } from '../lib/k8s/pod.ts'
import { containerNamed, containersOf, nameOf, withContainers } from '../lib/k8s/pod.ts'
import type { Json, JsonObject } from '../lib/model/index.ts'
import { at, get, isObject } from '../lib/model/index.ts'

/** The pod without user and group in istio-proxy if its user is that of the application: OpenShift's admission has set both. */
export function withoutSharedIds(pod: Pod): Pod {
  const list: ContainerList = containerNamed(containersOf(pod), PROXY) !== undefined ? 'containers' : 'initContainers'
  const proxy = containerNamed(containersOf(pod, list), PROXY)
  const context = get(proxy, 'securityContext')
  if (proxy === undefined || !isObject(context) || (get(context, 'runAsUser') ?? 0) !== applicationUser(pod)) return pod
  const { runAsUser: _user, runAsGroup: _group, ...securityContext } = context
  const changed: JsonObject = { ...proxy, securityContext }
  return withContainers(
    pod,
    list,
    containersOf(pod, list).map(container => (container === proxy ? changed : container)),
  )
}

const ISTIO: readonly string[] = [PROXY, VALIDATION, INIT]

/** The user of the last container that sets one; 0 when none does. */
function applicationUser(pod: Pod): Json {
  const containers: readonly Container[] = [...containersOf(pod), ...containersOf(pod, 'initContainers')]
  const setting = containers.findLast(container => !ISTIO.includes(nameOf(container)) && typeof userOf(container) === 'number')
  return userOf(setting) ?? 0
}

function userOf(container: Container | undefined): Json | undefined {
  return at(container, ['securityContext', 'runAsUser'])
}
