// Texts as Go prints them: strconv.Quote, JSON strings, multierror lists (documentation of strconv, encoding/json, hashicorp/go-multierror).

import { categoryTest } from '../go/unicode-category.ts'

/** %q of a string: `"a\tb"`. */
export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  let out = '"'
  for (const char of text) {
    const known = ESCAPES.get(char)
    const code = char.codePointAt(0) ?? 0
    if (known !== undefined) out += known
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\x${hex(code - 0xdc00, 2)}`
    else if (code >= 0xd800 && code <= 0xdfff) out += '\\ufffd'
    else if (isPrintable(char)) out += char
    else if (code < 0x20 || code === 0x7f) out += `\\x${hex(code, 2)}`
    else out += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  }
  return `${out}"`
}

/** A JSON string with the characters escaped that Go escapes: `<`, `>`, `&`, U+2028 and U+2029. */
export function goJsonString(text: string): string {
  const json = JSON.stringify(text)
  return SAFE_JSON.test(json) ? json : json.replace(UNSAFE_JSON, found => (found.length === 2 ? found : (JSON_ESCAPES.get(found) ?? '\\ufffd')))
}

/**
 * A list of errors as hashicorp/go-multierror prints it, undefined for an empty one.
 *
 *     multierror(['a', 'b']) // '2 errors occurred:\n\t* a\n\t* b\n\n'
 */
export function multierror(errors: readonly string[]): string | undefined {
  if (errors.length === 0) return undefined
  const head = errors.length === 1 ? '1 error occurred:' : `${errors.length} errors occurred:`
  return `${head}\n\t* ${errors.join('\n\t* ')}\n\n`
}

const PLAIN = /^[ !#-[\]-~]*$/
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
])

const SAFE_JSON = /^[^<>&\u2028\u2029\\]*$/
// JSON.stringify writes a lone surrogate, which stands for a broken byte, as \udXXX; Go writes U+FFFD for it. An escaped backslash is skipped as a pair.
const UNSAFE_JSON = /[<>&\u2028\u2029]|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\[^u]/g
const JSON_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['&', '\\u0026'],
  ['\u2028', '\\u2028'],
  ['\u2029', '\\u2029'],
])

const isVisible = categoryTest('L', 'M', 'N', 'P', 'S')

function isPrintable(char: string): boolean {
  return char === ' ' || isVisible(char)
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
