// Moves a cursor over the tokens of a YAML text: blanks, comments, line ends and plain scalars, as Go's scanner reads them (YAML 1.1).

import {
  BOM,
  behindBreak,
  COLON,
  COMMA,
  DASH,
  DOT,
  foldedGap,
  HASH,
  isBlankOrEnd,
  isBreak,
  LEFT_BRACE,
  LEFT_BRACKET,
  LF,
  NEL,
  OTHER_BREAK,
  PERCENT,
  QUESTION,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SPACE,
  TAB,
  UNCOMMON,
} from './chars.ts'
import { type Problem, yamlProblem } from './error.ts'
import { PLAIN_SCALAR } from './tape.ts'

/** The column at the end of the document: of the text, of a `---` or `...` line, and of a directive. */
export const END_COLUMN = -1
/** Maximum length of a key, which must be on one line. */
const MAX_KEY_LENGTH = 1024

/** A text with a cursor, which skips white space, comments and line ends. */
export class Scanner {
  protected readonly text: string
  protected at = 0
  /** Start of the line of the token at `at`. */
  protected lineStart = 0
  /** The column of the token at `at`; END_COLUMN at the end of the document. */
  protected column = 0
  /** Whether a key may start here: only the first token of a line, or of what `-`, `?` and flow indicators open. */
  protected keyAllowed = true
  /** Number of open flow collections. */
  protected flowLevel = 0
  /** Whether a flow collection goes on to another line. */
  hasWraps = false
  /** Whether there is something in the text that few manifests have: anchors, tags, aliases, explicit keys, directives, words over several lines. */
  isUnusual = false
  private readonly hasOtherBreaks: boolean
  /** Whether the text consists of ASCII's printable characters and `\n`. */
  readonly isCommon: boolean

  // The scalar that was scanned last.
  protected scalarKind = PLAIN_SCALAR
  protected scalarStart = 0
  protected scalarEnd = 0
  protected scalarText = ''
  /** Whether the scalar's text differs from the source between its quotes, or between start and end. */
  protected scalarIsDecoded = false

  constructor(text: string) {
    this.text = text
    this.isCommon = !UNCOMMON.test(text)
    this.hasOtherBreaks = !this.isCommon && OTHER_BREAK.test(text)
    // Go takes one for a sign of the encoding, and one for the start of the text.
    while (this.at < 2 && text.charCodeAt(this.at) === BOM) this.lineStart = ++this.at
  }

  protected fail(message: string, at = this.at, kind: Problem['kind'] = 'scanner'): Error {
    return yamlProblem(this.text, { message, at, kind })
  }

  /** Moves to the next token, over blanks, comments and line ends. */
  protected next(): void {
    const { text } = this
    for (;;) {
      let code = text.charCodeAt(this.at)
      while (code === SPACE || (code === TAB && (!this.keyAllowed || this.flowLevel > 0))) code = text.charCodeAt(++this.at)
      if (code === HASH) this.skipComment()
      else if (code === LF || (this.hasOtherBreaks && isBreak(code))) this.newLine()
      else if (this.at === this.lineStart && this.isDocumentEnd(code)) {
        this.column = END_COLUMN
        return
      } else {
        this.column = this.at >= text.length ? END_COLUMN : this.at - this.lineStart
        return
      }
    }
  }

  private newLine(): void {
    this.at = this.lineStart = behindBreak(this.text, this.at)
    if (this.flowLevel === 0) this.keyAllowed = true
    else this.hasWraps = true
  }

  private skipComment(): void {
    this.at = this.lineEnd(this.at)
  }

  /** End of the line of `at`, before its line break. */
  protected lineEnd(at: number): number {
    if (this.hasOtherBreaks) {
      let end = at
      while (end < this.text.length && !isBreak(this.text.charCodeAt(end))) end++
      return end
    }
    const end = this.text.indexOf('\n', at)
    return end < 0 ? this.text.length : end
  }

  private isDocumentEnd(code: number): boolean {
    return code === PERCENT || ((code === DASH || code === DOT) && this.isMarkerAt(this.at))
  }

  /** Whether `---` or `...` stands at `at`. */
  protected isMarkerAt(at: number): boolean {
    const { text } = this
    const code = text.charCodeAt(at)
    if (code !== DASH && code !== DOT) return false
    return text.charCodeAt(at + 1) === code && text.charCodeAt(at + 2) === code && isBlankOrEnd(text.charCodeAt(at + 3))
  }

  /** Whether a dash, a question mark or a colon at `at` is an indicator of block style. */
  protected isIndicator(at: number): boolean {
    const next = this.text.charCodeAt(at + 1)
    return next === SPACE || next === LF || isBlankOrEnd(next)
  }

