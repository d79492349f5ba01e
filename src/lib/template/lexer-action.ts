// Cuts the inside of an action into tokens: words, fields, variables, numbers, strings (documentation of text/template: Arguments; Go's literals).

import { quote } from '../go/strconv.ts'
import { isPrint } from '../go/unicode.ts'
import { categoryTest } from '../go/unicode-category.ts'
import { runeOf } from '../go/utf8.ts'
import { emit, failAt, type Lexer, lexRightDelim, type RightDelim, rightDelimAt, spacesAfter } from './lexer-state.ts'
import { KEYWORDS, type Token, type TokenType } from './token.ts'

const TERMINATORS = new Set(' \t\r\n.,|:)(')
const ASCII_WORD = /[A-Za-z0-9_]*/y
const isWordChar = categoryTest('L', 'Nd')
// A string without escapes.
const PLAIN_STRING = /[^"\\\n]*"/y
// A prefix decides which digits may follow; whether they make a number is for the parser.
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y

/** Reads the token that begins at an offset. */
type LexToken = (lexer: Lexer, start: number) => Token

/** How tokens are read, by their first ASCII character. */
const BY_FIRST: readonly LexToken[] = Array.from({ length: 0x80 }, (_, code) => lexTokenOf(String.fromCharCode(code)))

/** The next token inside of an action, or the delimiter that ends it. */
export function lexInsideAction(lexer: Lexer): Token {
  const { text, right, pos: start } = lexer
  const code = text.charCodeAt(start)
  const delim = code === right.charCodeAt(0) ? rightDelimAt(lexer, start) : undefined
  if (delim !== undefined) return endAction(lexer, delim)
  return (BY_FIRST[code] ?? lexOther)(lexer, start)
}

function lexTokenOf(char: string): LexToken {
  if (/[A-Za-z_]/.test(char)) return lexWord
  if (/[-+0-9]/.test(char)) return lexNumber
  switch (char) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      return lexSpace
    case '=':
      return (lexer, start) => emit(lexer, 'assign', start, start + 1)
    case '|':
      return (lexer, start) => emit(lexer, 'pipe', start, start + 1)
    case ':':
      return (lexer, start) => (lexer.text[start + 1] === '=' ? emit(lexer, 'declare', start, start + 2) : failAt(lexer, start, 'expected :='))
    case '"':
      return (lexer, start) => lexQuoted(lexer, 'string', start) ?? failAt(lexer, start, 'unterminated quoted string')
    case "'":
      return (lexer, start) => lexQuoted(lexer, 'charConstant', start) ?? failAt(lexer, start, 'unterminated character constant')
    case '`':
      return lexRawString
    case '$':
      return (lexer, start) => lexName(lexer, 'variable', start)
    case '(':
      return lexLeftParen
    case ')':
      return (lexer, start) => (--lexer.parens < 0 ? failAt(lexer, start, 'unexpected right paren') : emit(lexer, 'rightParen', start, start + 1))
    case '.':
      return lexDot
    default:
      return lexOther
  }
}

function lexRawString(lexer: Lexer, start: number): Token {
  const end = lexer.text.indexOf('`', start + 1)
  return end < 0 ? failAt(lexer, start, 'unterminated raw quoted string') : emit(lexer, 'rawString', start, end + 1)
}

function lexLeftParen(lexer: Lexer, start: number): Token {
  lexer.parens++
  return emit(lexer, 'leftParen', start, start + 1)
}

function lexDot(lexer: Lexer, start: number): Token {
  const { text } = lexer
  return isDigit(text[start + 1]) || start + 1 >= text.length ? lexNumber(lexer, start) : lexName(lexer, 'field', start)
}

function lexOther(lexer: Lexer, start: number): Token {
  const { text } = lexer
  const char = charAt(text, start)
  if (char === '') return failAt(lexer, start, 'unclosed action')
  if (wordCharAt(text, start) > 0) return lexWord(lexer, start)
  if (char < '\x7f' && isPrint(runeOf(char))) return emit(lexer, 'char', start, start + 1)
  return failAt(lexer, start, `unrecognized character in action: ${describeRune(char)}`)
}

function endAction(lexer: Lexer, delim: RightDelim): Token {
  return lexer.parens === 0 ? lexRightDelim(lexer, delim) : failAt(lexer, lexer.pos, 'unclosed left paren')
}

