// Validates a MeshConfig as istiod does, with its messages (istio-rules.md, 13.2).
import { formatDuration } from '../go/duration.ts'
import { multierror } from '../go/multierror.ts'
import { get, isObject, type Json } from '../model/index.ts'
import { portProblem, trustDomainProblem, wildcardHostnameProblem } from './addresses.ts'
import type { MeshConfig } from './mesh-types.ts'
import { fromDurationJson } from './proto-duration.ts'
import { sortedKeys } from './proto-encode.ts'
import { isKnown } from './proto-schema.ts'
import { durationProblem, proxyConfigProblems } from './proxy-config-checks.ts'
import { connectionPoolProblems, retryProblems } from './traffic-checks.ts'

/**
 * Error with which istiod rejects the mesh config, or undefined. Invalid extension providers matter only if they are used.
 * @param newest the version of istiod, which may lack some of the rules
 */
export function meshProblem(mesh: MeshConfig, newest?: string): string | undefined {
  const single = [
    ...prefixed('invalid proxy listen port:', portProblem(numberOf(mesh.proxyListenPort))),
    ...prefixed('invalid connect timeout:', connectTimeoutProblem(mesh.connectTimeout)),
    ...prefixed('invalid protocol detection timeout:', detectionTimeoutProblem(mesh.protocolDetectionTimeout)),
  ]
  const listed = proxyConfigProblems(mesh.defaultConfig ?? {})
  const locality = localityProblems(mesh.localityLbSetting)
  const rest = [...serviceProblems(mesh), ...trustDomainProblems(mesh), ...tlsProblems(mesh)]
  // One finding about the mesh itself stands alone; those of the other groups always come as a list.
  const all = [...single, ...listed, ...locality, ...rest, ...(isKnown(TRAFFIC_RULES, newest) ? trafficProblems(mesh) : [])]
  return all.length === 1 && listed.length + rest.length === 0 ? all[0] : multierror(all)
}

/** The first version that checks default traffic policies. */
const TRAFFIC_RULES = '1.31'

function trafficProblems(mesh: MeshConfig): string[] {
  return [
    ...listOf(mesh.zoneAwareLbSetting, 'failover').flatMap(failoverProblems),
    ...connectionPoolProblems(get(mesh.defaultTrafficPolicy, 'connectionPool')),
    ...retryProblems(mesh.defaultHttpRetryPolicy),
    ...retryProblems(mesh.defaultInboundHttpRetryPolicy),
  ]
}

const MILLISECOND = 1_000_000n
const HOUR = 3_600_000n * MILLISECOND

function connectTimeoutProblem(duration: Json | undefined): string | undefined {
  const problem = durationProblem(duration)
  if (problem !== undefined) return problem
  const timeout = fromDurationJson(duration)
  return timeout > HOUR ? `time ${formatDuration(timeout)} must be >${formatDuration(MILLISECOND)} and <${formatDuration(HOUR)}` : undefined
}

function detectionTimeoutProblem(duration: Json | undefined): string | undefined {
  return fromDurationJson(duration) % MILLISECOND === 0n ? undefined : 'only durations to ms precision are supported'
}

const TOPOLOGY_LABELS: ReadonlySet<string> = new Set(['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'])

function localityProblems(setting: Json | undefined): string[] {
  const [distribute, failover, priority] = [listOf(setting, 'distribute'), listOf(setting, 'failover'), listOf(setting, 'failoverPriority')]
  if (distribute.length > 0 && failover.length > 0) return ["can not simultaneously specify 'distribute' and 'failover'"]
  const label = failover.length > 0 ? priority.find(name => typeof name === 'string' && TOPOLOGY_LABELS.has(name)) : undefined
  if (label !== undefined) return [`can not simultaneously set 'failover' and topology label '${label}' in 'failover_priority'`]
  const problems: string[] = []
  for (const entry of distribute) {
    const to = get(entry, 'to')
    const weights = isObject(to) ? Object.values(to).map(numberOf) : []
    if (weights.some(weight => weight < 1 || weight > 100)) return [...problems, 'locality weight must be in range [1, 100]']
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    if (total !== 100) return [...problems, `total locality weight ${total} != 100`]
    problems.push(...overlapProblem(isObject(to) ? sortedKeys(to) : []))
  }
  problems.push(...overlapProblem(distribute.map(entry => textOf(entry, 'from'))))
  return [...problems, ...failover.flatMap(failoverProblems)]
}

/** The error of overlapping localities. They are `region/zone/subzone`, of which trailing levels may be omitted or `*`; none may be within an earlier one. */
function overlapProblem(localities: readonly string[]): string[] {
  const seen: string[][] = []
  for (const locality of localities) {
    const wildcards = locality.split('*').length - 1
    if (wildcards > 1 || (wildcards === 1 && !locality.endsWith('*')))
      return [`locality ${locality} wildcard '*' number can not exceed 1 and must be in the end`]
    const levels = locality.split('/')
    const path = levels.length > 3 ? [...levels.slice(0, 2), levels.slice(2).join('/')] : levels
    const overlaps = seen.some(other => covers(other, path) || (path.length < other.length && path.every((level, i) => level === other[i])))
    if (overlaps) return [`locality ${locality} overlap with previous specified ones`]
    if (path.includes('')) return [`locality ${locality} must not contain empty region/zone/subzone info`]
    seen.push(path)
  }
  return []
}

function covers(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.length <= inner.length && outer.every((level, i) => level === '*' || level === inner[i])
}

function failoverProblems(entry: Json): string[] {
  const [from, to] = [textOf(entry, 'from'), textOf(entry, 'to')]
  const both = from + to
  return [
    ...(from === to ? ['locality lb failover settings must specify different regions'] : []),
    ...(both.includes('/') ? ['locality lb failover only specify region'] : []),
    ...(both.includes('*') ? ["locality lb failover region should not contain '*' wildcard"] : []),
  ]
}

function serviceProblems(mesh: MeshConfig): string[] {
  return listOf(mesh, 'serviceSettings').flatMap((settings, i) =>
    listOf(settings, 'hosts').flatMap(host => prefixed(`serviceSettings[${i}], host \`${host}\`:`, wildcardHostnameProblem(String(host)))),
  )
}

function trustDomainProblems(mesh: MeshConfig): string[] {
  const aliases = listOf(mesh, 'trustDomainAliases').map(String)
  return [
    ...prefixed('trustDomain:', trustDomainProblem(textOf(mesh, 'trustDomain'))),
    ...aliases.flatMap((alias, i) => prefixed(`trustDomainAliases[${i}], domain \`${alias}\` :`, trustDomainProblem(alias))),
  ]
}

function tlsProblems(mesh: MeshConfig): string[] {
  return listOf(mesh.meshMTLS, 'ecdhCurves').length > 0 ? ['mesh TLS does not support ECDH curves configuration'] : []
}

function prefixed(prefix: string, problem: string | undefined): string[] {
  return problem === undefined ? [] : [`${prefix} ${problem}`]
}

function listOf(value: Json | undefined, key: string): Json[] {
  const list = get(value, key)
  return Array.isArray(list) ? list : []
}

function textOf(value: Json | undefined, key: string): string {
  const text = get(value, key)
  return typeof text === 'string' ? text : ''
}

function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0
}
