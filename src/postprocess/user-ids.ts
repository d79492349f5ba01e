// Copies the user and group ids of a user's own istio-proxy container to the containers that set up its traffic (istio-rules.md, 6.5.4).
import { INIT, INTERCEPTION_MODE, PROXY, VALIDATION } from '../lib/istio/names.ts'
import type { Container, ContainerList, Pod } from '../lib/k8s/pod.ts'
import { annotation, containerNamed, containersOf, nameOf, withContainers } from '../lib/k8s/pod.ts'
import type { Json, JsonObject } from '../lib/model/index.ts'
import { get, isObject, warning } from '../lib/model/index.ts'
import type { Outcome, PodFacts } from './rule.ts'

interface Ids {
  readonly runAsUser: Json | undefined
  readonly runAsGroup: Json | undefined
}

/** The rule that copies the ids of a user's own proxy container. */
export function applyUserIds(pod: Pod, { original, tproxy }: PodFacts): Outcome {
  const ids = userIds(original)
  if (ids === undefined) return { pod }
  const rules = [INIT, VALIDATION].find(name => containerNamed(containersOf(pod, 'initContainers'), name) !== undefined)
  if (rules === undefined) {
    const message = 'the istio-proxy container sets runAsUser or runAsGroup, but no istio-init or istio-validation container was injected that could follow it'
    return { pod, warnings: [warning({ code: 'proxy-user-unused', message })] }
  }
  const asTproxy = tproxy || annotation(pod, INTERCEPTION_MODE) === 'TPROXY'
  let result = pod
  // Only root can use TPROXY.
  if (asTproxy && ids.runAsUser !== undefined) result = changeProxy(result, container => withIds(container, { runAsUser: 0, runAsGroup: undefined }))
  return { pod: changeFirst(result, 'initContainers', rules, container => followUser(container, ids, asTproxy)) }
}

/** The ids that the user's own proxy container sets, if it sets any. */
function userIds(original: Pod): Ids | undefined {
  const proxy = containerNamed(containersOf(original), PROXY) ?? containerNamed(containersOf(original, 'initContainers'), PROXY)
  const context = get(proxy, 'securityContext')
  const ids = { runAsUser: get(context, 'runAsUser') ?? undefined, runAsGroup: get(context, 'runAsGroup') ?? undefined }
  return ids.runAsUser === undefined && ids.runAsGroup === undefined ? undefined : ids
}

function followUser(container: Container, ids: Ids, tproxy: boolean): Container {
  const result = !tproxy && nameOf(container) === VALIDATION ? withIds(container, ids) : container
  if (typeof ids.runAsUser !== 'number' || ids.runAsUser === 0) return result
  const args = Array.isArray(result.args) ? [...result.args] : []
  const flag = args.indexOf('-u')
  if (flag < 0 || flag + 1 >= args.length) return result
  args[flag + 1] = String(ids.runAsUser)
  return { ...result, args }
}

function withIds(container: Container, ids: Ids): Container {
  const securityContext: JsonObject = { ...(isObject(container.securityContext) ? container.securityContext : {}) }
  if (ids.runAsUser !== undefined) securityContext.runAsUser = ids.runAsUser
  if (ids.runAsGroup !== undefined) securityContext.runAsGroup = ids.runAsGroup
  return { ...container, securityContext }
}

function changeProxy(pod: Pod, change: (container: Container) => Container): Pod {
  const list = containerNamed(containersOf(pod), PROXY) !== undefined ? 'containers' : 'initContainers'
  return changeFirst(pod, list, PROXY, change)
}

function changeFirst(pod: Pod, list: ContainerList, name: string, change: (container: Container) => Container): Pod {
  const containers = [...containersOf(pod, list)]
  const index = containers.findIndex(container => nameOf(container) === name)
  const found = containers[index]
  if (found === undefined) return pod
  containers[index] = change(found)
  return withContainers(pod, list, containers)
}
