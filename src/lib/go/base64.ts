// Base64 and base32 with padding, as Go's encoding/base64 and encoding/base32 write and read them (RFC 4648).

import { GoError } from './value.ts'

interface Alphabet {
  readonly chars: string
  readonly bits: 5 | 6
  /** Characters in a full group. */
  readonly group: 8 | 4
}

const BASE64: Alphabet = { chars: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', bits: 6, group: 4 }
const BASE32: Alphabet = { chars: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', bits: 5, group: 8 }

/** Go's base64.StdEncoding: `encodeBase64(toBytes('hi'))` is `aGk=`. */
export function encodeBase64(bytes: Uint8Array): string {
  return encode(BASE64, bytes)
}

/** Go's base32.StdEncoding. */
export function encodeBase32(bytes: Uint8Array): string {
  return encode(BASE32, bytes)
}

const PADDING = 0x3d

function encode({ chars, bits, group }: Alphabet, bytes: Uint8Array): string {
  const bytesPerGroup = (group * bits) / 8
  const out = new Uint8Array(Math.ceil(bytes.length / bytesPerGroup) * group).fill(PADDING)
  const mask = (1 << bits) - 1
  let at = 0
  let held = 0
  let count = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    count += 8
    while (count >= bits) {
      count -= bits
      out[at++] = chars.charCodeAt((held >> count) & mask)
    }
    held &= (1 << count) - 1
  }
  if (count > 0) out[at++] = chars.charCodeAt((held << (bits - count)) & mask)
  return new TextDecoder('latin1').decode(out)
}

/**
 * Go's base64.StdEncoding.DecodeString; newlines are skipped.
 * @throws GoError `illegal base64 data at input byte N`
 */
export function decodeBase64(text: string): Uint8Array {
  const plain = text.replace(/[\r\n]/g, '')
  if (plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return bytesOf(atob(plain))
  return refuseBase64(text)
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** The first error in the text and its offset: Go reads group by group. */
function refuseBase64(text: string): never {
  let at = 0
  const next = (): string | undefined => {
    while (text[at] === '\n' || text[at] === '\r') at++
    return text[at++]
  }
  for (;;) {
    for (let count = 0; count < 4; count++) {
      const char = next()
      if (char === undefined) throw corrupt('base64', text.length - count)
      if (char === '=') throw corrupt('base64', afterPadding(text, at, count))
      if (!BASE64.chars.includes(char)) throw corrupt('base64', at - 1)
    }
  }
}

/** Offset of the mistake after a padding character that follows `count` others of its group. */
function afterPadding(text: string, at: number, count: number): number {
  const skip = (from: number): number => {
    let to = from
    while (text[to] === '\n' || text[to] === '\r') to++
    return to
  }
  if (count < 2) return at - 1
  if (count === 3) return skip(at)
  const second = skip(at)
  if (second >= text.length) return text.length
  return text[second] === '=' ? skip(second + 1) : second - 1
}

/**
 * Go's base32.StdEncoding.DecodeString.
 * @throws GoError `illegal base32 data at input byte N`
 */
export function decodeBase32(text: string): Uint8Array {
  const source = text.replace(/[\r\n]/g, '')
  const out = new Uint8Array(Math.ceil(source.length / 8) * 5)
  let at = 0
  let held = 0
  let count = 0
  for (let i = 0; i < source.length; i++) {
    const inGroup = i % 8
    if (source[i] === '=' && inGroup >= 2 && source.length - i <= 8) {
      checkPadding(source, i, inGroup)
      return out.subarray(0, at)
    }
    const value = BASE32.chars.indexOf(source[i] ?? '')
    if (value < 0) throw corrupt('base32', i)
    held = ((held << 5) | value) & 0xfff
    count += 5
    if (count >= 8) {
      count -= 8
      out[at++] = (held >> count) & 0xff
    }
  }
  if (source.length % 8 !== 0) throw corrupt('base32', source.length - (source.length % 8))
  return out.subarray(0, at)
}

function checkPadding(source: string, at: number, count: number): void {
  const left = source.length - at - 1
  if (left + count < 7) throw corrupt('base32', source.length)
  for (let k = 0; k < 7 - count; k++) {
    if (left > k && source[at + 1 + k] !== '=') throw corrupt('base32', at + k)
  }
  if (count === 1 || count === 3 || count === 6) throw corrupt('base32', at)
}

function corrupt(encoding: string, at: number): GoError {
  return new GoError(`illegal ${encoding} data at input byte ${at}`)
}
