// Network addresses in the mesh configuration: `host:port`, host names, ports (istio-rules.md, 8.1).
import { atoi } from './go-number.ts'
import { goQuote } from './go-text.ts'
import { parseAddrError } from './ip-prefix.ts'

/** Why `text` is no `host:port`, in upstream's words; undefined when it is one. */
export function addressProblem(text: string): string | undefined {
  const parts = splitHostPort(text)
  if (typeof parts === 'string') return `unable to split ${goQuote(text)}: address ${text}: ${parts}`
  const { host, port } = parts
  const number = atoi(port)
  if (typeof number === 'string') return `port (${port}) is not a number: ${number}`
  const problem = portProblem(number)
  if (problem !== undefined) return problem
  const valid = hostnameProblem(host) === undefined || parseAddrError(host) === undefined
  return valid ? undefined : `${goQuote(host)} is not a valid hostname or an IP address`
}

export function portProblem(port: number): string | undefined {
  return port >= 1 && port <= 65535 ? undefined : `port number ${port} must be in the range 1..65535`
}

/** Why a fully qualified domain name is not one. A trailing dot is allowed. */
export function hostnameProblem(name: string): string | undefined {
  return lengthProblem(name) ?? labelsProblem(name)
}

/** The same for names that may begin with a wildcard: `*`, `*.example.com`, `*-web.example.com`. */
export function wildcardHostnameProblem(name: string): string | undefined {
  const problem = lengthProblem(name)
  if (problem !== undefined) return problem
  const [, first = '', rest] = /^([^.]*)(?:\.(.*))?$/s.exec(name) ?? []
  const plain = first.startsWith('*') ? first.replace(/^\*-?/, '') : first
  if (first !== '*' && !isLabel(plain)) return invalidLabel(name, first)
  return rest === undefined ? undefined : labelsProblem(rest)
}

/** A trust domain: labels like a host name's, of any number and length. */
export function trustDomainProblem(domain: string): string | undefined {
  if (domain === '') return 'empty domain name not allowed'
  return domain.replace(/\.$/, '').split('.').every(isLabel) ? undefined : `trust domain name ${goQuote(domain)} invalid`
}

const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/

function isLabel(label: string): boolean {
  return label.length <= 63 && LABEL.test(label)
}

function lengthProblem(name: string): string | undefined {
  if (name.length > 255) return `domain name ${goQuote(name)} too long (max 255)`
  return name === '' ? 'empty domain name not allowed' : undefined
}

function labelsProblem(name: string): string | undefined {
  const labels = name.split('.')
  // `istio.io.` is the unambiguous form of `istio.io`.
  if (labels.length > 1 && labels.at(-1) === '') labels.pop()
  const bad = labels.find(label => !isLabel(label))
  if (bad !== undefined) return invalidLabel(name, bad)
  const top = labels.at(-1) ?? ''
  return /^[0-9]+$/.test(top) ? `domain name ${goQuote(name)} invalid (top level domain ${goQuote(top)} cannot be all-numeric)` : undefined
}

function invalidLabel(name: string, label: string): string {
  return `domain name ${goQuote(name)} invalid (label ${goQuote(label)} invalid)`
}

/** Go's net.SplitHostPort: the parts, or why not. */
function splitHostPort(text: string): { host: string; port: string } | string {
  const colon = text.lastIndexOf(':')
  if (colon < 0) return 'missing port in address'
  const bracketed = text.startsWith('[')
  const end = text.indexOf(']')
  if (bracketed && end < 0) return "missing ']' in address"
  if (bracketed && end + 1 !== colon) return text.charAt(end + 1) === ':' ? 'too many colons in address' : 'missing port in address'
  const host = bracketed ? text.slice(1, end) : text.slice(0, colon)
  if (!bracketed && host.includes(':')) return 'too many colons in address'
  if (text.indexOf('[', bracketed ? 1 : 0) >= 0) return "unexpected '[' in address"
  if (text.indexOf(']', bracketed ? end + 1 : 0) >= 0) return "unexpected ']' in address"
  return { host, port: text.slice(colon + 1) }
}
