// Finds the injected sidecars of a pod template: Istio's proxy with its version, and others.

import { injectionStatus } from '../lib/istio/earlier-injection.ts'
import { PROXY } from '../lib/istio/names.ts'
import { type Container, containersOf, nameOf, type Pod, textOf } from '../lib/k8s/pod.ts'
import { stringAt } from '../lib/model/index.ts'
import type { FleetProxy, FleetSidecar } from './types.ts'

export interface Sidecars {
  readonly proxy?: FleetProxy
  readonly others: readonly FleetSidecar[]
}

/**
 * The injected containers that keep running: containers, and init containers with `restartPolicy: Always`. Sidecars of an injection that cannot be removed,
 * such as one of `istioctl kube-inject`, are recognised by Istio's status annotation.
 * @param pods the template without injection and with it; the same if nothing is injected
 * @example sidecarsOf({ before, after }).proxy // { image: 'docker.io/istio/proxyv2:1.31.0', version: '1.31.0', native: true }
 */
export function sidecarsOf({ before, after }: { readonly before: Pod; readonly after: Pod }): Sidecars {
  const status = injectionStatus(before)
  const own = new Map([...containersOf(before), ...containersOf(before, 'initContainers')].map(container => [nameOf(container), textOf(container, 'image')]))
  for (const name of [...(status?.containers ?? []), ...(status?.initContainers ?? [])]) own.delete(name)
  const injected = (container: Container) => own.get(nameOf(container)) !== textOf(container, 'image')
  const running = [
    ...containersOf(after)
      .filter(injected)
      .map(container => sidecarOf(container, false)),
    ...containersOf(after, 'initContainers')
      .filter(container => injected(container) && stringAt(container, ['restartPolicy']) === 'Always')
      .map(container => sidecarOf(container, true)),
  ]
  const proxy = running.find(({ name }) => name === PROXY)
  return { ...(proxy === undefined ? {} : { proxy: proxyOf(proxy) }), others: running.filter(sidecar => sidecar !== proxy) }
}

function sidecarOf(container: Container, native: boolean): FleetSidecar {
  return { name: nameOf(container), image: textOf(container, 'image'), native }
}

function proxyOf({ image, native }: FleetSidecar): FleetProxy {
  const version = versionOf(image)
  return { image, ...(version === undefined ? {} : { version }), native }
}

/**
 * The version in the tag of a proxy's image; undefined if it has no tag.
 * @example versionOf('registry.example.com:5000/proxyv2:1.31.0-distroless') // '1.31.0'
 */
function versionOf(image: string): string | undefined {
  const [reference = ''] = image.split('@')
  const [, tag] = /:([^:/]+)$/.exec(reference) ?? []
  return tag?.replace(/-(?:distroless|debug)$/, '')
}
