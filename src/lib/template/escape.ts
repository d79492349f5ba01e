// Implements the builtins html and js (text/template documentation: Functions).

import { isPrint } from '../go/unicode.ts'
import { runeOf } from '../go/utf8.ts'

const HTML: ReadonlyMap<string, string> = new Map([
  ['\0', '\ufffd'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])

/** Text for the inside of an HTML element or attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, char => HTML.get(char) ?? char)
}

const JS: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
  ['<', '\\u003C'],
  ['>', '\\u003E'],
  ['&', '\\u0026'],
  ['=', '\\u003D'],
])

/** Text for the inside of a JavaScript string. */
export function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=\0-\x1f]|[^\0-\x7f]/gu, char => JS.get(char) ?? escapeRune(char))
}

function escapeRune(char: string): string {
  const rune = runeOf(char)
  if (rune >= 0x80 && isPrint(rune)) return char
  return `\\u${rune.toString(16).toUpperCase().padStart(4, '0')}`
}
