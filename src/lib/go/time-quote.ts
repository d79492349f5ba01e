// Quotes text as the errors of Go's time package do: bytes outside ASCII as escapes (documentation of time).

import { toBytes } from './utf8.ts'

/** `goTimeQuote('5é')` is `"5\\xc3\\xa9"`. */
export function goTimeQuote(text: string): string {
  let out = ''
  for (const char of text) {
    if (char === '"' || char === '\\') out += `\\${char}`
    else if (char >= ' ' && char < '\x80') out += char
    else for (const byte of toBytes(char)) out += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `"${out}"`
}
