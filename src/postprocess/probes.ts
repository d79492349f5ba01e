// Redirects the kubelet's probes to the agent, because they would fail under mutual TLS (istio-rules.md, 7.4).
import { PROXY, REWRITE_APP_HTTP_PROBERS, STATUS, STATUS_PORT } from '../lib/istio/names.ts'
import { annotation, CONTAINER_LISTS, type Container, containersOf, listOf, nameOf, type Pod, withContainers } from '../lib/k8s/pod.ts'
import type { Diagnostic, Json, JsonObject } from '../lib/model/index.ts'
import { at, get, isObject, warning } from '../lib/model/index.ts'
import { booleanOf, integerOf } from './lenient.ts'
import { addProbers, applicationContainers, collectProbers, HANDLERS, handlerPath, PROBES, probePath } from './probers.ts'
import type { Outcome, PodFacts } from './rule.ts'
import { sidecarOf, withSidecarEnvironment } from './sidecar.ts'

/** The rule that redirects probes to the agent. */
export function applyProbeRewrite(pod: Pod, facts: PodFacts): Outcome {
  if (sidecarOf(pod) === undefined || !(booleanOf(annotation(pod, REWRITE_APP_HTTP_PROBERS)) ?? facts.rewriteProbes)) return { pod }
  const probers = collectProbers(pod, facts.statusPort)
  const injectedBefore = annotation(pod, STATUS) !== undefined
  const collected = Object.keys(probers).length === 0 ? pod : withSidecarEnvironment(pod, env => addProbers(env, probers, injectedBefore))
  return { pod: rewrite(collected, agentPort(pod, facts.statusPort)), warnings: unresolvedPorts(pod) }
}

/** The agent's port; 0 if the annotation is not a number, as in the webhook. */
function agentPort(pod: Pod, statusPort: number): number {
  const wanted = annotation(pod, STATUS_PORT)
  return wanted === undefined ? statusPort : (integerOf(wanted) ?? 0)
}

function rewrite(pod: Pod, port: number): Pod {
  let result = pod
  for (const list of CONTAINER_LISTS) {
    const containers = containersOf(pod, list)
    if (containers.length === 0) continue
    result = withContainers(
      result,
      list,
      containers.map(container => (nameOf(container) === PROXY ? container : rewriteContainer(container, port))),
    )
  }
  return result
}

function rewriteContainer(container: Container, port: number): Container {
  const changed: JsonObject = {}
  for (const { field, step } of PROBES) {
    const probe = rewriteHandler(get(container, field), probePath(container, step), port)
    if (probe !== undefined) changed[field] = probe
  }
  const lifecycle: JsonObject = {}
  for (const { field, step } of HANDLERS) {
    const handler = rewriteHandler(at(container, ['lifecycle', field]), handlerPath(container, step), port)
    if (handler !== undefined) lifecycle[field] = handler
  }
  if (Object.keys(lifecycle).length > 0) changed.lifecycle = { ...(container.lifecycle as JsonObject), ...lifecycle }
  return Object.keys(changed).length > 0 ? { ...container, ...changed } : container
}

/** The probe or handler redirected to the agent; undefined if it makes no call (exec, sleep). */
function rewriteHandler(handler: Json | undefined, path: string, port: number): JsonObject | undefined {
  if (!isObject(handler)) return undefined
  const http = get(handler, 'httpGet')
  if (isObject(http)) {
    // The agent answers in plain HTTP; it makes the call to the application with the scheme that stood here.
    const scheme: JsonObject = get(http, 'scheme') === 'HTTPS' ? { scheme: 'HTTP' } : {}
    return { ...handler, httpGet: { ...http, path, port, ...scheme } }
  }
  if (!isObject(get(handler, 'tcpSocket')) && !isObject(get(handler, 'grpc'))) return undefined
  const { tcpSocket: _tcpSocket, grpc: _grpc, ...rest } = handler
  return { httpGet: { path, port }, ...rest }
}

/** Probes with a port name that the container does not have: the agent does not know them, so they always fail. */
function unresolvedPorts(pod: Pod): readonly Diagnostic[] {
  const regular = new Set(containersOf(pod))
  return applicationContainers(pod).flatMap(container => {
    const list = regular.has(container) ? 'containers' : 'initContainers'
    const handlers = [...PROBES.map(({ field }) => [field]), ...HANDLERS.map(({ field }) => ['lifecycle', field])]
    return handlers.flatMap(path => {
      const handler = at(container, path)
      const kind = get(handler, 'httpGet') === undefined ? 'tcpSocket' : 'httpGet'
      const port = at(handler, [kind, 'port'])
      if (typeof port !== 'string' || listOf(container, 'ports').some(entry => nameOf(entry) === port)) return []
      const message = `container ${nameOf(container)}: ${path.join('.')} uses the port name ${JSON.stringify(port)}, which the container does not declare; after injection the probe always fails`
      const field = ['spec', list, nameOf(container), ...path, kind, 'port']
      return [warning({ code: 'probe-port-unknown', message, hint: 'declare the port in the container, or use its number in the probe', field })]
    })
  })
}
