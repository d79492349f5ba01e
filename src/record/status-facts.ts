// Reads the facts that an injected pod shows about its injection: the status, the user's containers, the environment of the proxy (istio-rules.md, 6.5 to 7).

import { type InjectionStatus, injectionStatus, type Overrides, overridesOf } from '../lib/istio/earlier-injection.ts'
import { PROXY, STATUS } from '../lib/istio/names.ts'
import { annotation, type Container, containerNamed, containersOf, listOf, nameOf, type Pod } from '../lib/k8s/pod.ts'
import { type Diagnostic, type FieldPath, get, InjectError, isObject, type Json, type JsonObject } from '../lib/model/index.ts'

/** Istio's template that made the proxy; undefined if none of them did. */
export type ProxyRole = 'sidecar' | 'gateway' | 'grpc'

export interface StatusFacts {
  readonly status: InjectionStatus
  readonly overrides: Overrides
  readonly role: ProxyRole | undefined
  /** Plain variables of the proxy. */
  readonly env: ReadonlyMap<string, string>
  /** The proxy's own PROXY_CONFIG: what differs from Istio's defaults. */
  readonly proxyConfig: JsonObject
  /** Port at which the agent serves merged metrics and answers probes. */
  readonly statusPort: number
  /** Whether values that the API server fills in are kept out of restored probes. */
  readonly leaveOutDefaults?: boolean
  /** Receives each part that only the status lists, and that stays for that reason. Absent: such parts are removed. */
  readonly doubt?: ((part: string) => void) | undefined
}

/** A finding about something below the pod template. */
export type Note = (note: Omit<Diagnostic, 'field'> & { readonly field: FieldPath }) => void

/**
 * The facts of an injected pod; undefined for one that is not injected.
 * @throws InjectError `annotation-invalid` when what injection wrote is no longer readable
 */
export function statusFacts(pod: Pod): StatusFacts | undefined {
  if (annotation(pod, STATUS) === undefined) return undefined
  const status = injectionStatus(pod)
  if (status === undefined) {
    throw new InjectError({
      code: 'annotation-invalid',
      message: `the annotation ${STATUS} does not list what was injected, so the injection cannot be removed`,
      hint: 'restore the annotation from Git, or remove the sidecar by hand',
      field: ['metadata', 'annotations', STATUS],
    })
  }
  const proxy = proxyOf(pod, status)
  const env = plainVariables(proxy)
  const proxyConfig = jsonObject(env.get('PROXY_CONFIG'))
  const port = get(proxyConfig, 'statusPort')
  return {
    status,
    overrides: overridesOf(pod),
    role: roleOf(status, proxy, env),
    env,
    proxyConfig,
    statusPort: typeof port === 'number' ? port : DEFAULT_STATUS_PORT,
  }
}

const DEFAULT_STATUS_PORT = 15020

function proxyOf(pod: Pod, { containers, initContainers }: InjectionStatus): Container | undefined {
  if (containers.includes(PROXY)) return containerNamed(containersOf(pod), PROXY)
  return initContainers.includes(PROXY) ? containerNamed(containersOf(pod, 'initContainers'), PROXY) : undefined
}

function roleOf({ containers, initContainers }: InjectionStatus, proxy: Container | undefined, env: ReadonlyMap<string, string>): ProxyRole | undefined {
  if (initContainers.includes('grpc-bootstrap-init') || env.get('ISTIO_META_GENERATOR') === 'grpc') return 'grpc'
  if (!containers.includes(PROXY) && !initContainers.includes(PROXY)) return undefined
  const args = get(proxy, 'args')
  return Array.isArray(args) && args.includes('router') ? 'gateway' : 'sidecar'
}

function plainVariables(proxy: Container | undefined): ReadonlyMap<string, string> {
  return new Map(
    listOf(proxy, 'env').flatMap(entry => {
      const value = get(entry, 'value')
      return typeof value === 'string' ? [[nameOf(entry), value] as const] : []
    }),
  )
}

/** The object that a JSON text holds; an empty one for anything else. */
export function jsonObject(text: string | undefined): JsonObject {
  if (text === undefined) return {}
  try {
    const value = JSON.parse(text) as Json
    return isObject(value) ? value : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
