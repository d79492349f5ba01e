// Takes an injection off a pod by what it left there: the status, the overrides and the proxy's environment (istio-injection.md, 6.5, 6.6, 7.2, 7.4).

import type { Container, Pod } from '../k8s/pod.ts'
import { annotationsOf, containerNamed, containersOf, listOf, nameOf, textOf, withContainers, withMetadata } from '../k8s/pod.ts'
import type { Json, JsonObject } from '../model/index.ts'
import { at, get, isObject } from '../model/index.ts'
import { type InjectionStatus, injectionStatus, type Overrides, overridesOf } from './earlier-injection.ts'
import {
  KUBE_APP_PROBERS_ENV,
  OVERRIDES,
  PROMETHEUS_ANNOTATIONS_ENV,
  PROMETHEUS_PATH,
  PROMETHEUS_PORT,
  PROMETHEUS_SCRAPE,
  PROMETHEUS_SCRAPE_TARGETS,
  PROXY,
  STATUS,
} from './names.ts'
import { PATH_KEY, prometheusAnnotation, withoutPrometheus } from './prometheus-annotations.ts'

/**
 * The pod before its injection, as far as that can be known: without the containers, volumes and pull secrets that the status names, with the user's
 * own containers, probes and Prometheus annotations back. A probe's port comes back as a number. What templates wrote into labels and annotations
 * stays, because it cannot be told from the user's own.
 *
 * The pod itself when it carries no status, or when its containers were edited since: what belongs to the injection is then not certain, and the
 * webhook too takes what it finds for the user's. Throws InjectError (`annotation-invalid`) when the overrides cannot be read.
 *
 * @example withoutInjection(podInjectedByKubeInject).spec // { containers: [app] }
 */
export function withoutInjection(pod: Pod): Pod {
  const status = injectionStatus(pod)
  if (status === undefined) return pod
  const proxy = containerNamed([...containersOf(pod), ...containersOf(pod, 'initContainers')], PROXY)
  const probers = recorded(proxy, KUBE_APP_PROBERS_ENV)
  const overrides = overridesOf(pod)
  if (!isIntact(pod, { proxy, status, probers, overrides })) return pod
  const restored = withProbes(pod, probers)
  const own = withoutInjectedContainers(restored, status, overrides)
  return withoutLists(withAnnotations(own, recorded(proxy, PROMETHEUS_ANNOTATIONS_ENV)), status)
}

interface Injected {
  readonly proxy: Container | undefined
  readonly status: InjectionStatus
  readonly probers: JsonObject
  readonly overrides: Overrides
}

/** Whether the pod's own containers are those that the injection saw: the proxy was told their names, and their probes were sent to the agent. */
function isIntact(pod: Pod, { proxy, status, probers, overrides }: Injected): boolean {
  const names = textOf(
    listOf(proxy, 'env').find(entry => nameOf(entry) === APP_CONTAINERS_ENV),
    'value',
  )
  const injected = status.containers.filter(name => containerNamed(overrides.containers, name) === undefined)
  const own = containersOf(pod).filter(container => nameOf(container) !== PROXY && !injected.includes(nameOf(container)))
  if (names !== '' && names !== own.map(nameOf).join(',')) return false
  if (Object.keys(probers).length === 0) return true
  const handlers = own.flatMap(handlersOf)
  return handlers.every(handler => get(handler, 'tcpSocket') === undefined && get(handler, 'grpc') === undefined && isRewritten(get(handler, 'httpGet')))
}

/** What istio's templates tell the proxy of the application. */
const APP_CONTAINERS_ENV = 'ISTIO_META_APP_CONTAINERS'

function handlersOf(container: Container): readonly (Json | undefined)[] {
  return [...PROBES.map(field => get(container, field)), ...HANDLERS.map(field => at(container, ['lifecycle', field]))]
}

function isRewritten(httpGet: Json | undefined): boolean {
  return httpGet === undefined || textOf(httpGet, 'path').startsWith('/app-')
}

