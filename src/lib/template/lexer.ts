// Cuts a template's text into tokens: the text outside of actions, comments, left delimiters (documentation of text/template: Text and spaces).

import { lexInsideAction } from './lexer-action.ts'
import { emit, failAt, isSpaceCode, type Lexer, type LexerOptions, rightDelimAt, spacesAfter } from './lexer-state.ts'
import type { Token } from './token.ts'

export type { Lexer } from './lexer-state.ts'

/** A lexer at the beginning of a text. */
export function createLexer(text: string, options: LexerOptions): Lexer {
  return { ...options, text, pos: 0, insideAction: false, parens: 0, isDone: false }
}

/** The next token; undefined behind the last, which is `eof` or `error`. A parser never sees comments and trim markers. */
export function nextToken(lexer: Lexer): Token | undefined {
  if (lexer.isDone) return undefined
  return lexer.insideAction ? lexInsideAction(lexer) : lexText(lexer)
}

/** Text up to the next action, or that action's delimiter. */
function lexText(lexer: Lexer): Token {
  const { text, left } = lexer
  for (;;) {
    const delim = text.indexOf(left, lexer.pos)
    const end = delim < 0 ? text.length : delim
    const trims = delim >= 0 && trimsLeft(text, delim + left.length)
    const textEnd = trims ? spacesBefore(text, end, lexer.pos) : end
    if (textEnd > lexer.pos) {
      const token = emit(lexer, 'text', lexer.pos, textEnd)
      lexer.pos = end
      return token
    }
    lexer.pos = end
    if (delim < 0) {
      lexer.isDone = true
      return { type: 'eof', pos: text.length, value: 'EOF' }
    }
    const after = delim + left.length + (trims ? 2 : 0)
    if (!text.startsWith('/*', after)) {
      lexer.insideAction = true
      lexer.parens = 0
      lexer.pos = after
      return { type: 'leftDelim', pos: delim, value: left }
    }
    const problem = skipComment(lexer, after)
    if (problem !== undefined) return failAt(lexer, after, problem)
  }
}

/** Steps over a comment and its right delimiter. Returns the error, or undefined. */
function skipComment(lexer: Lexer, start: number): string | undefined {
  const close = lexer.text.indexOf('*/', start + 2)
  if (close < 0) return 'unclosed comment'
  const delim = rightDelimAt(lexer, close + 2)
  if (delim === undefined) return 'comment ends before closing delimiter'
  lexer.pos = delim.trims ? spacesAfter(lexer.text, delim.end) : delim.end
  return undefined
}

/** `- ` behind a left delimiter. */
function trimsLeft(text: string, at: number): boolean {
  return text[at] === '-' && isSpaceCode(text.charCodeAt(at + 1))
}

/** Start of the spaces that end at `end`, not before `from`. */
function spacesBefore(text: string, end: number, from: number): number {
  let start = end
  while (start > from && isSpaceCode(text.charCodeAt(start - 1))) start--
  return start
}
