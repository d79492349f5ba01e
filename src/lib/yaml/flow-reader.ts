// Reads flow collections: `{a: 1}`, `[a, b: c]`, and JSON.

import type { Json, JsonObject } from '../model/index.ts'
import { AMPERSAND, ASTERISK, BANG, COLON, COMMA, DASH, DOUBLE, LEFT_BRACE, LEFT_BRACKET, QUESTION, RIGHT_BRACE, RIGHT_BRACKET, SINGLE } from './chars.ts'
import { type Key, NodeReader } from './node-reader.ts'
import { END_COLUMN } from './scanner.ts'
import { FLOW_MAP, FLOW_SEQ, PAIR } from './tape.ts'

const NO_TOKEN = -1
const NO_CONTENT = 'did not find expected node content'

/** Reads flow collections. */
export class FlowReader extends NodeReader {
  /** The column of the block collection around the flow collections. */
  protected blockColumn = -1
  /** Whether Go takes the flow collection that was read last for a key where a colon follows: not one that is empty, unless it has an anchor or a tag, or begins with a question mark. */
  protected canBeKey = true

  /** The flow collection at the cursor. Stops behind its closing bracket. */
  protected flow(lead: number): Json {
    this.enter()
    const isMap = this.text.charCodeAt(this.at) === LEFT_BRACE
    const isNamed = this.pending !== undefined
    const index = this.open(isMap ? FLOW_MAP : FLOW_SEQ, this.at, lead)
    this.flowLevel++
    const first = this.behindIndicator(true)
    const value = isMap ? this.flowMap(first) : this.flowSeq(first)
    this.canBeKey = first !== QUESTION && (isNamed || first !== this.text.charCodeAt(this.at))
    this.at++
    this.flowLevel--
    this.keyAllowed = false
    this.leave()
    return this.close(index, value, this.at)
  }

  /** Moves to the next token behind an indicator. Returns its first character; NO_TOKEN at the end of the document. */
  private behindIndicator(keyAllowed: boolean): number {
    this.at++
    return this.token(keyAllowed)
  }

  private token(keyAllowed = false): number {
    this.keyAllowed = keyAllowed
    this.next()
    return this.code()
  }

  private code(): number {
    return this.column === END_COLUMN ? NO_TOKEN : this.text.charCodeAt(this.at)
  }

  private flowSeq(first: number): Json[] {
    const list: Json[] = []
    for (let code = first; code !== RIGHT_BRACKET; code = this.separator(RIGHT_BRACKET)) list.push(this.item(code))
    return list
  }

  private flowMap(first: number): JsonObject {
    const object: JsonObject = {}
    for (let code = first; code !== RIGHT_BRACE; code = this.separator(RIGHT_BRACE)) {
      const start = this.at
      this.entry(object, { key: this.flowKey(code), start, closing: RIGHT_BRACE })
    }
    return object
  }

  /** Moves from the end of an element over the comma to the next element or the closing bracket. */
  private separator(closing: number): number {
    const code = this.code()
    if (code === closing) return code
    if (code !== COMMA) throw this.noSeparator(closing)
    return this.behindIndicator(true)
  }

  private noSeparator(closing: number): Error {
    return this.fail(`did not find expected ',' or '${String.fromCharCode(closing)}'`, this.at, 'parser')
  }

  /** An element of a flow list. */
  private item(first: number): Json {
    const start = this.at
    if (first === QUESTION) return this.pair(start, first)
    const code = this.properties(first, RIGHT_BRACKET)
    if (code === LEFT_BRACE || code === LEFT_BRACKET) {
      const value = this.flow(start)
      this.token()
      if (this.isKey(start)) throw this.invalidKey(value, start)
      return value
    }
    const kind = this.scanContent(code)
    if (this.isKey(start)) return this.pair(start, first, kind)
    return kind === 'alias' ? this.alias(start) : kind === 'scalar' ? this.scalar(start) : this.empty(start, start)
  }

