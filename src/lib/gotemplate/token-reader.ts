// Tokens for the parser, with look-ahead, and the parser's error messages in Go's words.

import { lineAt, parseError, type Source, type TemplateError } from './error.ts'
import { describeToken, type Lexer, type Token } from './lexer.ts'
import type { GoValue } from './value.ts'

export interface TokenReader {
  readonly next: () => Token
  readonly nextNonSpace: () => Token
  readonly peek: () => Token
  readonly peekNonSpace: () => Token
  /** Puts tokens back; the first given is the next one read. */
  readonly backup: (...tokens: readonly Token[]) => void
  /** The left delimiter of the action being read, for errors that name the line where it started. */
  action: Token | undefined
  /** A parse error at the token read last. */
  readonly fail: (format: string, ...args: readonly GoValue[]) => TemplateError
  readonly unexpected: (token: Token, context: string) => TemplateError
}

/** Reads the tokens of one text. Go gives errors the line of the token that was lexed last, also where the parser had put it back. */
export function createReader(source: Source, lexer: Lexer): TokenReader {
  const pending: Token[] = []
  let lexed: Token = { type: 'eof', pos: 0, value: 'EOF' }

  function next(): Token {
    const token = pending.pop()
    if (token !== undefined) return token
    lexed = lexer()
    return lexed
  }

  function nextNonSpace(): Token {
    let token = next()
    while (token.type === 'space') token = next()
    return token
  }

  function backup(...tokens: readonly Token[]): void {
    for (let i = tokens.length - 1; i >= 0; i--) {
      const token = tokens[i]
      if (token !== undefined) pending.push(token)
    }
  }

  function peek(): Token {
    const token = next()
    pending.push(token)
    return token
  }

  function peekNonSpace(): Token {
    const token = nextNonSpace()
    pending.push(token)
    return token
  }

  const fail: TokenReader['fail'] = (format, ...args) => parseError(source, lexed.pos, { format, args })

  const reader: TokenReader = { next, nextNonSpace, peek, peekNonSpace, backup, action: undefined, fail, unexpected }

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
