// JSON text to Go values as json.Unmarshal into an interface{} does it, with its error texts (documentation of encoding/json; RFC 8259).

import { MAX_DEPTH } from './limits.ts'
import { quote } from './strconv.ts'
import { toBytes } from './utf8.ts'
import type { GoValue } from './value.ts'

export interface Decoded {
  /** Numbers are float64, objects map[string]interface {}. Null where the syntax is wrong. */
  readonly value: GoValue
  /** What Unmarshal says, or undefined. A number out of range is an error and null in its place. */
  readonly error: string | undefined
}

/** `decodeJson('{"a":[1]}')` has the value `Map { 'a' => [1] }`; `decodeJson('[1,]')` the error of Go. */
export function decodeJson(text: string): Decoded {
  const reader: Reader = { text, at: 0, depth: 0, error: undefined }
  try {
    skipSpace(reader)
    const value = readValue(reader)
    skipSpace(reader)
    if (reader.at < text.length) throw wrong(reader, 'after top-level value')
    return { value, error: reader.error }
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error
    return { value: null, error: error.message }
  }
}

interface Reader {
  readonly text: string
  at: number
  depth: number
  /** The first number that no float64 holds. */
  error: string | undefined
}

/** Ends the reading; never leaves this file. */
class SyntaxProblem extends Error {}

function wrong({ text, at }: Reader, where: string): SyntaxProblem {
  if (at >= text.length) return new SyntaxProblem('unexpected end of JSON input')
  // Go reads bytes, so it names the first byte of a character as if that were one.
  const byte = String.fromCharCode(toBytes(String.fromCodePoint(text.codePointAt(at) ?? 0))[0] ?? 0)
  return new SyntaxProblem(`invalid character ${quoteChar(byte)} ${where}`)
}

function quoteChar(char: string): string {
  if (char === "'") return "'\\''"
  if (char === '"') return "'\"'"
  return `'${quote(char).slice(1, -1)}'`
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const char = reader.text[reader.at]
    if (char !== ' ' && char !== '\n' && char !== '\t' && char !== '\r') return
    reader.at++
  }
}

function readValue(reader: Reader): GoValue {
  const char = reader.text[reader.at]
  switch (char) {
    case '{':
    case '[': {
      reader.depth++
      if (reader.depth > MAX_DEPTH) throw new SyntaxProblem('exceeded max depth')
      const value = char === '{' ? readObject(reader) : readArray(reader)
      reader.depth--
      return value
    }
    case '"':
      return readString(reader)
    case 't':
      return readWord(reader, 'true', true)
    case 'f':
      return readWord(reader, 'false', false)
    case 'n':
      return readWord(reader, 'null', null)
    default:
      if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) return readNumber(reader)
      throw wrong(reader, 'looking for beginning of value')
  }
}

function readWord(reader: Reader, word: string, value: boolean | null): boolean | null {
  for (const [i, expected] of [...word].entries()) {
    if (reader.text[reader.at] !== expected) throw wrong(paddedEnd(reader), `in literal ${word}${i > 0 ? ` (expecting '${expected}')` : ''}`)
    reader.at++
  }
  return value
}

/** At the end of the text Go's scanner reads one more space, which ends a number or word wrongly rather than early. */
function paddedEnd(reader: Reader): Reader {
  return reader.at < reader.text.length ? reader : { ...reader, text: `${reader.text} ` }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

function readNumber(reader: Reader): number | null {
  const { text, at } = reader
  NUMBER.lastIndex = at
  const found = NUMBER.exec(text)?.[0]
  if (found === undefined) {
    reader.at++
    throw wrong(paddedEnd(reader), 'in numeric literal')
  }
  reader.at += found.length
  const next = text[reader.at]
  if (next === '.' && !/[.eE]/.test(found)) {
    reader.at++
    throw wrong(paddedEnd(reader), 'after decimal point in numeric literal')
  }
  if ((next === 'e' || next === 'E') && !/[eE]/.test(found)) {
    reader.at += /[+-]/.test(text[reader.at + 1] ?? '') ? 2 : 1
    throw wrong(paddedEnd(reader), 'in exponent of numeric literal')
  }
  const value = Number(found)
  if (Number.isFinite(value)) return value
  reader.error ??= `json: cannot unmarshal number ${found} into Go value of type float64`
  return null
}

function readArray(reader: Reader): GoValue[] {
  const items: GoValue[] = []
  reader.at++
  skipSpace(reader)
  if (reader.text[reader.at] === ']') {
    reader.at++
    return items
  }
  for (;;) {
    skipSpace(reader)
    items.push(readValue(reader))
    skipSpace(reader)
    const char = reader.text[reader.at]
    if (char !== ',' && char !== ']') throw wrong(reader, 'after array element')
    reader.at++
    if (char === ']') return items
  }
}

function readObject(reader: Reader): Map<GoValue, GoValue> {
  const map = new Map<GoValue, GoValue>()
  reader.at++
  skipSpace(reader)
  if (reader.text[reader.at] === '}') {
    reader.at++
    return map
  }
  for (;;) {
    skipSpace(reader)
    if (reader.text[reader.at] !== '"') throw wrong(reader, 'looking for beginning of object key string')
    const key = readString(reader)
    skipSpace(reader)
    if (reader.text[reader.at] !== ':') throw wrong(reader, 'after object key')
    reader.at++
    skipSpace(reader)
    map.set(key, readValue(reader))
    skipSpace(reader)
    const char = reader.text[reader.at]
    if (char !== ',' && char !== '}') throw wrong(reader, 'after object key:value pair')
    reader.at++
    if (char === '}') return map
  }
}

const STRING_PART = /[^"\\\x00-\x1f]*/y
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function readString(reader: Reader): string {
  const { text } = reader
  let out = ''
  reader.at++
  for (;;) {
    STRING_PART.lastIndex = reader.at
    const part = STRING_PART.exec(text)?.[0] ?? ''
    out += part.toWellFormed()
    reader.at += part.length
    const char = text[reader.at]
    if (char !== '"' && char !== '\\') throw wrong(reader, 'in string literal')
    reader.at++
    if (char === '"') return out.isWellFormed() ? out : out.toWellFormed()
    const letter = text[reader.at] ?? ''
    const simple = ESCAPES.get(letter)
    if (simple === undefined && letter !== 'u') throw wrong(paddedEnd(reader), 'in string escape code')
    reader.at++
    out += simple ?? readUnicode(reader)
  }
}

/** The four digits of `\uXXXX`. Halves of a pair join by standing side by side; a lone one is replaced at the end. */
function readUnicode(reader: Reader): string {
  const start = reader.at
  for (; reader.at < start + 4; reader.at++) {
    if (!/^[0-9a-fA-F]$/.test(reader.text[reader.at] ?? '')) throw wrong(paddedEnd(reader), 'in \\u hexadecimal character escape')
  }
  return String.fromCharCode(Number.parseInt(reader.text.slice(start, reader.at), 16))
}
