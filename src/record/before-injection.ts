// Removes an earlier injection without a record from a pod, before the pod is injected again (istio-rules.md, 6.6).

import type { InjectionStatus, Overrides } from '../lib/istio/earlier-injection.ts'
import { injectionStatus, overridesOf } from '../lib/istio/earlier-injection.ts'
import { KUBE_APP_PROBERS_ENV, NETWORK_LABEL, PROXY, STOCK_CONTAINERS, STOCK_VOLUMES } from '../lib/istio/names.ts'
import { type Container, containerNamed, containersOf, labelsOf, listOf, nameOf, type Pod, textOf, withMetadata } from '../lib/k8s/pod.ts'
import { decodeTyped } from '../lib/k8s/typed.ts'
import { at, get, InjectError, isObject, type Json, type JsonObject } from '../lib/model/index.ts'
import { takeOffByStatus } from './from-status.ts'
import { APP_CONTAINERS_ENV } from './status-claims.ts'

/**
 * The pod before its injection, so that injecting it again, also with a newer configuration, gives the result of a first injection.
 * Returns the pod itself if it has no status, or if its containers were edited since: it is then uncertain what was injected, and the webhook treats the rest
 * as the user's, too.
 * @param options.distrustsStatus whether parts stay that only the status lists, and that have no name of Istio's
 * @throws InjectError `annotation-invalid` if the overrides cannot be read
 * @example injectPod({ ...options, pod: beforeInjection(pod) })
 */
export function beforeInjection(pod: Pod, { distrustsStatus = false }: { readonly distrustsStatus?: boolean | undefined } = {}): Pod {
  const status = injectionStatus(pod)
  if (status === undefined || !isIntact(pod, status, overridesOf(pod))) return pod
  const taken = withoutInjection(pod, !distrustsStatus)
  if (taken === undefined) return pod
  const before = withPullSecretsOf(pod, decodeTyped('v1.Pod', taken))
  // The network may be the user's own, and what the mesh says comes out the same again.
  const network = get(labelsOf(pod), NETWORK_LABEL)
  return typeof network === 'string' ? withMetadata(before, 'labels', { ...labelsOf(before), [NETWORK_LABEL]: network }) : before
}

/**
 * Whether a container or volume that only the status lists is lost: it is removed with the earlier injection, and the new one does not add it again. Then
 * the status may be forged; the webhook removes nothing.
 * @param before the pod without the earlier injection
 * @param after the same pod, injected again
 * @example losesParts(pod, beforeInjection(pod), injected)
 */
export function losesParts(pod: Pod, before: Pod, after: Pod): boolean {
  if (before === pod) return false
  return (['containers', 'initContainers', 'volumes'] as const).some(list => {
    const names = new Set([before, after].flatMap(({ spec }) => listOf(spec, list).map(nameOf)))
    const stock = list === 'volumes' ? STOCK_VOLUMES : STOCK_CONTAINERS
    return listOf(pod.spec, list).some(item => !stock.has(nameOf(item)) && !names.has(nameOf(item)))
  })
}

/**
 * Keeps all pull secrets of the injected pod: the status may name a user's secret, the webhook removes none, and injecting again adds those of the mesh only
 * once.
 */
function withPullSecretsOf({ spec }: Pod, before: Pod): Pod {
  const secrets = get(spec, 'imagePullSecrets')
  return secrets === undefined || !isObject(before.spec) ? before : { ...before, spec: { ...before.spec, imagePullSecrets: secrets } }
}

/** The pod without its injection; undefined if the status names something of the user's. */
function withoutInjection(pod: Pod, trustsStatus: boolean): JsonObject | undefined {
  try {
    return takeOffByStatus(pod, [], { trustsStatus }).value
  } catch (error) {
    if (error instanceof InjectError && error.diagnostic.code === 'record-forged') return undefined
    throw error
  }
}

/** Whether the pod's own containers are unchanged since the injection: the proxy's environment has their names, and their probes call the agent. */
function isIntact(pod: Pod, status: InjectionStatus, overrides: Overrides): boolean {
  const proxy = containerNamed([...containersOf(pod), ...containersOf(pod, 'initContainers')], PROXY)
  const injected = status.containers.filter(name => containerNamed(overrides.containers, name) === undefined)
  const own = containersOf(pod).filter(container => nameOf(container) !== PROXY && !injected.includes(nameOf(container)))
  const applicationNames = variable(proxy, APP_CONTAINERS_ENV)
  if (applicationNames !== '' && applicationNames !== own.map(nameOf).join(',')) return false
  return variable(proxy, KUBE_APP_PROBERS_ENV) === '' || own.flatMap(handlersOf).every(makesNoOtherCall)
}

const HANDLERS = [['readinessProbe'], ['livenessProbe'], ['startupProbe'], ['lifecycle', 'preStop'], ['lifecycle', 'postStart']]

function variable(container: Container | undefined, name: string): string {
  const entry = listOf(container, 'env').find(candidate => nameOf(candidate) === name)
  return textOf(entry, 'value')
}

function handlersOf(container: Container): readonly (Json | undefined)[] {
  return HANDLERS.map(path => at(container, path))
}

function makesNoOtherCall(handler: Json | undefined): boolean {
  const http = get(handler, 'httpGet')
  const rewritten = http === undefined || textOf(http, 'path').startsWith('/app-')
  return rewritten && get(handler, 'tcpSocket') === undefined && get(handler, 'grpc') === undefined
}
