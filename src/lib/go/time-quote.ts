// How Go's time package quotes text in its errors: bytes outside ASCII as escapes.

import { toBytes } from './utf8.ts'

export function goTimeQuote(text: string): string {
  let out = ''
  for (const char of text) {
    if (char === '"' || char === '\\') out += `\\${char}`
    else if (char >= ' ' && char < '\x80') out += char
    else for (const byte of toBytes(char)) out += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `"${out}"`
}
