// Collects the application's probes for the agent, which calls them in the kubelet's place (istio-rules.md, 7.4, steps 1 and 2).
import { goJson } from '../lib/go/json.ts'
import { compareStrings } from '../lib/go/utf8.ts'
import { KUBE_APP_PROBERS_ENV, PROXY } from '../lib/istio/names.ts'
import type { Container, Pod } from '../lib/k8s/pod.ts'
import { containersOf, listOf, nameOf, textOf } from '../lib/k8s/pod.ts'
import type { Json, JsonObject } from '../lib/model/index.ts'
import { at, get, isObject } from '../lib/model/index.ts'

/** The probes of a container by the last step of their path at the agent. */
export const PROBES = [
  { field: 'readinessProbe', step: 'readyz' },
  { field: 'livenessProbe', step: 'livez' },
  { field: 'startupProbe', step: 'startupz' },
] as const
/** The lifecycle handlers of a container by the last step of their path at the agent. */
export const HANDLERS = [
  { field: 'preStop', step: 'prestopz' },
  { field: 'postStart', step: 'poststartz' },
] as const

/** The path at the agent for a probe: `/app-health/web/readyz`. */
export function probePath(container: Container, step: string): string {
  return `/app-health/${nameOf(container)}/${step}`
}

/** The path at the agent for a lifecycle handler: `/app-lifecycle/web/prestopz`. */
export function handlerPath(container: Container, step: string): string {
  return `/app-lifecycle/${nameOf(container)}/${step}`
}

/** Every container whose probes are the application's: init containers first, never the proxy. */
export function applicationContainers(pod: Pod): readonly Container[] {
  return [...containersOf(pod, 'initContainers'), ...containersOf(pod)].filter(container => nameOf(container) !== PROXY)
}

/** Probes that the agent calls, by the path that the kubelet uses; sorted by path. */
export function collectProbers(pod: Pod, statusPort: number): JsonObject {
  const found = new Map<string, JsonObject>()
  for (const container of applicationContainers(pod)) {
    for (const { field, step } of PROBES) {
      const prober = proberOf(container, get(container, field), statusPort)
      if (prober !== undefined) found.set(probePath(container, step), withTimeout(prober, get(container, field)))
    }
    for (const { field, step } of HANDLERS) {
      const prober = proberOf(container, at(container, ['lifecycle', field]), statusPort)
      if (prober !== undefined) found.set(handlerPath(container, step), prober)
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => compareStrings(a, b)))
}

/** The sidecar's environment with the probers; those of an earlier injection take precedence. */
export function addProbers(env: readonly JsonObject[], probers: JsonObject, injectedBefore: boolean): readonly JsonObject[] {
  const index = injectedBefore ? env.findIndex(entry => nameOf(entry) === KUBE_APP_PROBERS_ENV) : -1
  const known = env[index]
  if (known === undefined) return [...env, { name: KUBE_APP_PROBERS_ENV, value: goJson(probers) }]
  const before = parseProbers(textOf(known, 'value'))
  if (before === undefined) return env
  const merged = Object.entries({ ...probers, ...before }).sort(([a], [b]) => compareStrings(a, b))
  return env.with(index, { ...known, value: goJson(Object.fromEntries(merged)) })
}

/** Request of the agent: the first of httpGet, tcpSocket and grpc, with its port resolved. */
function proberOf(container: Container, handler: Json | undefined, statusPort: number): JsonObject | undefined {
  for (const kind of ['httpGet', 'tcpSocket'] as const) {
    const action = get(handler, kind)
    if (!isObject(action)) continue
    const port = resolvePort(container, get(action, 'port'), statusPort)
    return port === undefined ? undefined : { [kind]: { ...action, port } }
  }
  const grpc = get(handler, 'grpc')
  return isObject(grpc) ? { grpc: { port: get(grpc, 'port') ?? 0, service: get(grpc, 'service') ?? null } } : undefined
}

/** The number of a port; a named port must be one of the container's. The agent's port shows that the probe was rewritten before. */
function resolvePort(container: Container, port: Json | undefined, statusPort: number): number | undefined {
  if (typeof port === 'string') {
    const named = listOf(container, 'ports').findLast(entry => nameOf(entry) !== '' && nameOf(entry) === port)
    return get(named, 'containerPort') as number | undefined
  }
  const number = typeof port === 'number' ? port : 0
  return number === statusPort ? undefined : number
}

function withTimeout(prober: JsonObject, probe: Json | undefined): JsonObject {
  const seconds = get(probe, 'timeoutSeconds')
  return typeof seconds === 'number' && seconds !== 0 ? { ...prober, timeoutSeconds: seconds } : prober
}

/** The probers of an earlier injection; undefined when the text is not a JSON object. */
function parseProbers(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json
    if (value === null) return {}
    return isObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
