// Scans quoted scalars: decodes escapes and folds lines, whatever their indentation.

import { BACKSLASH, behindBreak, breaksOf, DOUBLE, foldedGap, isBlankOrEnd, isBreak, SINGLE } from './chars.ts'
import { Scanner } from './scanner.ts'
import { DOUBLE_SCALAR, SINGLE_SCALAR } from './tape.ts'

const NOT_ON_ONE_LINE = /[^\x20-\x84\x86-\u2027\u202a-\uffff]/
const NOT_FOR_JSON = /\\(?:u[dD]|\/)/
const ESCAPES = new Map<string, string>([
  ['0', '\0'], ['a', '\x07'], ['b', '\b'], ['t', '\t'], ['\t', '\t'], ['n', '\n'], ['v', '\v'], ['f', '\f'], ['r', '\r'], ['e', '\x1b'], [' ', ' '],
  ['"', '"'], ["'", "'"], ['\\', '\\'], ['N', '\x85'], ['_', '\xa0'], ['L', '\u2028'], ['P', '\u2029'],
]) // biome-ignore format: a table
const SURROGATES = /^\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}$/
const HEX_LENGTHS = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

/** Scans quoted scalars. */
export class QuotedScanner extends Scanner {
  /** Whether JSON's escapes are read that YAML 1.1 does not know. */
  protected isJson = false

  /** Scans a quoted scalar, and stops behind the closing quote. Whole configurations are quoted, so text on one line is not read character by character. */
  protected quoted(quote: number): void {
    const { text, at } = this
    const end = quote === SINGLE ? this.endOfSingle(at + 1) : this.endOfDouble(at + 1)
    this.scalarKind = quote === SINGLE ? SINGLE_SCALAR : DOUBLE_SCALAR
    this.scalarStart = at
    const raw = text.slice(at + 1, end)
    this.scalarText = raw
    this.scalarIsDecoded = false
    if (NOT_ON_ONE_LINE.test(raw)) this.folded(quote)
    else {
      this.at = end + 1
      if (quote === SINGLE ? raw.includes("'") : raw.includes('\\')) {
        this.scalarIsDecoded = true
        this.scalarText = quote === SINGLE ? raw.replaceAll("''", "'") : this.unescaped(at, end)
      }
    }
    this.scalarEnd = this.at
  }

  private endOfSingle(start: number): number {
    const { text } = this
    let end = text.indexOf("'", start)
    while (end >= 0 && text.charCodeAt(end + 1) === SINGLE) end = text.indexOf("'", end + 2)
    return end < 0 ? this.noEnd(SINGLE) : end
  }

  private endOfDouble(start: number): number {
    const { text } = this
    for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
      let first = end
      while (first > start && text.charCodeAt(first - 1) === BACKSLASH) first--
      if ((end - first) % 2 === 0) return end
    }
    return this.noEnd(DOUBLE)
  }

  /** Throws the error for a missing closing quote. */
  private noEnd(quote: number): number {
    this.folded(quote)
    throw this.fail('found unexpected end of stream', this.text.length)
  }

  /** The text between double quotes on one line. Escapes that JSON has as well are decoded by JSON.parse. */
  private unescaped(start: number, end: number): string {
    const quoted = this.text.slice(start, end + 1)
    // JSON's `\/` and pairs of surrogates are not YAML 1.1's.
    if (!NOT_FOR_JSON.test(quoted)) {
      try {
        return JSON.parse(quoted)
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
      }
    }
    const parts: string[] = []
    let from = start + 1
    for (let at = this.text.indexOf('\\', from); at >= 0 && at < end; at = this.text.indexOf('\\', from)) {
      parts.push(this.text.slice(from, at))
      this.at = at
      parts.push(this.escape())
      from = this.at
    }
    this.at = end + 1
    return parts.join('') + this.text.slice(from, end)
  }

  /** Character of the escape at the cursor. Moves the cursor behind it. */
  private escape(): string {
    const { text, at } = this
    const char = text.charAt(at + 1)
    const simple = this.isJson && char === '/' ? '/' : ESCAPES.get(char)
    if (simple !== undefined) {
      this.at += 2
      return simple
    }
    const length = HEX_LENGTHS.get(char)
    if (length === undefined) throw this.fail('found unknown escape character')
    const hex = text.slice(at + 2, at + 2 + length)
    if (hex.length < length || !/^[0-9a-fA-F]*$/.test(hex)) throw this.fail('did not find expected hexdecimal number')
    const code = Number.parseInt(hex, 16)
    const pair = this.isJson && code >= 0xd800 ? SURROGATES.exec(text.slice(at, at + 12)) : null
    if (pair !== null) {
      this.at += 12
      return JSON.parse(`"${pair[0]}"`)
    }
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw this.fail('found invalid Unicode character escape code')
    this.at += 2 + length
    return String.fromCodePoint(code)
  }

  /** A scalar over several lines, or with tabs in it. */
  private folded(quote: number): void {
    const { text } = this
    const parts: string[] = []
    let from = ++this.at
    this.isUnusual = true
    this.scalarIsDecoded = true
    for (;;) {
      let code = text.charCodeAt(this.at)
      while (code !== quote && code !== BACKSLASH && !isBlankOrEnd(code)) code = text.charCodeAt(++this.at)
      if (code === BACKSLASH && quote === SINGLE) {
        this.at++
        continue
      }
      parts.push(text.slice(from, this.at))
      if (code === quote) {
        this.at++
        if (quote !== SINGLE || text.charCodeAt(this.at) !== SINGLE) break
        from = this.at++
        continue
      }
      if (code !== BACKSLASH) parts.push(this.gap(false))
      else if (isBreak(text.charCodeAt(this.at + 1))) parts.push(this.gap(true))
      else parts.push(this.escape())
      from = this.at
    }
    this.scalarText = parts.join('')
  }

  /** The blanks and line ends between two words, as they are read; behind an escaped line end only further line ends count. */
  private gap(isEscaped: boolean): string {
    const { text, at: start } = this
    if (isEscaped) this.at = this.lineStart = behindBreak(text, start + 1)
    const from = this.at
    let folds = isEscaped
    for (let code = text.charCodeAt(this.at); isBlankOrEnd(code); code = text.charCodeAt(this.at)) {
      if (this.at >= text.length) throw this.fail('found unexpected end of stream')
      if (!isBreak(code)) this.at++
      else {
        this.at = this.lineStart = behindBreak(text, this.at)
        folds = true
      }
    }
    if (this.at === this.lineStart && this.isMarkerAt(this.at)) throw this.fail('found unexpected document indicator')
    const gap = text.slice(from, this.at)
    if (isEscaped) return breaksOf(gap)
    return folds ? foldedGap(gap) : gap
  }
}