/** What the injector wrote as JSON into a variable of the proxy. */
function recorded(proxy: Container | undefined, name: string): JsonObject {
  const value = textOf(
    listOf(proxy, 'env').find(entry => nameOf(entry) === name),
    'value',
  )
  try {
    const json = JSON.parse(value || '{}') as Json
    return isObject(json) ? json : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

function withProbes(pod: Pod, probers: JsonObject): Pod {
  if (Object.keys(probers).length === 0) return pod
  const containers = withContainers(
    pod,
    'containers',
    containersOf(pod).map(container => withOwnProbes(container, probers)),
  )
  const inits = containersOf(pod, 'initContainers')
  return inits.length === 0
    ? containers
    : withContainers(
        containers,
        'initContainers',
        inits.map(container => withOwnProbes(container, probers)),
      )
}

const PROBES = ['readinessProbe', 'livenessProbe', 'startupProbe']
const HANDLERS = ['preStop', 'postStart']

function withOwnProbes(container: Container, probers: JsonObject): Container {
  const changed: JsonObject = {}
  for (const field of PROBES) {
    const own = ownHandler(get(container, field), probers)
    if (own !== undefined) changed[field] = own
  }
  const lifecycle: JsonObject = {}
  for (const field of HANDLERS) {
    const own = ownHandler(at(container, ['lifecycle', field]), probers)
    if (own !== undefined) lifecycle[field] = own
  }
  if (Object.keys(lifecycle).length > 0) changed.lifecycle = { ...(container.lifecycle as JsonObject), ...lifecycle }
  return Object.keys(changed).length > 0 ? { ...container, ...changed } : container
}

/** The handler that was sent to the agent, as it was before. */
function ownHandler(handler: Json | undefined, probers: JsonObject): JsonObject | undefined {
  const path = at(handler, ['httpGet', 'path'])
  const prober = typeof path === 'string' && path.startsWith('/app-') ? get(probers, path) : undefined
  if (!isObject(handler) || !isObject(prober)) return undefined
  const { httpGet: _rewritten, ...rest } = handler
  const { timeoutSeconds: _timeout, grpc, ...own } = prober
  // The agent is told `"service":null`, a pod leaves it out.
  return { ...own, ...(isObject(grpc) ? { grpc: Object.fromEntries(Object.entries(grpc).filter(([, value]) => value !== null)) } : {}), ...rest }
}

function withoutInjectedContainers(pod: Pod, status: InjectionStatus, overrides: Overrides): Pod {
  const containers = ownContainers(containersOf(pod), status.containers, overrides.containers)
  const inits = ownContainers(containersOf(pod, 'initContainers'), status.initContainers, overrides.initContainers)
  // A proxy that became a native sidecar stood among the containers, unless it was one before.
  const wasNative = status.initContainers.includes(PROXY)
  const moved = inits.filter(container => wasNative && nameOf(container) === PROXY && container.restartPolicy !== 'Always')
  const result = withContainers(pod, 'containers', [...containers, ...moved])
  return withContainers(
    result,
    'initContainers',
    inits.filter(container => !moved.includes(container)),
  )
}

/** The containers without the injected ones; those that the user wrote too, as he wrote them. */
function ownContainers(containers: readonly Container[], injected: readonly string[], overrides: readonly Container[]): readonly Container[] {
  return containers.flatMap(container => {
    if (!injected.includes(nameOf(container))) return [container]
    const own = containerNamed(overrides, nameOf(container))
    // A record without image stands for one that was left to the template.
    return own === undefined ? [] : [textOf(own, 'image') === '' ? { ...own, image: 'auto' } : own]
  })
}

function withAnnotations(pod: Pod, prometheus: JsonObject): Pod {
  const { [STATUS]: _status, [OVERRIDES]: _overrides, ...annotations } = annotationsOf(pod)
  if (prometheusAnnotation(annotations, PATH_KEY) !== '/stats/prometheus') return withMetadata(pod, 'annotations', annotations)
  const targets = listOf(prometheus, 'targets').map(target => `${textOf(target, 'port')}:${textOf(target, 'path')}`)
  const own = {
    [PROMETHEUS_SCRAPE]: textOf(prometheus, 'scrape'),
    // With targets these two are those of the first one.
    [PROMETHEUS_PORT]: targets.length > 0 ? '' : textOf(prometheus, 'port'),
    [PROMETHEUS_PATH]: targets.length > 0 ? '' : textOf(prometheus, 'path'),
    [PROMETHEUS_SCRAPE_TARGETS]: targets.join(','),
  }
  const said = Object.entries(own).filter(([, value]) => value !== '')
  return withMetadata(pod, 'annotations', { ...withoutPrometheus(annotations, false), ...Object.fromEntries(said) })
}

function withoutLists(pod: Pod, status: InjectionStatus): Pod {
  const spec: JsonObject = { ...(pod.spec as JsonObject) }
  for (const field of ['volumes', 'imagePullSecrets'] as const) {
    const left = listOf(spec, field).filter(item => !status[field].includes(nameOf(item)))
    if (left.length > 0) spec[field] = left
    else delete spec[field]
  }
  return { ...pod, spec }
}
