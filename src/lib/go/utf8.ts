// Converts between JavaScript strings and the bytes of Go strings; a byte that is not valid UTF-8 is held as the lone surrogate U+DC00 + byte (value.ts).

/** Rune that Go's utf8 package returns for a byte that is not valid UTF-8. */
export const RUNE_ERROR = 0xfffd

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const NOT_ASCII = /[^\x00-\x7f]/

/** Whether every character is ASCII, so that bytes, runes and code units are the same. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text)
}

/**
 * A copy of a text that may be a slice of a longer one. V8 keeps the longer text in memory as long as the slice, and stores both with two bytes a character
 * when the longer one has any character beyond Latin-1, as one of Istio's templates has in a comment.
 */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text))
}

/**
 * The bytes of a Go string.
 *
 * `toBytes('é')` is `c3 a9`; `toBytes('\udcff')` is the single byte `ff`.
 */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text)
  const bytes = new Uint8Array(byteLength(text))
  let at = 0
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i) ?? 0
    i += code > 0xffff ? 2 : 1
    if (code < 0x80) bytes[at++] = code
    else if (isByte(code)) bytes[at++] = code & 0xff
    else at += encoder.encodeInto(String.fromCodePoint(code), bytes.subarray(at, at + 4)).written
  }
  return bytes
}

/** The Go string with these bytes; inverse of {@link toBytes}. */
export function fromBytes(bytes: Uint8Array): string {
  const text = decoder.decode(bytes)
  return text.includes('\ufffd') ? decode(bytes) : text
}

/** Length in bytes, as Go's `len`. */
export function byteLength(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    if (unit < 0x800) length += 1
    else if (unit < 0xd800 || unit > 0xdfff) length += 2
    else if (unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      length += 2
      i++
    } else if (!isByte(unit)) length += 2
  }
  return length
}

/** Bytes `from` to `to` of a string as a string, as Go's `s[from:to]`; characters cut apart become lone bytes. */
export function byteSlice(text: string, from: number, to: number = Number.POSITIVE_INFINITY): string {
  return isAscii(text) ? text.slice(from, to) : fromBytes(toBytes(text).subarray(from, to))
}

/** Bytes as the characters U+0000 to U+00FF, for algorithms that count bytes; {@link fromBinary} leads back. */
export function toBinary(text: string): string {
  if (isAscii(text)) return text
  const bytes = toBytes(text)
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += CHUNK) parts.push(String.fromCharCode(...bytes.subarray(i, i + CHUNK)))
  return parts.join('')
}

/** The text whose bytes are these characters; inverse of {@link toBinary}. */
export function fromBinary(binary: string): string {
  if (isAscii(binary)) return binary
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return fromBytes(bytes)
}

const CHUNK = 8192

/** The text with each character converted, in chunks, so that a long text takes little more memory than its length. */
export function mapChars(text: string, convert: (char: string) => string): string {
  const parts: string[] = []
  let chunk: string[] = []
  for (const char of text) {
    chunk.push(convert(char))
    if (chunk.length < CHUNK) continue
    parts.push(chunk.join(''))
    chunk = []
  }
  return parts.join('') + chunk.join('')
}

/** Number of runes in the text: characters and invalid bytes. */
export function countRunes(text: string): number {
  if (isAscii(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}

/** The first `count` runes. */
export function firstRunes(text: string, count: number): string {
  let end = 0
  for (let left = count; left > 0 && end < text.length; left--) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  return text.slice(0, end)
}

/** The text with lone bytes that together make valid UTF-8 joined to characters. Needed after concatenation: Go compares bytes. */
export function canonical(text: string): string {
  return text.isWellFormed() ? text : fromBytes(toBytes(text))
}

/** The rune of a character taken by iteration: lone bytes are U+FFFD. */
export function runeOf(char: string): number {
  const code = char.codePointAt(0) ?? 0
  return code >= 0xd800 && code <= 0xdfff ? RUNE_ERROR : code
}

/** A rune as a string, as Go's `string(rune)`: U+FFFD for a number that is not a Unicode character. */
export function fromRune(rune: number): string {
  return rune < 0 || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff) ? '\ufffd' : String.fromCodePoint(rune)
}

/** Compares as Go does, by bytes: negative, zero or positive. */
export function compareStrings(a: string, b: string): number {
  const end = Math.min(a.length, b.length)
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    // UTF-16 puts surrogates before U+E000, UTF-8 after; lone bytes need a closer look.
    const from = Math.max(i - 1, 0)
    return x < 0xd800 && y < 0xd800 ? x - y : compareBytes(toBytes(a.slice(from)), toBytes(b.slice(from)))
  }
  return a.length - b.length
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length)
  for (let i = 0; i < end; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

function isByte(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff
}

/** Decodes as Go does: a byte that starts no valid sequence stands for itself, and decoding goes on with the next one. */
function decode(bytes: Uint8Array): string {
  const parts: string[] = []
  let runStart = 0
  const endRun = (end: number): void => {
    if (end > runStart) parts.push(decoder.decode(bytes.subarray(runStart, end)))
  }
  for (let i = 0; i < bytes.length; ) {
    const width = sequenceLength(bytes, i)
    if (width === 0) {
      endRun(i)
      parts.push(String.fromCharCode(0xdc00 + (bytes[i] ?? 0)))
      runStart = i + 1
    }
    i += Math.max(width, 1)
  }
  endRun(bytes.length)
  return parts.join('')
}

/** Length of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const width = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  for (let i = 1; i < width; i++) {
    const byte = bytes[at + i] ?? 0
    if (byte < 0x80 || byte > 0xbf) return 0
  }
  const second = bytes[at + 1] ?? 0
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) || (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return 0
  return width
}
