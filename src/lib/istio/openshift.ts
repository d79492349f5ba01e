// Computes the proxy's user and group on OpenShift from the ranges of the namespace (istio-rules.md, 4.6).
import type { StringMap } from '../k8s/pod.ts'
import { stringAt } from '../model/index.ts'
import { SCC_SUPPLEMENTAL_GROUPS, SCC_UID_RANGE } from './names.ts'

export interface ProxyIds {
  readonly uid: number
  readonly gid: number
}

const DEFAULT_PROXY_ID = 1337
export const OPENSHIFT = 'openshift'

/**
 * `.ProxyUID` and `.ProxyGID` of the template data; `namespaceAnnotations` is undefined where the namespace is not known.
 *
 *     proxyIds('openshift', { 'openshift.io/sa.scc.uid-range': '1000/100' }) // { uid: 1099, gid: 1099 }
 */
export function proxyIds(platform: string, namespaceAnnotations: StringMap | undefined): ProxyIds {
  if (platform !== OPENSHIFT || namespaceAnnotations === undefined) return { uid: DEFAULT_PROXY_ID, gid: DEFAULT_PROXY_ID }
  const range = stringAt(namespaceAnnotations, [SCC_UID_RANGE]) ?? ''
  const groups = stringAt(namespaceAnnotations, [SCC_SUPPLEMENTAL_GROUPS]) ?? range
  const ends = groups.split(',').map(endOf)
  return { uid: endOf(range) ?? DEFAULT_PROXY_ID, gid: ends.includes(undefined) ? DEFAULT_PROXY_ID : (ends[0] ?? DEFAULT_PROXY_ID) }
}

const UINT32 = 2 ** 32
const START_SIZE = /^\s*([0-9]+)\/\s*([0-9]+)/
const START_END = /^\s*([0-9]+)-\s*([0-9]+)/

/** The last id of a block, `START/SIZE` or `START-END`; text after the numbers is ignored, arithmetic wraps at 32 bits. */
function endOf(block: string): number | undefined {
  const sized = block.includes('/')
  const [, first, second] = (sized ? START_SIZE : START_END).exec(block) ?? []
  const [start, end] = [Number(first), Number(second)]
  if (first === undefined || second === undefined || start >= UINT32 || end >= UINT32) return undefined
  return sized ? (start + end - 1 + UINT32) % UINT32 : end
}
