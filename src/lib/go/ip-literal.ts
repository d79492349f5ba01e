// IPv6 addresses in the brackets of a URL, checked with the error texts of Go's netip.ParseAddr (RFC 4291; RFC 6874 for zones).

import { quote } from './strconv.ts'
import { GoError } from './value.ts'

/** Throws GoError `invalid host: ParseAddr("…"): …` for what is no IPv6 address. */
export function checkIpLiteral(address: string): void {
  const first = /[.:%]/.exec(address)?.[0]
  if (first === ':') checkIpv6(address)
  else if (first === '.') checkBareIpv4(address)
  else throw refused(address, first === '%' ? 'missing IPv6 address' : 'unable to parse IP')
}

function refused(address: string, why: string, at: string = ''): GoError {
  return new GoError(`invalid host: ParseAddr(${quote(address)}): ${why}${at === '' ? '' : ` (at ${quote(at)})`}`)
}

function checkBareIpv4(address: string): never {
  checkIpv4(address, address)
  throw new GoError('invalid IP-literal')
}

const GROUPS = 8

function checkIpv6(address: string): void {
  const zoneAt = address.indexOf('%')
  if (zoneAt >= 0 && zoneAt === address.length - 1) throw refused(address, 'zone must be a non-empty string')
  let rest = zoneAt < 0 ? address : address.slice(0, zoneAt)
  let hasEllipsis = rest.startsWith('::')
  if (hasEllipsis) rest = rest.slice(2)
  if (hasEllipsis && rest === '') return
  let groups = 0
  while (groups < GROUPS) {
    const digits = /^[0-9a-fA-F]*/.exec(rest)?.[0] ?? ''
    if (digits.length > 4) throw refused(address, 'each group must have 4 or fewer digits', rest)
    if (digits === '') throw refused(address, 'each colon-separated field must have at least one digit', rest)
    if (rest[digits.length] === '.') {
      groups += embeddedIpv4(address, rest, { groups, hasEllipsis })
      rest = ''
      break
    }
    groups++
    rest = rest.slice(digits.length)
    if (rest === '') break
    if (!rest.startsWith(':')) throw refused(address, 'unexpected character, want colon', rest)
    if (rest === ':') throw refused(address, 'colon must be followed by more characters', rest)
    rest = rest.slice(1)
    if (!rest.startsWith(':')) continue
    if (hasEllipsis) throw refused(address, 'multiple :: in address', rest)
    hasEllipsis = true
    rest = rest.slice(1)
    if (rest === '') break
  }
  if (rest !== '') throw refused(address, 'trailing garbage after address', rest)
  if (groups < GROUPS && !hasEllipsis) throw refused(address, 'address string too short')
  if (groups === GROUPS && hasEllipsis) throw refused(address, 'the :: must expand to at least one field of zeros')
}

/** Two groups' worth. */
function embeddedIpv4(address: string, rest: string, { groups, hasEllipsis }: { groups: number; hasEllipsis: boolean }): number {
  if (!hasEllipsis && groups !== GROUPS - 2) throw refused(address, 'embedded IPv4 address must replace the final 2 fields of the address', rest)
  if (groups + 2 > GROUPS) throw refused(address, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest)
  checkIpv4(address, rest)
  return 2
}

function checkIpv4(address: string, fields: string): void {
  let count = 0
  let digits = ''
  for (let i = 0; i < fields.length; i++) {
    const char = fields[i] ?? ''
    if (char >= '0' && char <= '9') {
      if (digits === '0') throw refused(address, 'IPv4 field has octet with leading zero')
      digits += char
      if (Number(digits) > 255) throw refused(address, 'IPv4 field has value >255')
    } else if (char !== '.') throw refused(address, 'unexpected character', fields.slice(i))
    else {
      if (digits === '' || i === fields.length - 1) throw refused(address, 'IPv4 field must have at least one digit', fields.slice(i))
      if (count === 3) throw refused(address, 'IPv4 address too long')
      count++
      digits = ''
    }
  }
  if (count < 3) throw refused(address, 'IPv4 address too short')
}
