// Sprig's URL functions: parsing and joining as Go's net/url does (documentation of net/url; RFC 3986).

import { checkIpLiteral } from '../go/ip-literal.ts'
import { quote } from '../go/strconv.ts'
import { byteSlice, fromBytes, toBytes } from '../go/utf8.ts'
import { GoError, type GoValue, MAP, STRING } from '../go/value.ts'
import { dict, type Entries, fn, type GoMap, text } from './define.ts'
import { kindName, NIL_POINTER } from './reflected.ts'

export function urlFuncs(): Entries {
  return [
    ['urlParse', fn([text], MAP, s => toMap(orUnable(s)))],
    ['urlJoin', fn([dict], STRING, map => join(map ?? new Map()))],
  ]
}

interface Url {
  readonly scheme: string
  readonly opaque: string
  /** Escaped; undefined for none. */
  readonly userinfo: string | undefined
  readonly host: string
  /** Unescaped. */
  readonly path: string
  /** As written, where that is not the usual escaping of the path. */
  readonly rawPath: string
  readonly query: string
  readonly fragment: string
  readonly rawFragment: string
}

function orUnable(s: string): Url {
  try {
    return parseUrl(s)
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`unable to parse url: ${error.message}`)
    throw error
  }
}

function toMap(url: Url): GoMap {
  return new Map<GoValue, GoValue>([
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostname(url.host)],
    ['path', url.path],
    ['query', url.query],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.userinfo ?? ''],
  ])
}

/** Without port and brackets. */
function hostname(host: string): string {
  const withoutPort = /^(.*):[0-9]*$/s.exec(host)?.[1] ?? host
  return withoutPort.startsWith('[') && withoutPort.endsWith(']') ? withoutPort.slice(1, -1) : withoutPort
}

/** Throws GoError `parse "…": …`. */
function parseUrl(s: string): Url {
  const [beforeFragment = '', rawFragment = ''] = cut(s, '#')
  const url = withText(beforeFragment, () => parseWithoutFragment(beforeFragment))
  return { ...url, fragment: withText(s, () => percentDecoded(rawFragment, 'fragment')), rawFragment }
}

function withText<Result>(s: string, parse: () => Result): Result {
  try {
    return parse()
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`parse ${quote(s)}: ${error.message}`)
    throw error
  }
}

function cut(s: string, mark: string): [string, string] {
  const at = s.indexOf(mark)
  return at < 0 ? [s, ''] : [s.slice(0, at), s.slice(at + mark.length)]
}

function parseWithoutFragment(s: string): Omit<Url, 'fragment' | 'rawFragment'> {
  if (/[\x00-\x1f\x7f]/.test(s)) throw new GoError('net/url: invalid control character in URL')
  const nothing = { scheme: '', opaque: '', userinfo: undefined, host: '', path: '', rawPath: '', query: '' }
  if (s === '*') return { ...nothing, path: '*' }
  const { scheme, rest: afterScheme } = splitScheme(s)
  const [beforeQuery, query] = cut(afterScheme, '?')
  let rest = beforeQuery
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...nothing, scheme, opaque: rest, query }
    if (/^[^/]*:/.test(rest)) throw new GoError('first path segment in URL cannot contain colon')
  }
  let authority = { userinfo: undefined as string | undefined, host: '' }
  if (rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))) {
    const end = rest.indexOf('/', 2)
    authority = parseAuthority(end < 0 ? rest.slice(2) : rest.slice(2, end), scheme)
    rest = end < 0 ? '' : rest.slice(end)
  }
  return { scheme, opaque: '', ...authority, path: percentDecoded(rest, 'path'), rawPath: rest, query }
}

function splitScheme(s: string): { scheme: string; rest: string } {
  const found = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(s)?.[0]
  if (found !== undefined) return { scheme: found.slice(0, -1).toLowerCase(), rest: s.slice(found.length) }
  if (s.startsWith(':')) throw new GoError('missing protocol scheme')
  return { scheme: '', rest: s }
}

const USERINFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/

function parseAuthority(authority: string, scheme: string): { userinfo: string | undefined; host: string } {
  const at = authority.lastIndexOf('@')
  const host = parseHost(authority.slice(at + 1), scheme)
  if (at < 0) return { userinfo: undefined, host }
  const userinfo = authority.slice(0, at)
  if (!USERINFO.test(userinfo)) throw new GoError('net/url: invalid userinfo')
  const [user, password] = cut(userinfo, ':')
  const name = percentEncoded(percentDecoded(user, 'userinfo'), 'userinfo')
  return { userinfo: userinfo.includes(':') ? `${name}:${percentEncoded(percentDecoded(password, 'userinfo'), 'userinfo')}` : name, host }
}

function parseHost(host: string, scheme: string): string {
  const open = host.lastIndexOf('[')
  if (open > 0) throw new GoError('invalid IP-literal')
  if (open === 0) return parseIpLiteral(host)
  if (host.includes(':')) {
    // Other schemes may list several hosts with a port each.
    checkPort(host.slice(scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':')))
  }
  return percentDecoded(host, 'host')
}

