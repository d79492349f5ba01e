// The characters of fast.ts: a cursor over lines, and the scalars that stand on one line or in a literal block.

export const GIVE_UP = new Error('left to the full parser')

export const TAB = 9
export const LF = 10
export const CR = 13
export const SPACE = 32
export const DOUBLE = 34
export const HASH = 35
export const SINGLE = 39
export const PLUS = 43
export const COMMA = 44
export const DASH = 45
export const DOT = 46
export const COLON = 58
export const LEFT_BRACKET = 91
export const BACKSLASH = 92
export const RIGHT_BRACKET = 93
export const GREATER = 62
export const PIPE = 124
export const LEFT_BRACE = 123
export const RIGHT_BRACE = 125

// Characters that cannot start a plain scalar, or that only the full parser should see there.
export const NO_PLAIN_START = new Set('#&*!|>\'"%@`?,[]{}<='.split('').map(char => char.charCodeAt(0)))
const UNUSUAL = /[^\t\n\r\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const NOT_PLAIN = /[^\x20-\x7e]/
const CONTROL = /[\x00-\x1f]/

/** The text of a double-quoted scalar that has only JSON's escapes, and of those none that may be half of a surrogate pair. */
function unescaped(quoted: string): string {
  if (quoted.includes('\\ud') || quoted.includes('\\uD')) throw GIVE_UP
  try {
    return JSON.parse(quoted)
  } catch {
    throw GIVE_UP
  }
}

export class FastScanner {
  protected readonly text: string
  protected at = 0
  /** Where the line of the content at `at` starts, and its column there; -1 at the end of the document. */
  protected lineStart = 0
  protected column = -1

  constructor(text: string) {
    this.text = text
  }

  /** From the start of a line to the next content. */
  protected nextLine(atStart = false): void {
    const { text } = this
    for (;;) {
      this.lineStart = this.at
      let code = text.charCodeAt(this.at)
      while (code === SPACE) code = text.charCodeAt(++this.at)
      if (code === LF) this.at++
      else if (code === CR) this.at += 2
      else if (code === HASH) {
        const end = text.indexOf('\n', this.at)
        this.at = end < 0 ? text.length : end + 1
      } else if (code === TAB) throw GIVE_UP
      else if (this.at >= text.length) {
        this.column = -1
        return
      } else {
        this.column = this.at - this.lineStart
        if (this.column === 0 && (code === DASH || code === DOT) && this.isMarker()) {
          if (!atStart || code === DOT) {
            this.column = -1
            return
          }
          this.at += 3
          this.skipToLineEnd()
          atStart = false
          continue
        }
        return
      }
    }
  }

  protected isMarker(): boolean {
    const { text, at } = this
    const code = text.charCodeAt(at)
    if (text.charCodeAt(at + 1) !== code || text.charCodeAt(at + 2) !== code) return false
    return !(text.charCodeAt(at + 3) > SPACE)
  }

  /** Behind a value: only spaces and a comment may follow on the line; then on to the next content. */
  protected endLine(): void {
    this.skipToLineEnd()
    this.nextLine()
  }

  protected skipToLineEnd(): void {
    const { text } = this
    let code = text.charCodeAt(this.at)
    const spaced = code === SPACE
    while (code === SPACE) code = text.charCodeAt(++this.at)
    if (code === LF) this.at++
    else if (code === CR) this.at += 2
    else if (code === HASH && (spaced || this.at === this.lineStart)) {
      const end = text.indexOf('\n', this.at)
      this.at = end < 0 ? text.length : end + 1
    } else if (this.at < text.length) throw GIVE_UP
  }

  protected isDash(): boolean {
    return this.text.charCodeAt(this.at) === DASH && this.isSpaceAt(this.at + 1)
  }

  /** A tab counts as none: with one, the full parser has to decide. */
  protected isSpaceAt(at: number): boolean {
    const code = this.text.charCodeAt(at)
    if (code === TAB) throw GIVE_UP
    return code === SPACE || code === LF || code === CR || at >= this.text.length
  }

  /** A plain scalar on one line. Stops at its colon, or behind its last character. */
  protected plain(): string {
    const { text } = this
    const start = this.at
    let code = text.charCodeAt(start)
    if (NO_PLAIN_START.has(code) || ((code === DASH || code === COLON) && this.isSpaceAt(start + 1))) throw GIVE_UP
    let at = start
    let end = start
    let unusual = false
    for (; ; code = text.charCodeAt(++at)) {
      if (code === SPACE) continue
      if (code === COLON) {
        const next = text.charCodeAt(at + 1)
        if (next === TAB) throw GIVE_UP
        if (next === SPACE || next === LF || next === CR || at + 1 >= text.length) break
      } else if (code === HASH) {
        if (text.charCodeAt(at - 1) === SPACE) break
      } else if (code > 126) unusual = true
      else if (!(code > SPACE)) {
        if (code === LF || code === CR || at >= text.length) break
        throw GIVE_UP
      }
      end = at + 1
    }
    if (end === start) throw GIVE_UP
    this.at = code === COLON ? at : end
    const plain = text.slice(start, end)
    if (unusual && UNUSUAL.test(plain)) throw GIVE_UP
    return plain
  }

  /** A quoted scalar on one line. Stops behind the closing quote. Texts as long as a configuration stand in quotes: nothing is looked at one by one. */
  protected quoted(quote: number): string {
    const start = this.at + 1
    const end = quote === SINGLE ? this.endOfSingle(start) : this.endOfDouble(start)
    const raw = this.text.slice(start, end)
    if (NOT_PLAIN.test(raw) && (CONTROL.test(raw) || UNUSUAL.test(raw))) throw GIVE_UP
    this.at = end + 1
    if (quote === SINGLE) return raw.includes("'") ? raw.replaceAll("''", "'") : raw
    return raw.includes('\\') ? unescaped(this.text.slice(start - 1, end + 1)) : raw
  }

  private endOfSingle(start: number): number {
    const { text } = this
    let end = text.indexOf("'", start)
    while (end >= 0 && text.charCodeAt(end + 1) === SINGLE) end = text.indexOf("'", end + 2)
    if (end < 0) throw GIVE_UP
    return end
  }

  private endOfDouble(start: number): number {
    const { text } = this
    for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
      let first = end
      while (first > start && text.charCodeAt(first - 1) === BACKSLASH) first--
      if ((end - first) % 2 === 0) return end
    }
    throw GIVE_UP
  }

  /** A block scalar without an indentation indicator; a folded one only where each line end in it is a space. */
  protected blockScalar(parent: number): string {
    const { text } = this
    const folded = text.charCodeAt(this.at) === GREATER
    let code = text.charCodeAt(++this.at)
    const chomping = code
    if (code === PLUS || code === DASH) this.at++
    this.skipToLineEnd()
    let indent = -1
    let result = ''
    let breaks = ''
    let blanks = 0
    const start = this.at
    while (this.at < text.length) {
      const line = this.at
      code = text.charCodeAt(line)
      while (code === SPACE && (indent < 0 || this.at - line < indent)) code = text.charCodeAt(++this.at)
      const column = this.at - line
      if (code === LF || code === CR) {
        if (indent < 0) blanks = Math.max(blanks, column)
        breaks += '\n'
        this.at += code === LF ? 1 : 2
        continue
      }
      if (this.at >= text.length) throw GIVE_UP
      if (indent < 0) {
        if (column <= parent || parent < 0) {
          this.at = line
          if (parent < 0) throw GIVE_UP
          break
        }
        if (blanks > column || code === TAB) throw GIVE_UP
        indent = column
      } else if (column < indent) {
        this.at = line
        if (code === TAB) throw GIVE_UP
        break
      }
      const lineEnd = text.indexOf('\n', this.at)
      const end = lineEnd < 0 ? text.length : lineEnd
      if (folded && (breaks !== (result === '' ? '' : '\n') || code === SPACE || code === TAB)) throw GIVE_UP
      result += (folded && breaks !== '' ? ' ' : breaks) + text.slice(this.at, text.charCodeAt(end - 1) === CR ? end - 1 : end)
      // Where the text ends without a line end, Go reads none.
      breaks = lineEnd < 0 ? '' : '\n'
      this.at = lineEnd < 0 ? end : end + 1
    }
    if (UNUSUAL.test(text.slice(start, this.at))) throw GIVE_UP
    this.nextLine()
    if (indent < 0) return chomping === PLUS ? breaks : ''
    if (chomping === PLUS) return result + breaks
    return chomping === DASH || breaks === '' ? result : `${result}\n`
  }
}
