// Validates annotations as istiod does before it injects, with its error texts (istio-rules.md, 8).
import { multierror } from '../go/multierror.ts'
import { parsePrefix } from '../go/netip.ts'
import { parseBool, parseUint, quote } from '../go/strconv.ts'
import { trimSpace } from '../go/strings.ts'
import { byteLength, compareStrings } from '../go/utf8.ts'
import { errorText } from '../go/value.ts'
import type { StringMap } from '../k8s/pod.ts'
import { parseQuantity, QuantityError } from '../k8s/quantity.ts'
import { get } from '../model/index.ts'
import type { Compatibility } from './compatibility.ts'
import { defaultProxyConfig } from './mesh-config.ts'
import * as names from './names.ts'
import { applyProxyConfig, ProxyConfigError } from './proxy-config.ts'
import { proxyConfigProblems } from './proxy-config-checks.ts'

export interface AnnotationProblem {
  readonly annotation: string
  /** `invalid value 'x' for annotation 'y': …` */
  readonly message: string
}

/** Every annotation that istiod would refuse, sorted by name. */
export function annotationProblems(annotations: StringMap, compatibility: Compatibility): AnnotationProblem[] {
  const problems: AnnotationProblem[] = []
  for (const [annotation, check] of CHECKS) {
    const value = get(annotations, annotation)
    if (typeof value !== 'string') continue
    const detail = check(value, compatibility)
    if (detail !== undefined) problems.push({ annotation, message: `invalid value '${shortened(value)}' for annotation '${annotation}': ${shortened(detail)}` })
  }
  return problems.sort((a, b) => compareStrings(a.annotation, b.annotation))
}

/** A text as Istio prints it; a very long one is cut. */
function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

const LONGEST = 10_000

/** Error of a value; undefined if it is valid. */
type Check = (value: string, compatibility: Compatibility) => string | undefined

const uint32: Check = value => errorText(() => parseUint(value, 10, 32))
const resource: Check = value => (CONTROL.test(value) ? 'value contains control characters' : quantityProblem(value))
const interfaces: Check = (value, { interfaceValidation }) => (interfaceValidation ? interfacesProblem(value) : undefined)

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  [names.INTERCEPTION_MODE, value => (INTERCEPTION_MODES.has(value) ? undefined : `interceptionMode invalid, use REDIRECT,TPROXY,NONE: ${value}`)],
  [names.STATUS_PORT, value => prefixed('excludeInboundPorts invalid: ', portProblem(value))],
  [names.READINESS_INITIAL_DELAY_SECONDS, uint32],
  [names.READINESS_PERIOD_SECONDS, uint32],
  [names.READINESS_FAILURE_THRESHOLD, uint32],
  [names.INCLUDE_OUTBOUND_IP_RANGES, value => (value === '*' ? undefined : prefixed('includeIPRanges invalid: ', rangesProblem(value)))],
  [names.EXCLUDE_OUTBOUND_IP_RANGES, value => prefixed('excludeIPRanges invalid: ', rangesProblem(value))],
  [names.INCLUDE_INBOUND_PORTS, value => (value === '*' ? undefined : prefixed('includeInboundPorts invalid: ', portsProblem(value)))],
  [names.EXCLUDE_INBOUND_PORTS, value => prefixed('excludeInboundPorts invalid: ', portsProblem(value))],
  [names.EXCLUDE_OUTBOUND_PORTS, value => prefixed('excludeOutboundPorts invalid: ', portsProblem(value))],
  [names.EXCLUDE_INTERFACES, interfaces],
  [names.KUBEVIRT_INTERFACES, interfaces],
  [names.REROUTE_VIRTUAL_INTERFACES, interfaces],
  [names.PROMETHEUS_MERGE_METRICS, value => errorText(() => parseBool(value))],
  [names.PROXY_CPU, resource],
  [names.PROXY_MEMORY, resource],
  [names.PROXY_CPU_LIMIT, resource],
  [names.PROXY_MEMORY_LIMIT, resource],
  [names.PROXY_CONFIG_ANNOTATION, proxyConfigProblem],
])

const INTERCEPTION_MODES: ReadonlySet<string> = new Set(['REDIRECT', 'TPROXY', 'NONE'])
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
const INTERFACE_NAME = /^[a-zA-Z][a-zA-Z0-9_.-]*$/
const INTERFACE_BYTES = 15

function portProblem(port: string): string | undefined {
  return prefixed(
    `failed parsing port '${port}': `,
    errorText(() => parseUint(trimSpace(port), 10, 16)),
  )
}

function portsProblem(ports: string): string | undefined {
  if (trimSpace(ports) === '') return undefined
  return firstOf(ports.split(','), port => prefixed(`failed parsing port '${port}': `, portProblem(port)))
}

function rangesProblem(ranges: string): string | undefined {
  if (ranges === '') return undefined
  return firstOf(ranges.split(','), range =>
    prefixed(
      `failed parsing cidr '${range}': `,
      errorText(() => parsePrefix(range)),
    ),
  )
}

function interfacesProblem(value: string): string | undefined {
  if (value === '') return undefined
  return firstOf(value.split(',').map(trimSpace), name => {
    if (name === '') return 'empty interface name'
    if (byteLength(name) > INTERFACE_BYTES) return `interface name ${quote(name)} too long (max ${INTERFACE_BYTES} chars)`
    return INTERFACE_NAME.test(name) ? undefined : `interface name ${quote(name)} contains invalid characters`
  })
}

function quantityProblem(value: string): string | undefined {
  try {
    parseQuantity(value)
    return undefined
  } catch (error) {
    if (error instanceof QuantityError) return error.message
    throw error
  }
}

function proxyConfigProblem(value: string, { dropFieldsNewerThan: newest }: Compatibility): string | undefined {
  try {
    return multierror(proxyConfigProblems(applyProxyConfig(value, defaultProxyConfig(), { newest })))
  } catch (error) {
    if (error instanceof ProxyConfigError) return `failed to convert to apply proxy config: ${error.message}`
    throw error
  }
}

function prefixed(prefix: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : prefix + problem
}

function firstOf<Item>(items: readonly Item[], check: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = check(item)
    if (problem !== undefined) return problem
  }
  return undefined
}
