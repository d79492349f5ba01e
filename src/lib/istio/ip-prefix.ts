// IP addresses and CIDR blocks as Go's net/netip reads them, with its error texts (documentation of net/netip).
import { goQuote } from './go-text.ts'

/** Why netip.ParsePrefix refuses `text`: `netip.ParsePrefix("10.0.0.1"): no '/'`; undefined when it does not. */
export function parsePrefixError(text: string): string | undefined {
  const fail = (why: string) => `netip.ParsePrefix(${goQuote(text)}): ${why}`
  const slash = text.lastIndexOf('/')
  if (slash < 0) return fail("no '/'")
  const address = text.slice(0, slash)
  const bits = text.slice(slash + 1)
  const addressError = parseAddrError(address)
  if (addressError !== undefined) return fail(addressError)
  const isV6 = address.includes(':')
  if (isV6 && address.includes('%')) return fail('IPv6 zones cannot be present in a prefix')
  if (!/^[0-9]+$/.test(bits) || (bits.length > 1 && bits.startsWith('0')) || bits.length > 19) return fail(`bad bits after slash: ${goQuote(bits)}`)
  return Number(bits) > (isV6 ? 128 : 32) ? fail('prefix length out of range') : undefined
}

/** Why netip.ParseAddr refuses `text`; undefined when it is an address. */
export function parseAddrError(text: string): string | undefined {
  const fail = (why: string, at?: string) => `ParseAddr(${goQuote(text)}): ${why}${at === undefined || at === '' ? '' : ` (at ${goQuote(at)})`}`
  const mark = /[.:%]/.exec(text)?.[0]
  if (mark === undefined) return fail('unable to parse IP')
  if (mark === '%') return fail('missing IPv6 address')
  const problem = mark === '.' ? v4Problem(text) : v6Problem(text)
  return problem === undefined ? undefined : fail(...problem)
}

/** Why, and the rest of the text from where it went wrong. */
type Problem = readonly [why: string, at?: string]

function v4Problem(text: string): Problem | undefined {
  let fields = 0
  let digits = ''
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (char >= '0' && char <= '9') {
      if (digits === '0') return ['IPv4 field has octet with leading zero']
      digits += char
      if (Number(digits) > 255) return ['IPv4 field has value >255']
    } else if (char === '.') {
      if (digits === '' || i === text.length - 1) return ['IPv4 field must have at least one digit', text.slice(i)]
      if (fields === 3) return ['IPv4 address too long']
      fields++
      digits = ''
    } else return ['unexpected character', text.slice(i)]
  }
  return fields < 3 ? ['IPv4 address too short'] : undefined
}

function v6Problem(whole: string): Problem | undefined {
  const percent = whole.indexOf('%')
  if (percent === whole.length - 1) return ['zone must be a non-empty string']
  let text = percent < 0 ? whole : whole.slice(0, percent)
  let groups = 0
  let ellipsis = -1
  if (text.startsWith('::')) {
    ellipsis = 0
    text = text.slice(2)
    if (text === '') return undefined
  }
  while (groups < 8) {
    const hex = /^[0-9a-fA-F]*/.exec(text)?.[0] ?? ''
    if (hex.length > 4) return ['each group must have 4 or less digits', text]
    if (hex === '') return ['each colon-separated field must have at least one digit', text]
    if (text.charAt(hex.length) === '.') {
      if (ellipsis < 0 && groups !== 6) return ['embedded IPv4 address must replace the final 2 fields of the address', text]
      if (groups > 6) return ['too many hex fields to fit an embedded IPv4 at the end of the address', text]
      const problem = v4Problem(text)
      if (problem !== undefined) return problem
      groups += 2
      text = ''
      break
    }
    groups++
    text = text.slice(hex.length)
    if (text === '') break
    if (!text.startsWith(':')) return ['unexpected character, want colon', text]
    if (text.length === 1) return ['colon must be followed by more characters', text]
    text = text.slice(1)
    if (text.startsWith(':')) {
      if (ellipsis >= 0) return ['multiple :: in address', text]
      ellipsis = groups
      text = text.slice(1)
      if (text === '') break
    }
  }
  if (text !== '') return ['trailing garbage after address', text]
  if (groups < 8) return ellipsis < 0 ? ['address string too short'] : undefined
  return ellipsis < 0 ? undefined : ['the :: must expand to at least one field of zeros']
}
