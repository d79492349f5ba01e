// Reads and writes percent escapes in the parts of a URL, as Go's net/url does (its documentation; RFC 3986; RFC 6874 for zones).

import { quote } from './strconv.ts'
import { byteSlice, fromBytes, toBytes } from './utf8.ts'
import { GoError } from './value.ts'

/** The part of a URL that a text stands in; each may hold other characters unescaped. */
export type UrlPart = 'path' | 'host' | 'zone' | 'userinfo' | 'query' | 'fragment'

/**
 * The text without its escapes. A host may escape only bytes outside ASCII, a zone little more.
 *
 *     unescapePart('a%20b', 'path') // 'a b'
 * @throws GoError `invalid URL escape "%zz"`
 */
export function unescapePart(text: string, part: UrlPart): string {
  const isHost = part === 'host' || part === 'zone'
  if (!isHost && !text.includes('%')) return part === 'query' ? text.replaceAll('+', ' ') : text
  const bytes: number[] = []
  let plainFrom = 0
  const addPlain = (end: number): void => {
    const plain = text.slice(plainFrom, end)
    for (const byte of toBytes(part === 'query' ? plain.replaceAll('+', ' ') : plain)) bytes.push(byte)
  }
  // All escapes are checked first: a wrong one is reported rather than a wrong character before it.
  checkEscapes(text, part)
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '%') continue
    addPlain(i)
    bytes.push(Number.parseInt(text.slice(i + 1, i + 3), 16))
    i += 2
    plainFrom = i + 1
  }
  if (plainFrom === 0) return text
  addPlain(text.length)
  return fromBytes(Uint8Array.from(bytes))
}

function checkEscapes(text: string, part: UrlPart): void {
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (char === '%') {
      const code = text.slice(i + 1, i + 3)
      if (!/^[0-9a-fA-F]{2}$/.test(code)) throw new GoError(`invalid URL escape ${quote(byteSlice(text.slice(i), 0, 3))}`)
      if (!isAllowedEscape(code, part)) throw new GoError(`invalid URL escape ${quote(`%${code}`)}`)
      i += 2
    } else if ((part === 'host' || part === 'zone') && char < '\x80' && needsEscape(char, part)) {
      throw new GoError(`invalid character ${quote(char)} in host name`)
    }
  }
}

function isAllowedEscape(code: string, part: UrlPart): boolean {
  const char = String.fromCharCode(Number.parseInt(code, 16))
  if (part === 'host') return char >= '\x80' || code === '25'
  if (part === 'zone') return code === '25' || char === ' ' || !needsEscape(char, 'host')
  return true
}

/**
 * The text with everything escaped that may not stand in that part of a URL.
 *
 *     escapePart('a b', 'path') // 'a%20b'
 */
export function escapePart(text: string, part: UrlPart): string {
  let out = ''
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte)
    if (part === 'query' && char === ' ') out += '+'
    else out += byte < 0x80 && !needsEscape(char, part) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

/** Go's url.QueryEscape: `queryEscape('a b&c')` is `a+b%26c`. */
export function queryEscape(text: string): string {
  return text.replace(/[^A-Za-z0-9_.~-]+/gu, run => escapePart(run, 'query'))
}

const UNRESERVED = /[A-Za-z0-9\-_.~]/
const NOT_ESCAPED: Readonly<Record<UrlPart, RegExp>> = {
  path: /[$&+,/:;=@]/,
  host: /[!$&'()*+,;=:[\]<>"]/,
  zone: /[!$&'()*+,;=:[\]<>"]/,
  userinfo: /[$&+,;=]/,
  query: /(?!)/,
  fragment: /[!()*$&+,/:;=?@]/,
}

function needsEscape(char: string, part: UrlPart): boolean {
  return !UNRESERVED.test(char) && !NOT_ESCAPED[part].test(char)
}
