// Gives the parser its tokens, with any number of them looked at ahead, and its error messages (documentation of text/template/parse).

import type { GoValue } from '../go/value.ts'
import { lineAt, parseError, type Source, type TemplateError } from './error.ts'
import { type Lexer, nextToken } from './lexer.ts'
import { describeToken, type Token } from './token.ts'

/** The tokens of one text, and a position among them. */
export interface TokenReader {
  readonly next: () => Token
  readonly nextNonSpace: () => Token
  readonly peek: () => Token
  /** Steps over spaces. */
  readonly peekNonSpace: () => Token
  /** Current position; after setting it back, the same tokens are read again. */
  at: number
  /** The left delimiter of the action being read, for errors that name the line where it started. */
  action: Token | undefined
  /** A parse error at the token that was read last, also if that was only looked at. */
  readonly fail: (format: string, ...args: readonly GoValue[]) => TemplateError
  readonly unexpected: (token: Token, context: string) => TemplateError
}

const NOTHING: Token = { type: 'eof', pos: 0, value: 'EOF' }

/** Reads the tokens of one text; the last comes again and again. */
export function createReader(source: Source, lexer: Lexer): TokenReader {
  const tokens: Token[] = []

  function tokenAt(at: number): Token {
    while (at >= tokens.length) {
      const token = nextToken(lexer)
      if (token === undefined) break
      tokens.push(token)
    }
    return tokens[at] ?? tokens.at(-1) ?? NOTHING
  }

  function next(): Token {
    return tokenAt(reader.at++)
  }

  function nextNonSpace(): Token {
    let token = next()
    while (token.type === 'space') token = next()
    return token
  }

  function peek(): Token {
    return tokenAt(reader.at)
  }

  function peekNonSpace(): Token {
    while (peek().type === 'space') reader.at++
    return peek()
  }

  // Go gives errors the line of the token that was lexed last.
  const fail: TokenReader['fail'] = (format, ...args) => parseError(source, tokens.at(-1)?.pos ?? 0, { format, args })

  const reader: TokenReader = { next, nextNonSpace, peek, peekNonSpace, at: 0, action: undefined, fail, unexpected }

  function unexpected(token: Token, context: string): TemplateError {
    if (token.type !== 'error') return fail('unexpected %s in %s', describeToken(token), context)
    const started = reader.action === undefined ? undefined : lineAt(source.text, reader.action.pos)
    if (started === undefined || started === lineAt(source.text, token.pos)) return fail('%s', token.value)
    // "unclosed action in action started" would say it twice.
    const where = token.value.endsWith(' action') ? ' started at' : ' in action started at'
    return fail('%s%s', token.value, `${where} ${source.name}:${started}`)
  }

  return reader
}
