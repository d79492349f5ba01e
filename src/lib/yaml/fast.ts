// Reads the plain part of YAML that nearly all manifests and rendered templates are written in, many times faster than a full parser.
//
// It either gives exactly what node.ts and construct.ts give, or gives up: anchors, aliases, tags, quoted and plain scalars over several lines, most folded ones, comments
// in flow collections, duplicate keys and every error are left to them. test/yaml.test.ts holds the two against each other.

import type { Json, JsonObject } from '../model/index.ts'
import {
  COLON,
  COMMA,
  CR,
  DASH,
  DOT,
  DOUBLE,
  FastScanner,
  GIVE_UP,
  GREATER,
  HASH,
  LEFT_BRACE,
  LEFT_BRACKET,
  LF,
  NO_PLAIN_START,
  PIPE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SINGLE,
  SPACE,
} from './fast-scanner.ts'
import { keyOfPlain, resolvePlain } from './scalar.ts'

export interface FastDocument {
  readonly value: Json
  /** Offsets of the dashes of the block sequence under the root key `items`, and behind them its end; undefined where there is none. */
  readonly items: readonly number[] | undefined
  /** Where flow collections go on to another line. */
  readonly wraps: readonly number[]
}

/** The first document of `text`; undefined where the full parser has to look at it. */
export function readFast(text: string): FastDocument | undefined {
  if (text.includes('\0') || (text.includes('\r') && /\r(?!\n)/.test(text))) return undefined
  const reader = new FastReader(text)
  try {
    const value = reader.document()
    return { value, items: reader.items, wraps: reader.wraps }
  } catch (error) {
    if (error === GIVE_UP) return undefined
    throw error
  }
}

const MAX_DEPTH = 40

class FastReader extends FastScanner {
  items: readonly number[] | undefined
  readonly wraps: number[] = []
  private depth = 0

  document(): Json {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1
    this.nextLine(true)
    if (this.column < 0) return null
    if (this.text.charCodeAt(this.at) === 37) throw GIVE_UP
    const value = this.block(-1)
    if (this.column >= 0) throw GIVE_UP
    return value
  }

  /** The node that starts at the current content; its parent's column is `parent`. */
  private block(parent: number): Json {
    if (++this.depth > MAX_DEPTH) throw GIVE_UP
    const value = this.isDash() ? this.sequence(this.column, undefined) : this.mapOrScalar(this.column, parent)
    this.depth--
    return value
  }

  private sequence(column: number, record: number[] | undefined): Json[] {
    const list: Json[] = []
    const { text } = this
    do {
      record?.push(this.at)
      this.at++
      let code = text.charCodeAt(this.at)
      while (code === SPACE) code = text.charCodeAt(++this.at)
      if (code === LF || code === CR || code === HASH || this.at >= text.length) {
        this.endLine()
        list.push(this.column > column ? this.block(column) : null)
      } else {
        this.column = this.at - this.lineStart
        if (++this.depth > MAX_DEPTH) throw GIVE_UP
        list.push(this.isDash() ? this.sequence(this.column, undefined) : this.mapOrScalar(this.column, column))
        this.depth--
      }
    } while (this.column === column && this.isDash())
    if (this.column > column) throw GIVE_UP
    return list
  }

  private mapOrScalar(column: number, parent: number): Json {
    const code = this.text.charCodeAt(this.at)
    if (code === DOUBLE || code === SINGLE) {
      const string = this.quoted(code)
      const behind = this.at
      let next = this.text.charCodeAt(this.at)
      while (next === SPACE) next = this.text.charCodeAt(++this.at)
      if (next === COLON && this.isSpaceAt(this.at + 1)) return this.map(column, string)
      this.at = behind
      this.endLine()
      return string
    }
    if (code === LEFT_BRACE || code === LEFT_BRACKET) {
      const value = this.flow()
      this.endLine()
      return value
    }
    if (code === PIPE || code === GREATER) return this.blockScalar(parent)
    const plain = this.plain()
    if (this.text.charCodeAt(this.at) === COLON) return this.map(column, plainKey(plain))
    this.endLine()
    if (this.column > parent) throw GIVE_UP
    return scalar(plain)
  }

  /** A mapping whose first key has been read up to its colon. */
  private map(column: number, firstKey: string): JsonObject {
    const object: JsonObject = {}
    const root = column === 0 && this.depth === 1
    let key = firstKey
    for (;;) {
      if (key === '__proto__' || (object[key] !== undefined && Object.hasOwn(object, key))) throw GIVE_UP
      this.at++
      object[key] = this.entryValue(column, root && key === 'items')
      if (this.column !== column) break
      key = this.key()
    }
    if (this.column > column) throw GIVE_UP
    return object
  }

  private key(): string {
    const code = this.text.charCodeAt(this.at)
    if (code !== DOUBLE && code !== SINGLE) {
      const plain = this.plain()
      if (this.text.charCodeAt(this.at) !== COLON) throw GIVE_UP
      return plainKey(plain)
    }
    const string = this.quoted(code)
    while (this.text.charCodeAt(this.at) === SPACE) this.at++
    if (this.text.charCodeAt(this.at) !== COLON || !this.isSpaceAt(this.at + 1)) throw GIVE_UP
    return string
  }

