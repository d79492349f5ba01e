// Validates the traffic settings of a mesh config as istiod does, with its messages (istio-rules.md, 13.2).

import { quote } from '../go/strconv.ts'
import { get, type Json } from '../model/index.ts'
import { fromDurationJson } from './proto-duration.ts'
import { durationProblem } from './proxy-config-checks.ts'

/**
 * Errors of `defaultTrafficPolicy.connectionPool`: a pool without settings, negative limits, durations that are not whole milliseconds.
 * @example connectionPoolProblems({}) // ['connection pool must have at least one field']
 */
export function connectionPoolProblems(pool: Json | undefined): string[] {
  if (pool === undefined) return []
  const [http, tcp] = [get(pool, 'http'), get(pool, 'tcp')]
  if (http === undefined && tcp === undefined) return ['connection pool must have at least one field']
  const usesBoth = get(http, 'h2UpgradePolicy') === 'UPGRADE' && get(http, 'useClientProtocol') === true
  const keepalive = get(tcp, 'tcpKeepalive')
  return [
    ...HTTP_LIMITS.flatMap(([field, name]) => negative(get(http, field), name)),
    ...durationProblems(get(http, 'idleTimeout')),
    ...(usesBoth ? ['use client protocol must not be true when H2UpgradePolicy is UPGRADE'] : []),
    ...negative(get(http, 'maxConcurrentStreams'), 'max concurrent streams'),
    ...negative(get(tcp, 'maxConnections'), 'max connections'),
    ...durationProblems(get(tcp, 'connectTimeout')),
    ...durationProblems(get(tcp, 'maxConnectionDuration')),
    ...(isUnderMillisecond(get(tcp, 'idleTimeout')) ? [] : durationProblems(get(tcp, 'idleTimeout'))),
    ...durationProblems(get(keepalive, 'time')),
    ...durationProblems(get(keepalive, 'interval')),
  ]
}

/**
 * Errors of a retry policy.
 * @example retryProblems({ attempts: -1 }) // ['attempts cannot be negative']
 */
export function retryProblems(policy: Json | undefined): string[] {
  if (policy === undefined) return []
  const attempts = get(policy, 'attempts') ?? 0
  const [timeout, retryOn] = [get(policy, 'perTryTimeout'), get(policy, 'retryOn')]
  const isSet = timeout !== undefined || retryOn !== undefined || get(policy, 'retryRemoteLocalities') !== undefined
  const conditions = typeof retryOn === 'string' ? retryOn.split(',') : []
  return [
    ...(Number(attempts) < 0 ? ['attempts cannot be negative'] : []),
    ...(attempts === 0 && isSet ? ['http retry policy configured when attempts are set to 0 (disabled)'] : []),
    ...durationProblems(timeout),
    ...conditions.filter(name => !RETRY_ON.has(name) && !isStatus(name)).map(name => `${quote(name)} is not a valid retryOn policy`),
  ]
}

const HTTP_LIMITS = [
  ['http1MaxPendingRequests', 'http1 max pending requests'],
  ['http2MaxRequests', 'http2 max requests'],
  ['maxRequestsPerConnection', 'max requests per connection'],
  ['maxRetries', 'max retries'],
] as const

function negative(value: Json | undefined, name: string): string[] {
  return typeof value === 'number' && value < 0 ? [`${name} must be non-negative`] : []
}

function durationProblems(duration: Json | undefined): string[] {
  const problem = duration === undefined ? undefined : durationProblem(duration)
  return problem === undefined ? [] : [problem]
}

/** Whether a timeout is under a millisecond; zero disables it and is allowed. */
function isUnderMillisecond(duration: Json | undefined): boolean {
  const nanoseconds = fromDurationJson(duration)
  return nanoseconds > -MILLISECOND && nanoseconds < MILLISECOND
}

const MILLISECOND = 1_000_000n

/** Envoy's conditions for HTTP and gRPC. */
const RETRY_ON: ReadonlySet<string> = new Set(
  '5xx gateway-error reset reset-before-request connect-failure retriable-4xx refused-stream retriable-status-codes retriable-headers envoy-ratelimited http3-post-connect-failure cancelled deadline-exceeded internal resource-exhausted unavailable'.split(
    ' ',
  ),
)

/** Whether a number is a status code with a name in HTTP. */
function isStatus(text: string): boolean {
  const code = /^[-+]?\d+$/.test(text) ? Number(text) : 0
  return STATUSES.some(([first, last]) => code >= first && code <= last)
}

const STATUSES = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
] as const
