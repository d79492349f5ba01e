// Go's package net/url: URLs from text and back (its documentation; RFC 3986).

import { parseAddr } from './netip.ts'
import { quote } from './strconv.ts'
import { escapePart, unescapePart } from './url-escape.ts'
import { GoError } from './value.ts'

export { queryEscape } from './url-escape.ts'

/** A URL in its parts, as Go's url.URL. */
export interface Url {
  readonly scheme: string
  /** Text after the scheme if it is not a path: `a@b` in `mailto:a@b`. */
  readonly opaque: string
  /** Escaped; undefined for none. */
  readonly userinfo: string | undefined
  /** With port, and with brackets around an IPv6 address. */
  readonly host: string
  /** Unescaped. */
  readonly path: string
  /** As written, where the usual escapes of the path would be others; else empty. */
  readonly rawPath: string
  /** As written. */
  readonly query: string
  /** Whether there is a `?` with nothing behind it. */
  readonly forceQuery: boolean
  /** Whether the authority was left out: `file:/a` rather than `file:///a`. */
  readonly omitHost: boolean
  /** Unescaped. */
  readonly fragment: string
  /** As written, where the usual escapes of the fragment would be others; else empty. */
  readonly rawFragment: string
}

/** A URL without anything, to build one from. */
export const EMPTY_URL: Url = {
  ...{ scheme: '', opaque: '', userinfo: undefined, host: '', path: '', rawPath: '' },
  ...{ query: '', forceQuery: false, omitHost: false, fragment: '', rawFragment: '' },
}

/**
 * Go's url.Parse.
 *
 *     parseUrl('https://example.com:8443/a%20b?x=1').path // '/a b'
 * @throws GoError `parse "…": …`
 */
export function parseUrl(text: string): Url {
  const [beforeFragment, rawFragment] = cut(text, '#')
  const url = withText(beforeFragment, () => parse(beforeFragment, false))
  if (rawFragment === '') return url
  const fragment = withText(text, () => unescapePart(rawFragment, 'fragment'))
  return { ...url, fragment, rawFragment: escapePart(fragment, 'fragment') === rawFragment ? '' : rawFragment }
}

/**
 * Go's url.ParseRequestURI: an absolute URL or an absolute path, in which `#` begins no fragment.
 *
 *     parseRequestUri('/a?b').query // 'b'
 * @throws GoError
 */
export function parseRequestUri(text: string): Url {
  return withText(text, () => parse(text, true))
}

/** Go's URL.Hostname: the host without port and brackets. */
export function hostname({ host }: Url): string {
  return splitPort(host).host
}

/** Go's URL.Port: the digits behind the host, or nothing. */
export function port({ host }: Url): string {
  return splitPort(host).port
}

function splitPort(host: string): { readonly host: string; readonly port: string } {
  const [, before = host, digits = ''] = /^(.*):([0-9]*)$/s.exec(host) ?? []
  return { host: before.startsWith('[') && before.endsWith(']') ? before.slice(1, -1) : before, port: digits }
}

/** Go's URL.EscapedPath: the path as it was written, where that is right. */
export function escapedPath({ path, rawPath }: Url): string {
  if (rawPath !== '' && isEscapeOf(rawPath, path, 'path')) return rawPath
  return path === '*' ? '*' : escapePart(path, 'path')
}

/** Go's URL.EscapedFragment. */
export function escapedFragment({ fragment, rawFragment }: Url): string {
  if (rawFragment !== '' && isEscapeOf(rawFragment, fragment, 'fragment')) return rawFragment
  return escapePart(fragment, 'fragment')
}

/**
 * Go's URL.String.
 *
 *     formatUrl({ ...EMPTY_URL, scheme: 'http', host: 'h', path: '/a b' }) // 'http://h/a%20b'
 */
export function formatUrl(url: Url): string {
  const { scheme, opaque, userinfo, host } = url
  const start = scheme === '' ? '' : `${scheme}:`
  const end = queryText(url) + (url.fragment === '' ? '' : `#${escapedFragment(url)}`)
  if (opaque !== '') return start + opaque + end
  const hasAuthority = host !== '' || userinfo !== undefined || (scheme !== '' && url.path !== '' && !url.omitHost)
  const authority = hasAuthority ? `//${userinfo === undefined ? '' : `${userinfo}@`}${escapePart(host, 'host')}` : ''
  const path = escapedPath(url)
  const slash = path !== '' && !path.startsWith('/') && host !== '' ? '/' : ''
  // A colon in the first segment would read as a scheme.
  const dot = start + authority === '' && /^[^/]*:/.test(path) ? './' : ''
  return start + authority + slash + dot + path + end
}

function queryText({ query, forceQuery }: Url): string {
  return forceQuery || query !== '' ? `?${query}` : ''
}

