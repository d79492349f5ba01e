// The flow collections of fast.ts, and what they have in common with block style.

import type { Json, JsonObject } from '../model/index.ts'
import { plainKey, plainValue } from './fast-plain.ts'
import {
  COLON,
  COMMA,
  CR,
  DASH,
  DOT,
  DOUBLE,
  FastScanner,
  GIVE_UP,
  HASH,
  LEFT_BRACE,
  LEFT_BRACKET,
  LF,
  NO_PLAIN_START,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SINGLE,
  SPACE,
} from './fast-scanner.ts'
import { countPlain, countQuoted, noHabits } from './habits.ts'

export const MAX_DEPTH = 40

export class FlowReader extends FastScanner {
  /** Where flow collections go on to another line. */
  readonly wraps: number[] = []
  readonly habits = noHabits()
  protected depth = 0

  protected plainScalar(text: string): Json {
    const value = plainValue(text)
    if (typeof value === 'string') countPlain(this.habits, text)
    return value
  }

  /** A flow collection. Stops behind its closing bracket. */
  protected flow(): Json {
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
    if (code === DOUBLE || code === SINGLE) {
      countQuoted(this.habits, code === SINGLE)
      return this.quoted(code)
    }
    return this.plainScalar(this.flowPlain())
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