  /** A mapping of one pair without braces. Its key has been scanned, or starts with a question mark. */
  private pair(start: number, first: number, kind?: 'alias' | 'scalar' | 'empty'): JsonObject {
    this.enter()
    const { pending } = this
    this.pending = undefined
    const index = this.open(PAIR, start, start)
    this.pending = pending
    const object: JsonObject = {}
    const key = kind === undefined ? this.flowKey(first) : kind === 'alias' ? this.aliasKey(start) : this.key(start)
    this.entry(object, { key, start, closing: RIGHT_BRACKET })
    this.leave()
    return this.close(index, object, this.nodeEnd)
  }

  /** Whether the cursor is at the colon of a key that starts at `start`. */
  private isKey(start: number): boolean {
    return this.code() === COLON && this.isKeyFrom(start)
  }

  /** The key at the cursor, with a question mark or without. Goes on behind it. */
  private flowKey(first: number): Key {
    const start = this.at
    let code = first
    if (first === QUESTION) {
      this.isUnusual = true
      code = this.behindIndicator(false)
      if (code === COLON || code === COMMA || code === RIGHT_BRACE || code === RIGHT_BRACKET) {
        this.emptyScalar(start + 1)
        return this.key(start)
      }
    }
    code = this.properties(code, RIGHT_BRACE)
    if (code === LEFT_BRACE || code === LEFT_BRACKET) throw this.invalidKey(this.flow(start), start)
    return this.scanContent(code) === 'alias' ? this.aliasKey(start) : this.key(start)
  }

  /** The value behind a key: the cursor is at its colon, or there is none. */
  private entry(object: JsonObject, { key, start, closing }: { key: Key; start: number; closing: number }): void {
    const { nodeEnd: keyEnd, at } = this
    const index = this.tape.length
    let value: Json
    if (this.code() !== COLON) value = this.empty(keyEnd, -1)
    else {
      if (this.text.charCodeAt(start) !== QUESTION && !this.isKeyFrom(start)) throw this.noSeparator(closing)
      const code = this.behindIndicator(false)
      value = code === COMMA || code === closing ? this.empty(at + 1, at) : this.value(code, at)
    }
    if (this.isPlainEntry(object, key)) object[key] = value
    else this.put(object, { key, start, value, index })
  }

  private value(first: number, lead: number): Json {
    const start = this.at
    const code = this.properties(first, RIGHT_BRACE)
    if (code === LEFT_BRACE || code === LEFT_BRACKET) {
      const value = this.flow(lead)
      this.token()
      return value
    }
    const kind = this.scanContent(code)
    return kind === 'alias' ? this.alias(lead) : kind === 'scalar' ? this.scalar(lead) : this.empty(start, lead)
  }

  /** Reads anchors and tags at the cursor for the next node. Returns the first character behind them. */
  private properties(first: number, closing: number): number {
    let code = first
    while (code === AMPERSAND || code === BANG) {
      if (this.isPending(code)) throw this.noSeparator(closing)
      this.property(code)
      code = this.token()
    }
    return code
  }

  /** Scans an alias or a scalar, if there is one, and goes on behind it. Where there is none, there has to be an anchor or a tag. */
  private scanContent(code: number): 'alias' | 'scalar' | 'empty' {
    if (code === DOUBLE || code === SINGLE) this.quoted(code)
    else if (code !== NO_TOKEN && this.startsPlain(code)) this.plain(this.blockColumn)
    else if (code === ASTERISK && this.pending === undefined) {
      this.scanAlias()
      this.token()
      return 'alias'
    } else {
      if (code !== NO_TOKEN && !',:?*]}'.includes(String.fromCharCode(code)) && code !== DASH) throw this.fail('found character that cannot start any token')
      if (this.pending === undefined) throw this.fail(NO_CONTENT, this.at, 'parser')
      this.emptyScalar(this.at)
      return 'empty'
    }
    this.token()
    return 'scalar'
  }
}
