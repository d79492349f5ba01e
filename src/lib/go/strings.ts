// Go's package strings: white space and cases (its documentation; Unicode 15.0).

import { toLowerRune, toUpperRune } from './unicode.ts'
import { isAscii, mapChars } from './utf8.ts'

/**
 * Go's strings.TrimSpace: without the white space at both ends. Unlike JavaScript's trim it keeps U+FEFF and removes U+0085.
 *
 *     trimSpace('\u0085 a ') // 'a'
 */
export function trimSpace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpaceUnit(text.charCodeAt(start))) start++
  while (end > start && isSpaceUnit(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/**
 * Go's strings.ToUpper: each rune by itself, so `ß` stays.
 *
 *     toUpper('straße') // 'STRAßE'
 */
export function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapChars(text.toWellFormed(), toUpperRune)
}

/**
 * Go's strings.ToLower.
 *
 *     toLower('ÀB') // 'àb'
 */
export function toLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapChars(text.toWellFormed(), toLowerRune)
}

const WIDE_SPACES = '\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'

/** Whether a UTF-16 unit is white space; no white space lies outside of the Basic Multilingual Plane. */
function isSpaceUnit(unit: number): boolean {
  return unit < 0x80 ? unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) : WIDE_SPACES.includes(String.fromCharCode(unit))
}
