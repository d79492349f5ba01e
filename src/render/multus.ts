// Adds Istio's network to the annotation of the Multus CNI plugin (istio-rules.md, 5.2).
import { jsonSyntaxError } from '../lib/go/json.ts'
import { trimSpace } from '../lib/go/strings.ts'
import type { Json } from '../lib/model/index.ts'
import { get, isObject } from '../lib/model/index.ts'

/**
 * The list of networks with one more at its end, in the form that the list has: names with commas, or a JSON list.
 *
 *     appendMultusNetwork('a', 'default/istio-cni') // 'a, default/istio-cni'
 */
export function appendMultusNetwork(existing: string, network: string): string {
  if (existing === '') return network
  const end = existing.lastIndexOf(']')
  if (end < 0) {
    const known = existing.split(',').some(name => trimSpace(name) === network)
    return known ? existing : `${existing}, ${network}`
  }
  const networks = parseNetworks(existing)
  const slash = network.indexOf('/')
  const namespace = slash < 0 ? '' : network.slice(0, slash)
  const name = network.slice(slash + 1)
  // A list that is not JSON stays as it is; the plugin will complain.
  if (networks === undefined || networks.some(entry => get(entry, 'name') === name && (get(entry, 'namespace') ?? '') === namespace)) return existing
  // An empty list comes out as `[, {…}]`, which is what the webhook writes too.
  const entry = namespace === '' ? `{"name": "${name}"}` : `{"name": "${name}", "namespace": "${namespace}"}`
  return `${existing.slice(0, end)}, ${entry}${existing.slice(end)}`
}

function parseNetworks(text: string): readonly Json[] | undefined {
  if (jsonSyntaxError(text) !== undefined) return undefined
  const value = JSON.parse(text) as Json
  if (value === null) return []
  return Array.isArray(value) && value.every(entry => entry === null || isObject(entry)) ? value : undefined
}
