// The state of a lexer and what its parts share: ending tokens, right delimiters with trim markers (documentation of text/template: Text and spaces).

import type { Token, TokenType } from './token.ts'

/** Delimiters, and the functions of the template. */
export interface LexerOptions {
  readonly left: string
  readonly right: string
  /** `break` and `continue` are functions where the program defines functions of that name. */
  readonly isFunction: (name: string) => boolean
}

/** A text that is being cut into tokens. */
export interface Lexer extends LexerOptions {
  readonly text: string
  /** Offset at which the next token is searched. */
  pos: number
  insideAction: boolean
  /** Parentheses that are open in the action. */
  parens: number
  /** Whether the last token, `eof` or `error`, was given. */
  isDone: boolean
}

/** Ends a token there. */
export function emit(lexer: Lexer, type: TokenType, start: number, end: number): Token {
  lexer.pos = end
  return { type, pos: start, value: lexer.text.slice(start, end) }
}

/** Ends all tokens with an error. */
export function failAt(lexer: Lexer, pos: number, value: string): Token {
  lexer.isDone = true
  return { type: 'error', pos, value }
}

/** A right delimiter in the text. */
export interface RightDelim {
  readonly start: number
  readonly end: number
  /** Whether the spaces of the text behind it are trimmed. */
  readonly trims: boolean
}

/** The right delimiter that begins there, trim marker included; undefined where none does. */
export function rightDelimAt({ text, right }: Lexer, at: number): RightDelim | undefined {
  if (trimsRight(text, at) && text.startsWith(right, at + 2)) return { start: at + 2, end: at + 2 + right.length, trims: true }
  return text.startsWith(right, at) ? { start: at, end: at + right.length, trims: false } : undefined
}

/** Ends the action. */
export function lexRightDelim(lexer: Lexer, { start, end, trims }: RightDelim): Token {
  lexer.insideAction = false
  const token = emit(lexer, 'rightDelim', start, end)
  if (trims) lexer.pos = spacesAfter(lexer.text, end)
  return token
}

/** Whether a UTF-16 unit is white space in an action. */
export function isSpaceCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** End of the spaces that begin at `from`. */
export function spacesAfter(text: string, from: number): number {
  let end = from
  while (isSpaceCode(text.charCodeAt(end))) end++
  return end
}

/** ` -` before a right delimiter. */
function trimsRight(text: string, at: number): boolean {
  return text[at + 1] === '-' && isSpaceCode(text.charCodeAt(at))
}
