// Scans the tokens of block style: indicators, keys and indentation, with the errors for anything else.

import { ASTERISK, COLON, DASH, DOUBLE, GREATER, PIPE, QUESTION, SINGLE, SPACE, TAB } from './chars.ts'
import { FlowReader } from './flow-reader.ts'
import { END_COLUMN } from './scanner.ts'

/** Error for a dash, question mark or colon where no key may start. */
export function notAllowed(code: number): string {
  const what = code === DASH ? 'block sequence entries' : code === QUESTION ? 'mapping keys' : 'mapping values'
  return `${what} are not allowed in this context`
}

/** Scans the tokens of block style. */
export class BlockScanner extends FlowReader {
  /** Scans an alias or a scalar that is not a block scalar. */
  protected scanOne(code: number, parent: number): void {
    this.keyAllowed = false
    if (code === DOUBLE || code === SINGLE) this.quoted(code)
    else if (code === ASTERISK) this.scanAlias()
    else if (this.startsPlain(code)) this.plain(parent)
    else throw this.unexpected('did not find expected node content')
  }

  /** The error for a token that cannot stand here, or for text that is not a token. */
  protected unexpected(message: string): Error {
    const code = this.text.charCodeAt(this.at)
    const isEnd = this.column === END_COLUMN
    if (!isEnd && !this.keyAllowed && (code === DASH || code === QUESTION || code === COLON) && this.isIndicator(this.at)) return this.fail(notAllowed(code))
    const isToken = isEnd || this.startsPlain(code) || '[]{},-?:&*!|>\'"'.includes(String.fromCharCode(code))
    return isToken ? this.fail(message, this.at, 'parser') : this.fail('found character that cannot start any token')
  }

  /** Whether the scalar that starts at `start`, and was scanned last, is a key. Stops at its colon. */
  protected isColon(start: number): boolean {
    const { text } = this
    let { at } = this
    let code = text.charCodeAt(at)
    while (code === SPACE || code === TAB) code = text.charCodeAt(++at)
    if (code !== COLON || !this.isIndicator(at)) return false
    const { at: before } = this
    this.at = at
    if (this.isKeyFrom(start)) return true
    this.at = before
    return false
  }

  /** Whether the token at the cursor belongs to a node at `column`. Go requires no indentation before a block scalar. */
  protected isBelow(column: number): boolean {
    if (this.column !== column || column === END_COLUMN) return this.column > column
    const code = this.text.charCodeAt(this.at)
    return code === PIPE || code === GREATER
  }

  protected isDash(): boolean {
    return this.text.charCodeAt(this.at) === DASH && this.isIndicator(this.at)
  }

  protected isExplicit(start: number): boolean {
    return this.text.charCodeAt(start) === QUESTION && this.isIndicator(start)
  }

  protected noColon(): Error {
    this.next()
    return this.fail("could not find expected ':'", this.at, this.at >= this.text.length ? 'end' : 'scanner')
  }
}