/** A run of spaces is one token; its last space may belong to a trim marker. */
function lexSpace(lexer: Lexer, start: number): Token {
  const end = spacesAfter(lexer.text, start)
  const delim = rightDelimAt(lexer, end - 1)
  if (delim?.trims !== true) return emit(lexer, 'space', start, end)
  return end - start > 1 ? emit(lexer, 'space', start, end - 1) : endAction(lexer, delim)
}

/** Up to the closing quote; a backslash keeps the next character, unless that ends the line. Undefined without a closing quote. */
function lexQuoted(lexer: Lexer, type: TokenType, start: number): Token | undefined {
  const { text } = lexer
  PLAIN_STRING.lastIndex = start + 1
  if (type === 'string' && PLAIN_STRING.test(text)) return emit(lexer, type, start, PLAIN_STRING.lastIndex)
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === text[start]) return emit(lexer, type, start, at + 1)
    if (text[at] === '\\') at++
    if (text[at] === '\n') return undefined
  }
  return undefined
}

function lexWord(lexer: Lexer, start: number): Token {
  const { text, isFunction } = lexer
  const end = wordEnd(text, start)
  if (!isTerminated(lexer, end)) return failAt(lexer, start, `bad character ${describeRune(charAt(text, end))}`)
  const name = text.slice(start, end)
  const keyword = KEYWORDS.get(name)
  if (keyword !== undefined && !((keyword === 'break' || keyword === 'continue') && isFunction(keyword))) return emit(lexer, keyword, start, end)
  return emit(lexer, name === 'true' || name === 'false' ? 'bool' : 'identifier', start, end)
}

/** `.name` or `$name`; `.` and `$` stand for themselves. */
function lexName(lexer: Lexer, type: 'field' | 'variable', start: number): Token {
  if (isTerminated(lexer, start + 1)) return emit(lexer, type === 'variable' ? 'variable' : 'dot', start, start + 1)
  const end = wordEnd(lexer.text, start + 1)
  return isTerminated(lexer, end) ? emit(lexer, type, start, end) : failAt(lexer, start, `bad character ${describeRune(charAt(lexer.text, end))}`)
}

function lexNumber(lexer: Lexer, start: number): Token {
  const { text } = lexer
  const bad = (end: number): Token => failAt(lexer, start, `bad number syntax: ${quote(text.slice(start, end))}`)
  const { end, isWhole } = scanNumber(text, start)
  if (!isWhole) return bad(end)
  if (text[end] !== '+' && text[end] !== '-') return emit(lexer, 'number', start, end)
  const imaginary = scanNumber(text, end)
  if (!imaginary.isWhole || text[imaginary.end - 1] !== 'i') return bad(imaginary.end)
  return emit(lexer, 'complex', start, imaginary.end)
}

/** The end of a number, and whether no letter or digit follows it. */
function scanNumber(text: string, from: number): { readonly end: number; readonly isWhole: boolean } {
  NUMBER.lastIndex = from
  NUMBER.test(text)
  const end = NUMBER.lastIndex
  const next = wordCharAt(text, end)
  return { end: end + next, isWhole: next === 0 }
}

function wordEnd(text: string, from: number): number {
  ASCII_WORD.lastIndex = from
  ASCII_WORD.test(text)
  let end = ASCII_WORD.lastIndex
  if (text.charCodeAt(end) < 0x80) return end
  for (let size = wordCharAt(text, end); size > 0; size = wordCharAt(text, end)) end += size
  return end
}

function isTerminated({ text, right }: Lexer, end: number): boolean {
  const char = text[end]
  return char === undefined || TERMINATORS.has(char) || text.startsWith(right, end)
}

/** A character as Go's %#U prints it: `U+002D '-'`. */
function describeRune(char: string): string {
  const rune = runeOf(char)
  const code = `U+${rune.toString(16).toUpperCase().padStart(4, '0')}`
  return isPrint(rune) ? `${code} '${String.fromCodePoint(rune)}'` : code
}

function charAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

/** Number of code units of the letter, digit or underscore at an offset; 0 if there is none. */
function wordCharAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f ? 1 : 0
  const char = charAt(text, at)
  return isWordChar(char) ? char.length : 0
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9'
}
