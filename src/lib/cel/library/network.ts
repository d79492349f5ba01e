// Kubernetes' types net.IP and net.CIDR (k8s.io/apiserver, pkg/cel/library, ip and cidr; Go's net/netip).

import {
  type Addr,
  contains,
  formatAddr,
  formatPrefix,
  is4In6,
  isGlobalUnicast,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isUnspecified,
  masked,
  type Prefix,
  parseAddr,
  parsePrefix,
} from '../../go/netip.ts'
import { quote } from '../../go/strconv.ts'
import { byDoubleSize, bySize, type CostRule, sizeOf, traversal } from '../cost.ts'
import { declare, type FunctionDeclaration, ofTypes } from '../function.ts'
import { CelError, type CelValue, NO_OVERLOAD, Opaque, type Result } from '../value.ts'
import { getter, orCelError, parserFunctions, payloadOf } from './parsed.ts'

const IP = 'net.IP'
const CIDR = 'net.CIDR'
const IN_CIDR = 'network address parse error during conversion from string: '

function ip(addr: Addr): Opaque {
  return new Opaque(IP, formatAddr(addr), { payload: addr, size: addr.bits / 8 })
}

function cidr(prefix: Prefix): Opaque {
  return new Opaque(CIDR, formatPrefix(prefix), { payload: prefix, size: Math.ceil(prefix.bits / 8) })
}

function mapped(text: string): string {
  return `IPv4-mapped IPv6 address ${quote(text)} is not allowed`
}

function parseIP(text: string): Result {
  const parse = (): Result => {
    const addr = parseAddr(text)
    if (addr.zone !== '') return new CelError(`IP address ${quote(text)} with zone value is not allowed`)
    return is4In6(addr) ? new CelError(mapped(text)) : ip(addr)
  }
  return orCelError(parse, `IP Address ${quote(text)} parse error during conversion from string: `)
}

function parseCIDR(text: string): Result {
  const parse = (): Result => {
    const prefix = parsePrefix(text)
    return is4In6(prefix.addr) ? new CelError(IN_CIDR + mapped(text)) : cidr(prefix)
  }
  return orCelError(parse, IN_CIDR + IN_CIDR)
}

function isCanonical(text?: CelValue): Result {
  const parsed = parseIP(text as string)
  return parsed instanceof CelError ? parsed : (parsed as Opaque).text === text
}

function containsIP(block?: CelValue, address?: CelValue): Result {
  const parsed = typeof address === 'string' ? parseIP(address) : address
  if (!(parsed instanceof Opaque)) return NO_OVERLOAD
  return contains(payloadOf<Prefix>(block), payloadOf<Addr>(parsed))
}

function containsCIDR(block?: CelValue, inner?: CelValue): Result {
  const parsed = typeof inner === 'string' ? parseCIDR(inner) : inner
  if (!(parsed instanceof Opaque)) return parsed ?? NO_OVERLOAD
  const [outer, prefix] = [payloadOf<Prefix>(block), payloadOf<Prefix>(parsed)]
  return contains(outer, prefix.addr) && outer.bits <= prefix.bits
}

const byContainment: CostRule = ([block]) => Math.ceil(sizeOf(block) * 0.2)
/** An additional cost if the argument is known to be a string. */
const byText: CostRule = ([, text]) => traversal(sizeOf(text))
const byInnerBlock: CostRule = (args, result) => byContainment(args, result) + traversal(sizeOf(args[0])) + 1

function test(name: string, holds: (addr: Addr) => boolean): FunctionDeclaration {
  return getter<Addr>(IP, name, 'bool', holds)
}

export const NETWORK: readonly FunctionDeclaration[] = [
  ...parserFunctions('ip', 'isIP', { type: IP, parse: parseIP, testCost: bySize }),
  ...parserFunctions('cidr', 'isCIDR', { type: CIDR, parse: parseCIDR, testCost: bySize }),
  declare('ip.isCanonical', [['(string) -> bool', isCanonical]], { cost: byDoubleSize }),
  declare('ip', [[`${CIDR}.() -> ${IP}`, block => ip(payloadOf<Prefix>(block).addr)]]),
  declare(
    'string',
    ofTypes([IP, CIDR], '(#) -> string', value => (value as Opaque).text),
  ),
  getter<Addr>(IP, 'family', 'int', ({ bits }) => (bits === 32 ? 4n : 6n)),
  test('isUnspecified', isUnspecified),
  test('isLoopback', isLoopback),
  test('isLinkLocalMulticast', isLinkLocalMulticast),
  test('isLinkLocalUnicast', isLinkLocalUnicast),
  test('isGlobalUnicast', isGlobalUnicast),
  declare(
    'containsIP',
    [
      [`${CIDR}.(string) -> bool`, containsIP, byText],
      [`${CIDR}.(${IP}) -> bool`, containsIP],
    ],
    { cost: byContainment },
  ),
  declare(
    'containsCIDR',
    [
      [`${CIDR}.(string) -> bool`, containsCIDR, byText],
      [`${CIDR}.(${CIDR}) -> bool`, containsCIDR],
    ],
    { cost: byInnerBlock },
  ),
  getter<Prefix>(CIDR, 'masked', CIDR, prefix => cidr(masked(prefix))),
  getter<Prefix>(CIDR, 'prefixLength', 'int', ({ bits }) => BigInt(bits)),
]
