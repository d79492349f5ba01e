// Go's package net/netip: IP addresses and CIDR blocks from text, with Go's error texts (its documentation; RFC 4291; RFC 5952).

import { quote } from './strconv.ts'
import { GoError } from './value.ts'

/** An IP address. IPv4 has 32 bits, IPv6 has 128 and may have a zone (`eth0` in `fe80::1%eth0`). */
export interface Addr {
  readonly value: bigint
  readonly bits: 32 | 128
  readonly zone: string
}

/** A CIDR block: an address, of which the first `bits` count. */
export interface Prefix {
  readonly addr: Addr
  readonly bits: number
}

/**
 * Go's netip.ParseAddr.
 *
 *     parseAddr('10.0.0.1') // { value: 167772161n, bits: 32, zone: '' }
 * @throws GoError `ParseAddr("1.2.3"): IPv4 address too short`
 */
export function parseAddr(text: string): Addr {
  const mark = /[.:%]/.exec(text)?.[0]
  if (mark === undefined) throw refused(text, 'unable to parse IP')
  if (mark === '%') throw refused(text, 'missing IPv6 address')
  return mark === '.' ? { value: ipv4(text, text), bits: 32, zone: '' } : ipv6(text)
}

/**
 * Go's netip.ParsePrefix.
 *
 *     parsePrefix('10.0.0.0/8').bits // 8
 * @throws GoError `netip.ParsePrefix("10.0.0.1"): no '/'`
 */
export function parsePrefix(text: string): Prefix {
  const refuse = (why: string): GoError => new GoError(`netip.ParsePrefix(${quote(text)}): ${why}`)
  const slash = text.lastIndexOf('/')
  if (slash < 0) throw refuse("no '/'")
  const addr = addrOfPrefix(text.slice(0, slash), refuse)
  if (addr.zone !== '') throw refuse('IPv6 zones cannot be present in a prefix')
  const bits = text.slice(slash + 1)
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(bits) || BigInt(bits) >= 1n << 63n) throw refuse(`bad bits after slash: ${quote(bits)}`)
  if (Number(bits) > addr.bits) throw refuse('prefix length out of range')
  return { addr, bits: Number(bits) }
}

function addrOfPrefix(text: string, refuse: (why: string) => GoError): Addr {
  try {
    return parseAddr(text)
  } catch (error) {
    if (error instanceof GoError) throw refuse(error.message)
    throw error
  }
}

/**
 * Go's Addr.String: the shortest form of an address.
 *
 *     formatAddr(parseAddr('2001:DB8:0:0:1:0:0:1')) // '2001:db8::1:0:0:1'
 */