/** Go's URL.Query: the values of each key, without the parts that cannot be read. */
export function queryOf({ query }: Url): Map<string, string[]> {
  const values = new Map<string, string[]>()
  const parts = query.split('&')
  if (parts.length > MAX_PARAMETERS) return values
  for (const part of parts) {
    if (part === '' || part.includes(';')) continue
    try {
      const [key = '', value = ''] = cut(part, '=').map(side => unescapePart(side, 'query'))
      const known = values.get(key)
      if (known === undefined) values.set(key, [value])
      else known.push(value)
    } catch (error) {
      if (!(error instanceof GoError)) throw error
    }
  }
  return values
}

const MAX_PARAMETERS = 10_000

function withText<Result>(text: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`parse ${quote(text)}: ${error.message}`)
    throw error
  }
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)]
}

function parse(text: string, isRequest: boolean): Url {
  if (/[\x00-\x1f\x7f]/.test(text)) throw new GoError('net/url: invalid control character in URL')
  if (isRequest && text === '') throw new GoError('empty url')
  if (text === '*') return { ...EMPTY_URL, path: '*' }
  const { scheme, rest: afterScheme } = splitScheme(text)
  const [beforeQuery, query] = cut(afterScheme, '?')
  const url = { ...EMPTY_URL, scheme, query, forceQuery: query === '' && beforeQuery !== afterScheme }
  if (!beforeQuery.startsWith('/')) {
    if (scheme !== '') return { ...url, opaque: beforeQuery }
    if (isRequest) throw new GoError('invalid URI for request')
    if (/^[^/]*:/.test(beforeQuery)) throw new GoError('first path segment in URL cannot contain colon')
  }
  const hasAuthority = beforeQuery.startsWith('//') && (scheme !== '' || (!isRequest && !beforeQuery.startsWith('///')))
  if (!hasAuthority) return { ...url, ...pathOf(beforeQuery), omitHost: scheme !== '' }
  const slash = beforeQuery.indexOf('/', 2)
  const end = slash < 0 ? beforeQuery.length : slash
  return { ...url, ...parseAuthority(beforeQuery.slice(2, end), scheme), ...pathOf(beforeQuery.slice(end)) }
}

function pathOf(rawPath: string): Pick<Url, 'path' | 'rawPath'> {
  const path = unescapePart(rawPath, 'path')
  return { path, rawPath: escapePart(path, 'path') === rawPath ? '' : rawPath }
}

/** Whether an escaped text is one that may stand in a URL, and means the unescaped one. */
function isEscapeOf(escaped: string, plain: string, part: 'path' | 'fragment'): boolean {
  return /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/?]*$/.test(part === 'path' ? escaped.replaceAll('?', ' ') : escaped) && isUnescaped(escaped, plain, part)
}

function isUnescaped(escaped: string, plain: string, part: 'path' | 'fragment'): boolean {
  try {
    return unescapePart(escaped, part) === plain
  } catch (error) {
    if (error instanceof GoError) return false
    throw error
  }
}

function splitScheme(text: string): { readonly scheme: string; readonly rest: string } {
  const found = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text)?.[0]
  if (found !== undefined) return { scheme: found.slice(0, -1).toLowerCase(), rest: text.slice(found.length) }
  if (text.startsWith(':')) throw new GoError('missing protocol scheme')
  return { scheme: '', rest: text }
}

const USERINFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/

function parseAuthority(authority: string, scheme: string): Pick<Url, 'userinfo' | 'host'> {
  const at = authority.lastIndexOf('@')
  const host = parseHost(authority.slice(at + 1), scheme)
  if (at < 0) return { userinfo: undefined, host }
  const userinfo = authority.slice(0, at)
  if (!USERINFO.test(userinfo)) throw new GoError('net/url: invalid userinfo')
  const [user, password] = cut(userinfo, ':')
  const name = escapePart(unescapePart(user, 'userinfo'), 'userinfo')
  return { userinfo: userinfo.includes(':') ? `${name}:${escapePart(unescapePart(password, 'userinfo'), 'userinfo')}` : name, host }
}

function parseHost(host: string, scheme: string): string {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) throw new GoError('invalid IP-literal')
  if (bracket === 0) return parseIpLiteral(host)
  // Schemes other than HTTP's may list several hosts with a port each.
  if (host.includes(':')) checkPort(host.slice(scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':')))
  return unescapePart(host, 'host')
}

/** An IPv6 address in brackets, whose zone stands behind `%25`. */
function parseIpLiteral(host: string): string {
  const close = host.lastIndexOf(']')
  if (close < 0) throw new GoError("missing ']' in host")
  const colonPort = host.slice(close + 1)
  checkPort(colonPort)
  const inside = host.slice(1, close)
  const zone = inside.indexOf('%25')
  const address = zone < 0 ? unescapePart(inside, 'host') : unescapePart(inside.slice(0, zone), 'host') + unescapePart(inside.slice(zone), 'zone')
  checkIpv6(address)
  return `[${address}]${colonPort}`
}

function checkIpv6(address: string): void {
  try {
    if (parseAddr(address).bits === 128) return
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`invalid host: ${error.message}`)
    throw error
  }
  throw new GoError('invalid IP-literal')
}

function checkPort(colonPort: string): void {
  if (colonPort !== '' && !/^:[0-9]*$/.test(colonPort)) throw new GoError(`invalid port ${quote(colonPort)} after host`)
}