  /** Whether what starts at `start` and ends here can be a key: on one line and not too long. */
  protected isKeyFrom(start: number): boolean {
    if (start < this.lineStart) return false
    if (this.at - start <= MAX_KEY_LENGTH) return true
    return [...this.text.slice(start, this.at)].length <= MAX_KEY_LENGTH
  }

  /**
   * A plain scalar, in a block collection that stands at column `indent`. Stops behind the blanks behind it: at a colon, a comment, an indicator of flow
   * style, or the first character of another line.
   */
  protected plain(indent: number): void {
    const { text, at: start } = this
    let end = this.flowLevel === 0 ? this.plainLine() : this.flowPlainLine()
    let code = text.charCodeAt(this.at)
    this.scalarIsDecoded = false
    let decoded: string | undefined
    while ((code === LF || isBreak(code)) && this.isContinued(indent)) {
      const from = this.at
      const lineEnd = this.flowLevel === 0 ? this.plainLine() : this.flowPlainLine()
      if (lineEnd === from) break
      this.keyAllowed = false
      decoded = (decoded ?? text.slice(start, end)) + foldedGap(text.slice(end, from)) + text.slice(from, lineEnd)
      end = lineEnd
      code = text.charCodeAt(this.at)
    }
    this.scalarKind = PLAIN_SCALAR
    this.scalarStart = start
    this.scalarEnd = end
    if (decoded === undefined) this.scalarText = text.slice(start, end)
    else {
      this.scalarText = decoded
      this.scalarIsDecoded = this.isUnusual = true
    }
  }

  /** The end of a plain scalar's words on this line. Stops at the token that ends them, or at the line end. */
  private plainLine(): number {
    const { text, at: start } = this
    let at = start
    let end = start
    for (let code = text.charCodeAt(at); ; code = text.charCodeAt(++at)) {
      if (code === SPACE) continue
      if (code === COLON) {
        const next = text.charCodeAt(at + 1)
        if (next === SPACE || next === LF || isBlankOrEnd(next)) break
      } else if (code === HASH) {
        if (at > start && end < at) break
      } else if (!(code > SPACE)) {
        if (code === TAB) continue
        break
      } else if (code >= NEL && isBreak(code)) break
      end = at + 1
    }
    this.at = at
    return end
  }

  /** As plainLine, in a flow collection. */
  private flowPlainLine(): number {
    const { text, at: start } = this
    let at = start
    let end = start
    for (let code = text.charCodeAt(at); ; code = text.charCodeAt(++at)) {
      if (code === SPACE || code === TAB) continue
      if (isBlankOrEnd(code)) break
      if (code === COLON && isBlankOrEnd(text.charCodeAt(at + 1))) break
      if (code === HASH && at > start && end < at) break
      if (code === COMMA || code === QUESTION || code === LEFT_BRACKET || code === RIGHT_BRACKET || code === LEFT_BRACE || code === RIGHT_BRACE) break
      end = at + 1
    }
    this.at = at
    return end
  }

  /** Moves from a line end to the next word; returns whether that may continue a plain scalar. */
  private isContinued(indent: number): boolean {
    const { text } = this
    let code = text.charCodeAt(this.at)
    do {
      this.lineStart = this.at = code === LF ? this.at + 1 : behindBreak(text, this.at)
      code = text.charCodeAt(this.at)
      while (code === SPACE || code === TAB) {
        if (code === TAB && this.at - this.lineStart <= indent) throw this.fail('found a tab character that violates indentation')
        code = text.charCodeAt(++this.at)
      }
    } while (code === LF || isBreak(code))
    this.keyAllowed = true
    if (this.flowLevel > 0) this.hasWraps = true
    if (code === HASH || this.at >= text.length) return false
    const column = this.at - this.lineStart
    if (column === 0 && this.isMarkerAt(this.at)) return false
    return this.flowLevel > 0 || column > indent
  }

  /** Whether a plain scalar may start with the character at the cursor. */
  protected startsPlain(code: number): boolean {
    const next = this.text.charCodeAt(this.at + 1)
    if (code === DASH) return !isBlankOrEnd(next)
    if (code === QUESTION || code === COLON) return this.flowLevel === 0 && !isBlankOrEnd(next)
    return !NO_PLAIN_START.has(code) && !isBlankOrEnd(code)
  }
}

const NO_PLAIN_START = new Set(',[]{}#&*!|>\'"%@`'.split('').map(char => char.charCodeAt(0)))