export function formatAddr(addr: Addr): string {
  const { value, bits, zone } = addr
  if (bits === 32) return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 0xffn).join('.')
  const suffix = zone === '' ? '' : `%${zone}`
  if (is4In6(addr)) return `::ffff:${formatAddr(unmap(addr))}${suffix}`
  const groups = Array.from({ length: GROUPS }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  const zeros = longestZeros(groups)
  if (zeros === undefined) return groups.join(':') + suffix
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.end).join(':')}${suffix}`
}

/** Go's Prefix.String: `10.0.0.0/8`. */
export function formatPrefix({ addr, bits }: Prefix): string {
  return `${formatAddr(addr)}/${bits}`
}

/** Whether an IPv6 address stands for an IPv4 address: `::ffff:1.2.3.4`. */
export function is4In6({ value, bits }: Addr): boolean {
  return bits === 128 && value >> 32n === 0xffffn
}

/** Go's Addr.Unmap: the IPv4 address that an IPv6 address stands for; every other address as it is. */
export function unmap(addr: Addr): Addr {
  return is4In6(addr) ? { value: addr.value & 0xffffffffn, bits: 32, zone: '' } : addr
}

/** Whether an address is 0.0.0.0 or `::`. */
export function isUnspecified({ value, zone }: Addr): boolean {
  return value === 0n && zone === ''
}

/** Whether an address is in 127.0.0.0/8, or is `::1`. */
export function isLoopback(addr: Addr): boolean {
  const { value, bits } = unmap(addr)
  return bits === 32 ? value >> 24n === 127n : value === 1n
}

/** Whether an address is in 224.0.0.0/4 or ff00::/8. */
export function isMulticast(addr: Addr): boolean {
  const { value, bits } = unmap(addr)
  return bits === 32 ? value >> 28n === 0xen : value >> 120n === 0xffn
}

/** Whether an address is in 169.254.0.0/16 or fe80::/10. */
export function isLinkLocalUnicast(addr: Addr): boolean {
  const { value, bits } = unmap(addr)
  return bits === 32 ? value >> 16n === 0xa9fen : value >> 118n === 0xfe80n >> 6n
}

/** Whether an address is in 224.0.0.0/24 or ffX2::/16. */
export function isLinkLocalMulticast(addr: Addr): boolean {
  const { value, bits } = unmap(addr)
  return bits === 32 ? value >> 8n === 0xe00000n : ((value >> 112n) & 0xff0fn) === 0xff02n
}

/** Whether an address can be one host's beyond its link; also one of a private network. */
export function isGlobalUnicast(addr: Addr): boolean {
  const plain = unmap(addr)
  if (plain.bits === 32 && plain.value === 0xffffffffn) return false
  return !isUnspecified(plain) && !isLoopback(plain) && !isMulticast(plain) && !isLinkLocalUnicast(plain)
}

/**
 * Go's Prefix.Masked: the block with the bits set to zero that do not count.
 *
 *     formatPrefix(masked(parsePrefix('10.1.2.3/8'))) // '10.0.0.0/8'
 */
export function masked({ addr, bits }: Prefix): Prefix {
  const rest = BigInt(addr.bits - bits)
  return { addr: { ...addr, value: (addr.value >> rest) << rest }, bits }
}

/** Go's Prefix.Contains: no block contains an address with a zone, and none of IPv4 an IPv6 address that stands for one of IPv4. */
export function contains({ addr, bits }: Prefix, other: Addr): boolean {
  if (other.bits !== addr.bits || other.zone !== '') return false
  const rest = BigInt(addr.bits - bits)
  return addr.value >> rest === other.value >> rest
}

function refused(text: string, why: string, at: string = ''): GoError {
  return new GoError(`ParseAddr(${quote(text)}): ${why}${at === '' ? '' : ` (at ${quote(at)})`}`)
}

/** The value of four fields; `whole` is the text that errors name, of which they may be the end. */
function ipv4(whole: string, fields: string): bigint {
  const values: number[] = []
  let digits = ''
  for (let i = 0; i < fields.length; i++) {
    const char = fields.charAt(i)
    if (char >= '0' && char <= '9') {
      if (digits === '0') throw refused(whole, 'IPv4 field has octet with leading zero')
      digits += char
      if (Number(digits) > 255) throw refused(whole, 'IPv4 field has value >255')
    } else if (char !== '.') throw refused(whole, 'unexpected character', fields.slice(i))
    else {
      if (digits === '' || i === fields.length - 1) throw refused(whole, 'IPv4 field must have at least one digit', fields.slice(i))
      if (values.push(Number(digits)) > 3) throw refused(whole, 'IPv4 address too long')
      digits = ''
    }
  }
  if (values.length < 3) throw refused(whole, 'IPv4 address too short')
  return [...values, Number(digits)].reduce((value, field) => (value << 8n) | BigInt(field), 0n)
}

const GROUPS = 8

function ipv6(whole: string): Addr {
  const percent = whole.indexOf('%')
  if (percent === whole.length - 1) throw refused(whole, 'zone must be a non-empty string')
  const zone = percent < 0 ? '' : whole.slice(percent + 1)
  const groups: bigint[] = []
  /** Number of groups before the `::`. */
  let ellipsis = -1
  let rest = percent < 0 ? whole : whole.slice(0, percent)
  if (rest.startsWith('::')) {
    ellipsis = 0
    rest = rest.slice(2)
  }
  while (groups.length < GROUPS && (rest !== '' || ellipsis !== groups.length)) {
    const digits = /^[0-9a-fA-F]*/.exec(rest)?.[0] ?? ''
    if (digits.length > 4) throw refused(whole, 'each group must have 4 or less digits', rest)
    if (digits === '') throw refused(whole, 'each colon-separated field must have at least one digit', rest)
    if (rest.charAt(digits.length) === '.') {
      groups.push(...embeddedIpv4(whole, rest, { count: groups.length, hasEllipsis: ellipsis >= 0 }))
      rest = ''
      break
    }
    groups.push(BigInt(`0x${digits}`))
    rest = rest.slice(digits.length)
    if (rest === '') break
    if (!rest.startsWith(':')) throw refused(whole, 'unexpected character, want colon', rest)
    if (rest === ':') throw refused(whole, 'colon must be followed by more characters', rest)
    rest = rest.slice(1)
    if (!rest.startsWith(':')) continue
    if (ellipsis >= 0) throw refused(whole, 'multiple :: in address', rest)
    ellipsis = groups.length
    rest = rest.slice(1)
  }
  if (rest !== '') throw refused(whole, 'trailing garbage after address', rest)
  if (groups.length < GROUPS && ellipsis < 0) throw refused(whole, 'address string too short')
  if (groups.length === GROUPS && ellipsis >= 0) throw refused(whole, 'the :: must expand to at least one field of zeros')
  const zeros = new Array<bigint>(GROUPS - groups.length).fill(0n)
  const all = ellipsis < 0 ? groups : [...groups.slice(0, ellipsis), ...zeros, ...groups.slice(ellipsis)]
  return { value: all.reduce((value, group) => (value << 16n) | group, 0n), bits: 128, zone }
}

/** The two groups of an IPv4 address at the end of an IPv6 address. */
function embeddedIpv4(whole: string, rest: string, { count, hasEllipsis }: { count: number; hasEllipsis: boolean }): [bigint, bigint] {
  if (!hasEllipsis && count !== GROUPS - 2) throw refused(whole, 'embedded IPv4 address must replace the final 2 fields of the address', rest)
  if (count + 2 > GROUPS) throw refused(whole, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest)
  const value = ipv4(whole, rest)
  return [value >> 16n, value & 0xffffn]
}

/** The first of the longest runs of at least two zero groups. */
function longestZeros(groups: readonly string[]): { start: number; end: number } | undefined {
  let longest = { start: 0, end: 1 }
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === '0') end++
    if (end - start > longest.end - longest.start) longest = { start, end }
  }
  return longest.end - longest.start > 1 ? longest : undefined
}
