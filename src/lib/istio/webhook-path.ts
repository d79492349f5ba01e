// Reads the proxy's environment from the path of the webhook's URL (istio-rules.md, 12.3).
import { CLUSTER_ID_ENV, NETWORK_ENV } from './names.ts'

export interface WebhookPath {
  /** Variables for the proxy's environment. */
  readonly environment: ReadonlyMap<string, string>
  /** Warning that istiod logs about a path that it cannot fully parse. */
  readonly warning?: string
}

/**
 * Parses `/inject/cluster/east/net/net-1`; `/inject` alone has no variables.
 *
 *     webhookPath('/inject/cluster/east').environment // Map { ISTIO_META_CLUSTER_ID → east }
 */
export function webhookPath(path: string): WebhookPath {
  const environment = new Map<string, string>()
  const rest = /^\/inject(?:\/(.*?))?\/?$/s.exec(path)?.[1] ?? ''
  if (rest.includes(ENV_MARK)) {
    for (const pair of rest.split(ENV_MARK)) {
      const equals = pair.indexOf('=')
      if (equals > 0) environment.set(variableOf(pair.slice(0, equals)), pair.slice(equals + 1))
    }
    return { environment }
  }
  const words = rest === '' ? [] : rest.split('/')
  for (let i = 0; i + 1 < words.length; i += 2) {
    const key = words[i] ?? ''
    if (key !== '') environment.set(variableOf(key), (words[i + 1] ?? '').replaceAll('--slash--', '/'))
  }
  return words.length % 2 === 0 ? { environment } : { environment, warning: `Odd number of inject env entries, ignore the last key ${words.at(-1)}` }
}

/** The older form: `/inject/:ENV:cluster=east:ENV:net=net-1`. */
const ENV_MARK = ':ENV:'

function variableOf(key: string): string {
  return key === 'cluster' ? CLUSTER_ID_ENV : key === 'net' ? NETWORK_ENV : key.toUpperCase()
}