  private entryValue(column: number, isItems: boolean): Json {
    const { text } = this
    let code = text.charCodeAt(this.at)
    while (code === SPACE) code = text.charCodeAt(++this.at)
    switch (code) {
      case LF:
      case CR:
      case HASH: {
        this.endLine()
        const dash = this.column >= column && this.isDash()
        if (isItems && dash) return this.listItems()
        if (this.column > column) return this.block(column)
        return dash ? this.sequence(column, undefined) : null
      }
      case DOUBLE:
      case SINGLE: {
        const string = this.quoted(code)
        this.endLine()
        return string
      }
      case LEFT_BRACE:
      case LEFT_BRACKET: {
        const value = this.flow()
        this.endLine()
        return value
      }
      case PIPE:
      case GREATER:
        return this.blockScalar(column)
      default: {
        if (this.at >= text.length) {
          this.endLine()
          return null
        }
        const plain = this.plain()
        if (text.charCodeAt(this.at) === COLON) throw GIVE_UP
        this.endLine()
        if (this.column > column) throw GIVE_UP
        return scalar(plain)
      }
    }
  }

  private listItems(): Json[] {
    const starts: number[] = []
    const list = this.sequence(this.column, starts)
    starts.push(this.column < 0 ? this.at : this.lineStart)
    this.items = starts
    return list
  }

  /** A flow collection. Stops behind its closing bracket. */
  private flow(): Json {
    if (++this.depth > MAX_DEPTH) throw GIVE_UP
    const isMap = this.text.charCodeAt(this.at) === LEFT_BRACE
    this.at++
    const value = isMap ? this.flowMap() : this.flowList()
    this.depth--
    return value
  }

  private flowMap(): JsonObject {
    const object: JsonObject = {}
    for (;;) {
      let code = this.flowSpace()
      if (code === RIGHT_BRACE) break
      const key = code === DOUBLE || code === SINGLE ? this.quoted(code) : plainKey(this.flowPlain())
      if (this.flowSpace() !== COLON) throw GIVE_UP
      if (key === '__proto__' || Object.hasOwn(object, key)) throw GIVE_UP
      this.at++
      code = this.flowSpace()
      object[key] = code === COMMA || code === RIGHT_BRACE ? null : this.flowValue(code)
      code = this.flowSpace()
      if (code === RIGHT_BRACE) break
      if (code !== COMMA) throw GIVE_UP
      this.at++
    }
    this.at++
    return object
  }

  private flowList(): Json[] {
    const list: Json[] = []
    for (;;) {
      let code = this.flowSpace()
      if (code === RIGHT_BRACKET) break
      list.push(this.flowValue(code))
      code = this.flowSpace()
      if (code === RIGHT_BRACKET) break
      if (code !== COMMA) throw GIVE_UP
      this.at++
    }
    this.at++
    return list
  }

  private flowValue(code: number): Json {
    if (code === LEFT_BRACE || code === LEFT_BRACKET) return this.flow()
    if (code === DOUBLE || code === SINGLE) return this.quoted(code)
    return scalar(this.flowPlain())
  }

  private flowSpace(): number {
    const { text } = this
    for (;;) {
      let code = text.charCodeAt(this.at)
      while (code === SPACE) code = text.charCodeAt(++this.at)
      if (code === CR) code = text.charCodeAt(++this.at)
      if (code !== LF) return code
      // Like Go, and unlike js-yaml, this does not ask for any indentation inside a flow collection.
      this.wraps.push(this.at)
      this.lineStart = ++this.at
      const next = text.charCodeAt(this.at)
      if (next === DASH || next === DOT) throw GIVE_UP
    }
  }

  private flowPlain(): string {
    const { text } = this
    const start = this.at
    let code = text.charCodeAt(start)
    if (NO_PLAIN_START.has(code) || code === COLON || (code === DASH && !(text.charCodeAt(start + 1) > SPACE))) throw GIVE_UP
    let end = start
    for (; ; code = text.charCodeAt(++this.at)) {
      if (code === SPACE) continue
      if (code === COMMA || code === RIGHT_BRACE || code === RIGHT_BRACKET) break
      if (code === COLON) {
        const next = text.charCodeAt(this.at + 1)
        if (!(next > SPACE)) break
        if (next === COMMA || next === LEFT_BRACE || next === RIGHT_BRACE || next === LEFT_BRACKET || next === RIGHT_BRACKET) throw GIVE_UP
      }
      // A line end inside may continue the scalar.
      if (!(code > SPACE) || code > 126 || code === HASH || code === LEFT_BRACE || code === LEFT_BRACKET) {
        if ((code === LF || code === CR) && /^\s*[,}\]]/.test(text.slice(this.at, this.at + 400))) break
        throw GIVE_UP
      }
      end = this.at + 1
    }
    return text.slice(start, end)
  }
}

function scalar(text: string): Json {
  const value = resolvePlain(text)
  if (typeof value === 'number' && !Number.isFinite(value)) throw GIVE_UP
  return value
}

function plainKey(text: string): string {
  const first = text.charCodeAt(0)
  // Only short words, and what starts with a digit, sign or point, can be more than its text.
  if (text.length > 5 && first >= 65) return text
  const key = keyOfPlain(text)
  if (key === undefined) throw GIVE_UP
  return key
}
