// Validates network addresses in the mesh configuration: `host:port`, host names, ports (istio-rules.md, 8.1).
import { splitHostPort } from '../go/net.ts'
import { parseAddr } from '../go/netip.ts'
import { atoi, quote } from '../go/strconv.ts'
import { errorText } from '../go/value.ts'

/** Upstream's error if `text` is not a `host:port`; undefined if it is. */
export function addressProblem(text: string): string | undefined {
  const splitProblem = errorText(() => splitHostPort(text))
  if (splitProblem !== undefined) return `unable to split ${quote(text)}: ${splitProblem}`
  const { host, port } = splitHostPort(text)
  const numberProblem = errorText(() => atoi(port))
  if (numberProblem !== undefined) return `port (${port}) is not a number: ${numberProblem}`
  const problem = portProblem(Number(atoi(port)))
  if (problem !== undefined) return problem
  const isValid = hostnameProblem(host) === undefined || errorText(() => parseAddr(host)) === undefined
  return isValid ? undefined : `${quote(host)} is not a valid hostname or an IP address`
}

/** Upstream's error if a number is not a port; undefined if it is. */
export function portProblem(port: number): string | undefined {
  return port >= 1 && port <= 65535 ? undefined : `port number ${port} must be in the range 1..65535`
}

/** Error of a fully qualified domain name. A trailing dot is allowed. */
function hostnameProblem(name: string): string | undefined {
  return lengthProblem(name) ?? labelsProblem(name)
}

/** The error of a host name that may begin with a wildcard: `*`, `*.example.com`, `*-web.example.com`. */
export function wildcardHostnameProblem(name: string): string | undefined {
  const problem = lengthProblem(name)
  if (problem !== undefined) return problem
  const [, first = '', rest] = /^([^.]*)(?:\.(.*))?$/s.exec(name) ?? []
  const plain = first.startsWith('*') ? first.replace(/^\*-?/, '') : first
  if (first !== '*' && !isLabel(plain)) return invalidLabel(name, first)
  return rest === undefined ? undefined : labelsProblem(rest)
}

/** The error of a trust domain: it has labels like those of a host name, of any number and length. */
export function trustDomainProblem(domain: string): string | undefined {
  if (domain === '') return 'empty domain name not allowed'
  return domain.replace(/\.$/, '').split('.').every(isLabel) ? undefined : `trust domain name ${quote(domain)} invalid`
}

const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/

function isLabel(label: string): boolean {
  return label.length <= 63 && LABEL.test(label)
}

function lengthProblem(name: string): string | undefined {
  if (name.length > 255) return `domain name ${quote(name)} too long (max 255)`
  return name === '' ? 'empty domain name not allowed' : undefined
}

function labelsProblem(name: string): string | undefined {
  const labels = name.split('.')
  // `istio.io.` is the unambiguous form of `istio.io`.
  if (labels.length > 1 && labels.at(-1) === '') labels.pop()
  const bad = labels.find(label => !isLabel(label))
  if (bad !== undefined) return invalidLabel(name, bad)
  const top = labels.at(-1) ?? ''
  return /^[0-9]+$/.test(top) ? `domain name ${quote(name)} invalid (top level domain ${quote(top)} cannot be all-numeric)` : undefined
}

function invalidLabel(name: string, label: string): string {
  return `domain name ${quote(name)} invalid (label ${quote(label)} invalid)`
}
