// Restores probes and lifecycle handlers from the agent's environment, which lists the original calls (istio-rules.md, 7.4).

import { KUBE_APP_PROBERS_ENV, PROXY } from '../lib/istio/names.ts'
import { type Container, listOf, nameOf } from '../lib/k8s/pod.ts'
import { type FieldPath, get, isObject, type Json, type JsonObject } from '../lib/model/index.ts'
import { jsonObject, type Note, type StatusFacts } from './status-facts.ts'

const PROBES = [
  ['readinessProbe', 'readyz'],
  ['livenessProbe', 'livez'],
  ['startupProbe', 'startupz'],
] as const
const HANDLERS = [
  ['preStop', 'prestopz'],
  ['postStart', 'poststartz'],
] as const

export type RestoreProbes = (container: Container, field: FieldPath) => Container

/** Restores the probes of one container after the other. What the user has changed since is left alone. */
export function probeRestorer({ env, leaveOutDefaults }: StatusFacts, note: Note): RestoreProbes {
  const probers = jsonObject(env.get(KUBE_APP_PROBERS_ENV))
  const hasDefaults = leaveOutDefaults === true && Object.entries(probers ?? {}).every(([path, prober]) => isComplete(path, prober))
  const restore = (handler: Json | undefined, { kind, step, name, field, names }: Handler): JsonObject | undefined => {
    const path = get(get(handler, 'httpGet'), 'path')
    if (!isObject(handler) || typeof path !== 'string' || !path.startsWith(`/${kind}/`) || !path.endsWith(`/${step}`)) return undefined
    const call = callOf(get(probers, path), { names, hasDefaults })
    if (call === undefined && path === `/${kind}/${name}/${step}`) note({ ...LOST, field })
    return call === undefined ? undefined : withCall(handler, call)
  }
  return (container, field) => {
    const name = nameOf(container)
    if (name === PROXY) return container
    const names = portNames(container)
    const changed: JsonObject = {}
    for (const [probe, step] of PROBES) {
      const restored = restore(get(container, probe), { kind: 'app-health', step, name, field: [...field, probe], names })
      if (restored !== undefined) changed[probe] = restored
    }
    const before = get(container, 'lifecycle')
    const lifecycle: JsonObject = {}
    for (const [handler, step] of HANDLERS) {
      const restored = restore(get(before, handler), { kind: 'app-lifecycle', step, name, field: [...field, 'lifecycle', handler], names })
      if (restored !== undefined) lifecycle[handler] = restored
    }
    if (isObject(before) && Object.keys(lifecycle).length > 0) changed.lifecycle = { ...before, ...lifecycle }
    return Object.keys(changed).length === 0 ? container : { ...container, ...changed }
  }
}

const LOST = {
  code: 'probe-not-restored',
  severity: 'warning',
  message:
    'injection replaced this probe, and the sidecar has no copy of the original: its port name was unknown, or the sidecar was removed by hand. The probe fails now',
  hint: 'write the probe again',
} as const

interface Handler {
  readonly kind: 'app-health' | 'app-lifecycle'
  readonly step: string
  /** Of the container; it may have had another one when it was injected. */
  readonly name: string
  readonly field: FieldPath
  readonly names: ReadonlyMap<Json, string>
}

interface Call {
  readonly kind: string
  readonly action: JsonObject
}

/** Names of a container's ports by number: the agent's list has numbers, a manifest with a named port usually calls it by name. */
function portNames(container: Container): ReadonlyMap<Json, string> {
  const named = listOf(container, 'ports').filter(port => nameOf(port) !== '' && get(port, 'protocol') !== 'UDP')
  return new Map(named.toReversed().map(port => [get(port, 'containerPort') ?? 0, nameOf(port)]))
}

/** Whether a prober has all API server defaults, so that the webhook got a pod with defaults. */
function isComplete(path: string, prober: Json): boolean {
  const call = get(prober, 'httpGet')
  const timed = path.startsWith('/app-lifecycle/') || get(prober, 'timeoutSeconds') !== undefined
  return timed && (!isObject(call) || (get(call, 'scheme') !== undefined && get(call, 'path') !== undefined))
}

const DEFAULTS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['scheme', 'HTTP'],
  ['service', ''],
])

interface Source {
  readonly names: ReadonlyMap<Json, string>
  /** Whether the agent's list comes from a pod with defaults, which are then left out. */
  readonly hasDefaults: boolean
}

/** The one call of a prober, as Kubernetes writes it. */
function callOf(prober: Json | undefined, { names, hasDefaults }: Source): Call | undefined {
  const isWritten = ([key, value]: [string, Json]): boolean => value !== null && !(hasDefaults && DEFAULTS.get(key) === value)
  for (const kind of ['httpGet', 'tcpSocket']) {
    const action = get(prober, kind)
    if (!isObject(action)) continue
    const port = get(action, 'port') ?? 0
    return { kind, action: Object.fromEntries(Object.entries({ ...action, port: names.get(port) ?? port }).filter(isWritten)) }
  }
  const grpc = get(prober, 'grpc')
  // A service that is not set is null in the agent's JSON.
  return isObject(grpc) ? { kind: 'grpc', action: Object.fromEntries(Object.entries(grpc).filter(isWritten)) } : undefined
}

/** The probe with its original call instead of the one to the agent. */
function withCall(handler: JsonObject, { kind, action }: Call): JsonObject {
  return Object.fromEntries(Object.entries(handler).map(([key, value]) => (key === 'httpGet' ? [kind, action] : [key, value])))
}
