// Literal and folded block scalars.

import { behindBreak, DASH, GREATER, HASH, isBlankOrEnd, isBreak, LF, NINE, PLUS, SPACE, TAB, ZERO } from './chars.ts'
import { QuotedScanner } from './quoted.ts'
import { FOLDED_SCALAR, LITERAL_SCALAR } from './tape.ts'

/** Scans literal and folded block scalars. */
export class BlockScalarScanner extends QuotedScanner {
  /** Indentation of the text; 0 until its first line was read. */
  private indent = 0

  /** A block scalar in a block collection that stands at column `parent`. Stops in the line behind it. */
  protected blockScalar(parent: number): void {
    const { text, at: start } = this
    const isFolded = text.charCodeAt(start) === GREATER
    const chomping = this.header(parent)
    const headerEnd = this.at
    this.skipToLineEnd()
    const valueStart = this.at
    this.lineStart = this.at
    const parts: string[] = [this.breaks(parent)]
    let last = ''
    let wasBlank = false
    let lastEnd = headerEnd
    while (this.at - this.lineStart === this.indent && this.at < text.length) {
      const code = text.charCodeAt(this.at)
      const isBlank = code === SPACE || code === TAB
      const kept = parts.pop() ?? ''
      if (isFolded && !wasBlank && !isBlank && last === '\n') parts.push(kept === '' ? ' ' : kept)
      else parts.push(last + kept)
      wasBlank = isBlank
      lastEnd = this.lineEnd(this.at)
      parts.push(text.slice(this.at, lastEnd))
      this.at = lastEnd
      last = this.lineBreak()
      parts.push(this.breaks(parent))
    }
    const trailing = parts.pop() ?? ''
    if (chomping !== DASH) parts.push(last)
    if (chomping === PLUS) parts.push(trailing)
    this.scalarKind = isFolded ? FOLDED_SCALAR : LITERAL_SCALAR
    this.scalarStart = start
    this.scalarText = parts.join('')
    this.scalarIsDecoded = true
    this.scalarEnd = chomping === PLUS ? this.keptEnd(valueStart, headerEnd) : this.textEnd(lastEnd, headerEnd, valueStart)
    this.keyAllowed = true
  }

  /** Reads the indicators behind `|` or `>`; returns the chomping indicator. */
  private header(parent: number): number | undefined {
    const { text } = this
    let chomping: number | undefined
    this.indent = 0
    this.at++
    for (let i = 0; i < 2; i++) {
      const code = text.charCodeAt(this.at)
      if ((code === PLUS || code === DASH) && chomping === undefined) chomping = code
      else if (code >= ZERO && code <= NINE && this.indent === 0) {
        if (code === ZERO) throw this.fail('found an indentation indicator equal to 0')
        this.indent = Math.max(parent, 0) + code - ZERO
        this.isUnusual = true
      } else break
      this.at++
    }
    return chomping
  }

  private skipToLineEnd(): void {
    const { text } = this
    let code = text.charCodeAt(this.at)
    while (code === SPACE || code === TAB) code = text.charCodeAt(++this.at)
    if (code === HASH) this.at = this.lineEnd(this.at)
    else if (!isBlankOrEnd(code)) throw this.fail('did not find expected comment or line break')
    this.lineBreak()
  }

  /** Reads the line end at the cursor; returns it as part of a scalar's value, '' at the end of the text. */
  private lineBreak(): string {
    const { text, at } = this
    const code = text.charCodeAt(at)
    if (code === LF) {
      this.lineStart = ++this.at
      return '\n'
    }
    if (!isBreak(code)) return ''
    this.lineStart = this.at = behindBreak(text, at)
    return code > 0xff ? text.charAt(at) : '\n'
  }

  /** Reads the line ends of empty lines. Stops at the first line with text, or with less indentation. */
  private breaks(parent: number): string {
    const { text } = this
    let found = ''
    let deepest = 0
    for (;;) {
      let code = text.charCodeAt(this.at)
      while (code === SPACE && (this.indent === 0 || this.at - this.lineStart < this.indent)) code = text.charCodeAt(++this.at)
      const column = this.at - this.lineStart
      deepest = Math.max(deepest, column)
      if (code === TAB && (this.indent === 0 || column < this.indent)) throw this.fail('found a tab character where an indentation space is expected')
      if (!isBreak(code)) break
      found += this.lineBreak()
    }
    if (this.indent === 0) this.indent = Math.max(deepest, parent + 1, 1)
    return found
  }

  /** The end of the last line of text, including trailing spaces. */
  private textEnd(lastEnd: number, headerEnd: number, valueStart: number): number {
    if (lastEnd <= headerEnd) return headerEnd
    // Lines with nothing but spaces beyond the indentation are not kept.
    let end = lastEnd
    while (end > valueStart && isBlankOrEnd(this.text.charCodeAt(end - 1))) end--
    if (end <= valueStart) return Math.max(headerEnd, valueStart)
    return this.lineEnd(end)
  }

  /** The end of the last empty line, before its line end. */
  private keptEnd(valueStart: number, headerEnd: number): number {
    const { text } = this
    let end = this.at >= text.length ? text.length : this.lineStart
    if (this.at >= text.length && this.at > this.lineStart && this.at - this.lineStart < this.indent) end = this.lineStart
    if (end > valueStart && isBreak(text.charCodeAt(end - 1))) end -= text.charCodeAt(end - 1) === LF && text.charCodeAt(end - 2) === 13 ? 2 : 1
    return Math.max(end, headerEnd)
  }
}
