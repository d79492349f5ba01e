// Gives the parser its tokens, with any number of them looked at ahead, and its error messages (documentation of text/template/parse).

import { isAscii, ownText } from '../go/utf8.ts'
import type { GoValue } from '../go/value.ts'
import { lineAt, parseError, type Source, type TemplateError } from './error.ts'
import { type Lexer, nextToken } from './lexer.ts'
import { describeToken, type Token } from './token.ts'

const NOTHING: Token = { type: 'eof', pos: 0, value: 'EOF' }

/** The tokens of one text, and a position among them. The last token comes again and again. */
export class TokenReader {
  /** Current position; after setting it back, the same tokens are read again. */
  at = 0
  /** The left delimiter of the action being read, for errors that name the line where it started. */
  action: Token | undefined
  private readonly source: Source
  private readonly lexer: Lexer
  private readonly tokens: Token[] = []
  private readonly isWide: boolean

  constructor(source: Source, lexer: Lexer) {
    this.source = source
    this.lexer = lexer
    this.isWide = !isAscii(source.text)
  }

  next(): Token {
    const token = this.peek()
    this.at++
    return token
  }

  nextNonSpace(): Token {
    const token = this.peekNonSpace()
    this.at++
    return token
  }

  peek(): Token {
    return this.tokens[this.at] ?? this.lex()
  }

  /** Steps over spaces. */
  peekNonSpace(): Token {
    let token = this.peek()
    while (token.type === 'space') {
      this.at++
      token = this.peek()
    }
    return token
  }

  /** A part of the text as the tree keeps it: with no more memory than its own characters need. */
  own(part: string): string {
    return this.isWide ? ownText(part) : part
  }

  /** A parse error at the token that was lexed last, also if that was only looked at: Go gives errors its line. */
  fail(format: string, ...args: readonly GoValue[]): TemplateError {
    return parseError(this.source, this.tokens.at(-1)?.pos ?? 0, { format, args })
  }

  unexpected(token: Token, context: string): TemplateError {
    if (token.type !== 'error') return this.fail('unexpected %s in %s', describeToken(token), context)
    const { name, text } = this.source
    const started = this.action === undefined ? undefined : lineAt(text, this.action.pos)
    if (started === undefined || started === lineAt(text, token.pos)) return this.fail('%s', token.value)
    // "unclosed action in action started" would say it twice.
    const where = token.value.endsWith(' action') ? ' started at' : ' in action started at'
    return this.fail('%s%s', token.value, `${where} ${name}:${started}`)
  }

  private lex(): Token {
    const { tokens } = this
    while (tokens.length <= this.at) {
      const token = nextToken(this.lexer)
      if (token === undefined) return tokens.at(-1) ?? NOTHING
      tokens.push(token)
    }
    return tokens[this.at] ?? NOTHING
  }
}
