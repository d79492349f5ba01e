// Base64 and base32 with padding, as Go's encoding/base64 and encoding/base32 write and read them (RFC 4648).

import { GoError } from './value.ts'

interface Alphabet {
  readonly chars: string
  readonly bits: 5 | 6
  /** Characters in a full group. */
  readonly group: 8 | 4
}

const BASE64: Alphabet = { chars: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', bits: 6, group: 4 }
const BASE64_URL: Alphabet = { ...BASE64, chars: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_' }
const BASE32: Alphabet = { chars: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', bits: 5, group: 8 }

export function encodeBase64(bytes: Uint8Array): string {
  return encode(BASE64, bytes)
}

export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(BASE64_URL, bytes)
}

export function encodeBase32(bytes: Uint8Array): string {
  return encode(BASE32, bytes)
}

function encode({ chars, bits, group }: Alphabet, bytes: Uint8Array): string {
  const parts: string[] = []
  let held = 0
  let count = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    count += 8
    while (count >= bits) {
      count -= bits
      parts.push(chars[(held >> count) & ((1 << bits) - 1)] ?? '')
    }
    held &= (1 << count) - 1
  }
  if (count > 0) parts.push(chars[(held << (bits - count)) & ((1 << bits) - 1)] ?? '')
  while (parts.length % group !== 0) parts.push('=')
  return parts.join('')
}

/** Throws GoError `illegal base64 data at input byte N`. Newlines are skipped, as Go skips them. */
export function decodeBase64(text: string): Uint8Array {
  const out: number[] = []
  let at = 0
  const next = (): string | undefined => {
    while (text[at] === '\n' || text[at] === '\r') at++
    return text[at++]
  }
  for (;;) {
    let held = 0
    let count = 0
    for (; count < 4; count++) {
      const char = next()
      if (char === undefined) {
        if (count === 0) return Uint8Array.from(out)
        throw corrupt('base64', text.length - count)
      }
      if (char === '=') break
      const value = valueOf64(char)
      if (value < 0) throw corrupt('base64', at - 1)
      held = (held << 6) | value
    }
    if (count === 4) {
      out.push(held >> 16, (held >> 8) & 0xff, held & 0xff)
      continue
    }
    endBase64({ text, at, count, next })
    out.push(...(count === 2 ? [held >> 4] : [held >> 10, (held >> 2) & 0xff]))
    return Uint8Array.from(out)
  }
}

/** Checks what follows the first padding character. */
function endBase64({ text, at, count, next }: { text: string; at: number; count: number; next: () => string | undefined }): void {
  if (count < 2) throw corrupt('base64', at - 1)
  let end = at
  if (count === 2) {
    while (text[end] === '\n' || text[end] === '\r') end++
    if (end >= text.length) throw corrupt('base64', text.length)
    next()
    if (text[end] !== '=') throw corrupt('base64', end - 1)
    end++
  }
  while (text[end] === '\n' || text[end] === '\r') end++
  if (end < text.length) throw corrupt('base64', end)
}

function valueOf64(char: string): number {
  return char.length === 1 ? BASE64.chars.indexOf(char) : -1
}

/** Throws GoError `illegal base32 data at input byte N`. */
export function decodeBase32(text: string): Uint8Array {
  const source = text.replace(/[\r\n]/g, '')
  const out: number[] = []
  for (let start = 0; start < source.length; start += 8) {
    const values: number[] = []
    for (let j = 0; j < 8; j++) {
      const char = source[start + j]
      if (char === undefined) throw corrupt('base32', source.length - j)
      if (char === '=' && j >= 2 && source.length - (start + j + 1) < 8) {
        checkPadding(source, start + j, j)
        pushBits(out, values)
        return Uint8Array.from(out)
      }
      const value = BASE32.chars.indexOf(char)
      if (value < 0) throw corrupt('base32', start + j)
      values.push(value)
    }
    pushBits(out, values)
  }
  return Uint8Array.from(out)
}

function checkPadding(source: string, at: number, count: number): void {
  const left = source.length - at - 1
  if (left + count < 7) throw corrupt('base32', source.length)
  for (let k = 0; k < 7 - count; k++) {
    if (left > k && source[at + 1 + k] !== '=') throw corrupt('base32', at + k)
  }
  if (count === 1 || count === 3 || count === 6) throw corrupt('base32', at)
}

function pushBits(out: number[], values: readonly number[]): void {
  let held = 0
  let count = 0
  for (const value of values) {
    held = ((held << 5) | value) & 0xfff
    count += 5
    if (count >= 8) {
      count -= 8
      out.push((held >> count) & 0xff)
    }
  }
}

function corrupt(encoding: string, at: number): GoError {
  return new GoError(`illegal ${encoding} data at input byte ${at}`)
}
