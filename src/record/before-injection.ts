// The pod from which a further injection starts: an earlier one that left no record is taken off first (istio-rules.md, 6.6).

import type { InjectionStatus, Overrides } from '../lib/istio/earlier-injection.ts'
import { injectionStatus, overridesOf } from '../lib/istio/earlier-injection.ts'
import { KUBE_APP_PROBERS_ENV, NETWORK_LABEL, PROXY } from '../lib/istio/names.ts'
import { type Container, containerNamed, containersOf, labelsOf, listOf, nameOf, type Pod, textOf, withMetadata } from '../lib/k8s/pod.ts'
import { decodeTyped } from '../lib/k8s/typed.ts'
import { at, get, InjectError, isObject, type Json, type JsonObject } from '../lib/model/index.ts'
import { takeOffByStatus } from './from-status.ts'
import { APP_CONTAINERS_ENV } from './status-claims.ts'

/**
 * The pod as it was before its injection, so that injecting it again, also with a newer configuration, gives what a first injection gives.
 *
 * The pod itself when it carries no status, or when its containers were edited since: what belongs to the injection is then not certain, and the
 * webhook too takes what it finds for the user's. Throws InjectError (`annotation-invalid`) when the overrides cannot be read.
 */
export function beforeInjection(pod: Pod): Pod {
  const status = injectionStatus(pod)
  if (status === undefined || !isIntact(pod, status, overridesOf(pod))) return pod
  const taken = takenOff(pod)
  if (taken === undefined) return pod
  const before = withPullSecretsOf(pod, decodeTyped('v1.Pod', taken))
  // The network may be the user's own, and what the mesh says comes out the same again.
  const network = get(labelsOf(pod), NETWORK_LABEL)
  return typeof network === 'string' ? withMetadata(before, 'labels', { ...labelsOf(before), [NETWORK_LABEL]: network }) : before
}

/** With all pull secrets: the status may name one of the user's, the webhook removes none, and those of the mesh come out the same again. */
function withPullSecretsOf({ spec }: Pod, before: Pod): Pod {
  const secrets = get(spec, 'imagePullSecrets')
  return secrets === undefined || !isObject(before.spec) ? before : { ...before, spec: { ...before.spec, imagePullSecrets: secrets } }
}

/** Undefined where the status names what is the user's. */
function takenOff(pod: Pod): JsonObject | undefined {
  try {
    return takeOffByStatus(pod, []).value
  } catch (error) {
    if (error instanceof InjectError && error.diagnostic.code === 'record-forged') return undefined
    throw error
  }
}

/** Whether the pod's own containers are those that the injection saw: the proxy's environment has their names, and their probes go to the agent. */
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