function parseIpLiteral(host: string): string {
  const close = host.lastIndexOf(']')
  if (close < 0) throw new GoError("missing ']' in host")
  checkPort(host.slice(close + 1))
  const zone = host.indexOf('%25')
  const hasZone = zone >= 0 && zone < close
  const address = hasZone
    ? percentDecoded(host.slice(1, zone), 'host') + percentDecoded(host.slice(zone, close), 'zone')
    : percentDecoded(host.slice(1, close), 'host')
  checkIpLiteral(address)
  return `[${address}${percentDecoded(host.slice(close), 'host')}`
}

function checkPort(port: string): void {
  if (port !== '' && !/^:[0-9]*$/.test(port)) throw new GoError(`invalid port ${quote(port)} after host`)
}

type Place = 'path' | 'host' | 'zone' | 'userinfo' | 'fragment'

/** Undoes %XX. Hosts may hold it only for what is not ASCII, zones for little more. */
function percentDecoded(s: string, place: Place): string {
  const bytes: number[] = []
  let at = 0
  for (let i = 0; i < s.length; i++) {
    const char = s[i] ?? ''
    if (char === '%') {
      const code = s.slice(i + 1, i + 3)
      if (!/^[0-9a-fA-F]{2}$/.test(code)) throw new GoError(`invalid URL escape ${quote(byteSlice(s.slice(i), 0, 3))}`)
      checkHostEscape(code, place)
      for (const byte of toBytes(s.slice(at, i))) bytes.push(byte)
      bytes.push(Number.parseInt(code, 16))
      i += 2
      at = i + 1
    } else if ((place === 'host' || place === 'zone') && char < '\x80' && shouldEscape(char, place)) {
      throw new GoError(`invalid character ${quote(char)} in host name`)
    }
  }
  return at === 0 ? s : fromBytes(Uint8Array.from([...bytes, ...toBytes(s.slice(at))]))
}

function checkHostEscape(code: string, place: Place): void {
  const char = String.fromCharCode(Number.parseInt(code, 16))
  if (place === 'host' && char < '\x80' && code !== '25') throw new GoError(`invalid URL escape ${quote(`%${code}`)}`)
  if (place === 'zone' && code !== '25' && char !== ' ' && shouldEscape(char, 'host')) throw new GoError(`invalid URL escape ${quote(`%${code}`)}`)
}

const UNRESERVED = /[A-Za-z0-9\-_.~]/
const KEPT: Readonly<Record<Place, RegExp>> = {
  path: /[$&+,/:;=@]/,
  host: /[!$&'()*+,;=:[\]<>"]/,
  zone: /[!$&'()*+,;=:[\]<>"]/,
  userinfo: /[$&+,;=]/,
  fragment: /[!()*$&+,/:;=?@]/,
}

function shouldEscape(char: string, place: Place): boolean {
  return !UNRESERVED.test(char) && !KEPT[place].test(char)
}

function percentEncoded(s: string, place: Place): string {
  let out = ''
  for (const byte of toBytes(s)) {
    const char = String.fromCharCode(byte)
    out += byte < 0x80 && !shouldEscape(char, place) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

/** urlJoin: the text of a URL in parts, all of them text. */
function join(map: GoMap): string {
  const part = (key: string): string => {
    if (!map.has(key)) return ''
    const value = map.get(key) ?? null
    if (typeof value === 'string') return value
    throw new GoError(value === null ? NIL_POINTER : `unable to parse ${key} key, must be of type string, but ${kindName(value)} found`)
  }
  const url = { scheme: part('scheme'), host: part('host'), path: part('path'), query: part('query'), opaque: part('opaque'), fragment: part('fragment') }
  const userinfo = part('userinfo')
  return format({ ...url, userinfo: userinfo === '' ? undefined : userinfoOf(userinfo), rawPath: '', rawFragment: '' })
}

function userinfoOf(userinfo: string): string | undefined {
  try {
    return parseUrl(`proto://${userinfo}@host`).userinfo
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`unable to parse userinfo in dict: ${error.message}`)
    throw error
  }
}

function format(url: Url): string {
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`
  const query = url.query === '' ? '' : `?${url.query}`
  const fragment = url.fragment === '' ? '' : `#${percentEncoded(url.fragment, 'fragment')}`
  if (url.opaque !== '') return scheme + url.opaque + query + fragment
  const hasAuthority = url.scheme !== '' || url.host !== '' || url.userinfo !== undefined
  let out = scheme
  if (hasAuthority && (url.host !== '' || url.path !== '' || url.userinfo !== undefined)) {
    out += `//${url.userinfo === undefined ? '' : `${url.userinfo}@`}${percentEncoded(url.host, 'host')}`
  }
  const path = url.path === '*' ? '*' : percentEncoded(url.path, 'path')
  if (path !== '' && !path.startsWith('/') && url.host !== '') out += '/'
  // A colon in the first segment would read as a scheme.
  if (out === '' && /^[^/]*:/.test(path)) out += './'
  return out + path + query + fragment
}
