// Finds causes for which a finished pod cannot start or work with the proxy, although the webhook creates the same pod.

import { PROXY, STOCK_CONTAINERS } from '../lib/istio/names.ts'
import { RESERVED_PORTS } from '../lib/istio/reserved-ports.ts'
import { CONTAINER_LISTS, type Container, containersOf, listOf, nameOf } from '../lib/k8s/pod.ts'
import { at, type Diagnostic, get, isObject, type JsonObject, stringAt } from '../lib/model/index.ts'

type Finding = Pick<Diagnostic, 'code' | 'message' | 'hint' | 'field'>

/** The user of the proxy in Istio's templates; traffic of this user is not redirected. */
const PROXY_USER = 1337

/**
 * Warnings about a pod template after injection; their fields are paths in the template.
 * @example lintPod({ spec: { os: { name: 'windows' }, containers: [{ name: 'istio-proxy' }] } })[0]?.code // 'windows-pod'
 */
export function lintPod(pod: JsonObject): Finding[] {
  const proxy = CONTAINER_LISTS.flatMap(list => containersOf(pod, list)).find(container => nameOf(container) === PROXY)
  return [...(proxy === undefined ? [] : [...usersOfProxy(pod, proxy), ...portsOfProxy(pod), ...onWindows(pod)]), ...volumesWithSources(pod)]
}

interface Own {
  readonly container: Container
  readonly path: readonly (string | number)[]
}

function ownContainers(pod: JsonObject): Own[] {
  return CONTAINER_LISTS.flatMap(list => containersOf(pod, list).map((container, i) => ({ container, path: ['spec', list, i] }))).filter(
    ({ container }) => !STOCK_CONTAINERS.has(nameOf(container)),
  )
}

function usersOfProxy(pod: JsonObject, proxy: Container): Finding[] {
  const userOf = (container: Container) => at(container, ['securityContext', 'runAsUser']) ?? at(pod, ['spec', 'securityContext', 'runAsUser'])
  const user = at(proxy, ['securityContext', 'runAsUser']) ?? PROXY_USER
  return ownContainers(pod)
    .filter(({ container }) => user !== 0 && userOf(container) === user)
    .map(({ container, path }) => ({
      code: 'proxy-user-shared',
      message: `container ${JSON.stringify(nameOf(container))} runs as user ${String(user)}, like the proxy, so its traffic bypasses the proxy`,
      hint: 'give the application another `runAsUser`',
      field: [...path, 'securityContext', 'runAsUser'],
    }))
}

function portsOfProxy(pod: JsonObject): Finding[] {
  return ownContainers(pod).flatMap(({ container, path }) =>
    listOf(container, 'ports').flatMap((port, i) => {
      const number = get(port, 'containerPort')
      const purpose = typeof number === 'number' ? RESERVED_PORTS.get(number) : undefined
      if (purpose === undefined) return []
      const message = `container ${JSON.stringify(nameOf(container))} declares port ${String(number)}, which Istio uses itself (${purpose})`
      return [{ code: 'port-reserved' as const, message, hint: 'change the port of the application', field: [...path, 'ports', i, 'containerPort'] }]
    }),
  )
}

function onWindows(pod: JsonObject): Finding[] {
  const isWindows = stringAt(pod, ['spec', 'os', 'name']) === 'windows'
  if (!isWindows && stringAt(pod, ['spec', 'nodeSelector', 'kubernetes.io/os']) !== 'windows') return []
  const field = isWindows ? ['spec', 'os', 'name'] : ['spec', 'nodeSelector', 'kubernetes.io/os']
  const message = 'the pod is for Windows, and the injected containers are for Linux: it never starts'
  return [{ code: 'windows-pod', message, hint: 'label the pod `sidecar.istio.io/inject: "false"`', field }]
}

function volumesWithSources(pod: JsonObject): Finding[] {
  const volumes = at(pod, ['spec', 'volumes'])
  return (Array.isArray(volumes) ? volumes : []).flatMap((volume, i) => {
    const sources = isObject(volume) ? Object.entries(volume).filter(([key, value]) => key !== 'name' && value !== null) : []
    if (sources.length < 2) return []
    const message = `volume ${JSON.stringify(stringAt(volume, ['name']) ?? '')} has more than one source (${sources.map(([key]) => key).join(', ')}): Kubernetes rejects the pod`
    return [
      {
        code: 'volume-sources' as const,
        message,
        hint: 'remove one of the sources; if a template wrote the other one, rename your own volume',
        field: ['spec', 'volumes', i],
      },
    ]
  })
}
