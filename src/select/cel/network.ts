// Kubernetes' CEL types `net.IP` and `net.CIDR` (k8s.io/apiserver/pkg/cel/library ip, cidr).

import type { Environment } from '@marcbachmann/cel-js'

/** An address as a number; IPv4 has 32 bits, IPv6 128. */
class IP {
  readonly value: bigint
  readonly bits: 32 | 128

  constructor(value: bigint, bits: 32 | 128) {
    this.value = value
    this.bits = bits
  }

  /** The canonical text. */
  toString(): string {
    if (this.bits === 32) return [24n, 16n, 8n, 0n].map(shift => (this.value >> shift) & 255n).join('.')
    const groups = Array.from({ length: 8 }, (_, i) => Number((this.value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
    // The longest run of zero groups, two at least, becomes `::`.
    const runs = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)
    const longest = runs[0]
    if (longest === undefined) return groups.join(':')
    const text = groups.join(':')
    const head = text.slice(0, longest.index)
    const tail = text.slice(longest.index + longest[0].length)
    return `${head}::${tail.replace(/^:/, '')}`
  }
}

class CIDR {
  readonly ip: IP
  readonly length: number

  constructor(ip: IP, length: number) {
    this.ip = ip
    this.length = length
  }

  mask(value: bigint): bigint {
    const low = BigInt(this.ip.bits - this.length)
    return (value >> low) << low
  }

  contains(ip: IP): boolean {
    return ip.bits === this.ip.bits && this.mask(ip.value) === this.mask(this.ip.value)
  }
}

export function registerNetwork(env: Environment): void {
  env.registerType('net.IP', IP).registerType('net.CIDR', CIDR)
  env.registerFunction('isIP(string): bool', (text: string) => parseIP(text) !== undefined)
  env.registerFunction('ip(string): net.IP', (text: string) => ip(text))
  // `ip.isCanonical(text)` in Kubernetes is a function of the namespace ip.
  env.registerFunction('string(net.IP): string', (address: IP) => address.toString())
  env.registerFunction('net.IP.family(): int', ({ bits }: IP) => (bits === 32 ? 4n : 6n))
  env.registerFunction('net.IP.isUnspecified(): bool', ({ value }: IP) => value === 0n)
  env.registerFunction('net.IP.isLoopback(): bool', (a: IP) => within(a, '127.0.0.0/8', '::1/128'))
  env.registerFunction(
    'net.IP.isLinkLocalMulticast(): bool',
    (a: IP) => within(a, '224.0.0.0/24') || (a.bits === 128 && (a.value >> 112n) % 0x10n === 2n && a.value >> 120n === 0xffn),
  )
  env.registerFunction('net.IP.isLinkLocalUnicast(): bool', (a: IP) => within(a, '169.254.0.0/16', 'fe80::/10'))
  env.registerFunction('net.IP.isGlobalUnicast(): bool', isGlobalUnicast)
  env.registerOperator('net.IP == net.IP', (a: IP, b: IP) => a.bits === b.bits && a.value === b.value)

  env.registerFunction('isCIDR(string): bool', (text: string) => parseCIDR(text) !== undefined)
  env.registerFunction('cidr(string): net.CIDR', (text: string) => cidr(text))
  env.registerFunction('string(net.CIDR): string', (block: CIDR) => `${block.ip}/${block.length}`)
  env.registerFunction('net.CIDR.containsIP(string): bool', (block: CIDR, text: string) => block.contains(ip(text)))
  env.registerFunction('net.CIDR.containsIP(net.IP): bool', (block: CIDR, address: IP) => block.contains(address))
  env.registerFunction('net.CIDR.containsCIDR(string): bool', (block: CIDR, text: string) => containsCIDR(block, cidr(text)))
  env.registerFunction('net.CIDR.containsCIDR(net.CIDR): bool', containsCIDR)
  env.registerFunction('net.CIDR.ip(): net.IP', (block: CIDR) => block.ip)
  env.registerFunction('net.CIDR.masked(): net.CIDR', (block: CIDR) => new CIDR(new IP(block.mask(block.ip.value), block.ip.bits), block.length))
  env.registerFunction('net.CIDR.prefixLength(): int', (block: CIDR) => BigInt(block.length))
  env.registerOperator('net.CIDR == net.CIDR', (a: CIDR, b: CIDR) => `${a.ip}/${a.length}` === `${b.ip}/${b.length}`)
}

function within(address: IP, ...blocks: string[]): boolean {
  return blocks.some(block => cidr(block).contains(address))
}

function isGlobalUnicast(a: IP): boolean {
  if (a.value === 0n || within(a, '127.0.0.0/8', '::1/128', '169.254.0.0/16', 'fe80::/10')) return false
  return !within(a, '224.0.0.0/4', 'ff00::/8') && !(a.bits === 32 && a.value === 0xffffffffn)
}

function containsCIDR(outer: CIDR, inner: CIDR): boolean {
  return outer.length <= inner.length && outer.contains(inner.ip)
}

function ip(text: string): IP {
  const address = parseIP(text)
  if (address === undefined) throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`)
  return address
}

function cidr(text: string): CIDR {
  const block = parseCIDR(text)
  if (block === undefined) throw new Error(`network address parse error during conversion from string: ${JSON.stringify(text)}`)
  return block
}

function parseCIDR(text: string): CIDR | undefined {
  const slash = text.lastIndexOf('/')
  const address = slash < 0 ? undefined : parseIP(text.slice(0, slash))
  const length = text.slice(slash + 1)
  if (address === undefined || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > address.bits) return undefined
  return new CIDR(address, Number(length))
}

/** No zones, no leading zeros, no IPv4 inside IPv6. */
function parseIP(text: string): IP | undefined {
  if (!text.includes(':')) {
    const parts = text.split('.')
    if (parts.length !== 4 || !parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
    return new IP(
      parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n),
      32,
    )
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map(half => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<string>(halves.length === 1 ? 0 : missing).fill('0'), ...tail]
  if (!groups.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return new IP(
    groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n),
    128,
  )
}
