// Cuts a template's text into tokens (package documentation of text/template: Text and spaces, Actions, Arguments).

import { quote } from '../go/strconv.ts'
import { isPrint } from '../go/unicode.ts'
import { categoryTest } from '../go/unicode-category.ts'
import { byteLength, runeOf } from '../go/utf8.ts'

export type Keyword = 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'range' | 'template' | 'with' | 'nil'

export type TokenType =
  | Keyword
  | 'error'
  | 'eof'
  | 'text'
  | 'leftDelim'
  | 'rightDelim'
  | 'space'
  | 'char'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'leftParen'
  | 'rightParen'
  | 'identifier'
  | 'field'
  | 'variable'
  | 'dot'
  | 'bool'
  | 'charConstant'
  | 'complex'
  | 'number'
  | 'string'
  | 'rawString'

export interface Token {
  readonly type: TokenType
  /** UTF-16 offset of its start. */
  readonly pos: number
  /** As written; of an error, what is wrong. */
  readonly value: string
}

export interface LexerOptions {
  readonly left: string
  readonly right: string
  /** `break` and `continue` are functions where the program defines functions of that name. */
  readonly isFunction: (name: string) => boolean
}

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  (['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with', 'nil'] as const).map(word => [word, word]),
)
const SINGLE: ReadonlyMap<string, TokenType> = new Map([
  ['=', 'assign'],
  ['|', 'pipe'],
])
const TERMINATORS = ' \t\r\n.,|:)('
const ASCII_WORD = /[A-Za-z0-9_]*/y
const isWordChar = categoryTest('L', 'Nd')
// A string without escapes.
const PLAIN_STRING = /[^"\\\n]*"/y
// A prefix decides which digits may follow; whether they make a number is for the parser.
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y

export interface Lexer {
  /** The next token; undefined behind the last, which is `eof` or `error`. */
  readonly next: () => Token | undefined
  /** Where the next token is looked for: behind a left delimiter, where the action's own text begins. */
  readonly place: () => number
  /** Steps over an action whose text, right delimiter and all, has so many characters. */
  readonly skipAction: (length: number) => void
}

/** Reads the tokens of `text` one by one. Trim markers and comments are dealt with here: a parser never sees them. */
export function createLexer(text: string, { left, right, isFunction }: LexerOptions): Lexer {
  const rightFirst = right.charCodeAt(0)
  let pos = 0
  let insideAction = false
  let parens = 0
  let last: Token | undefined

  function emit(type: TokenType, start: number, end: number): Token {
    pos = end
    return { type, pos: start, value: text.slice(start, end) }
  }

  function fail(start: number, value: string): Token {
    last = { type: 'error', pos: start, value }
    return last
  }

  function outside(): Token {
    for (;;) {
      const delim = text.indexOf(left, pos)
      const end = delim < 0 ? text.length : delim
      const trims = delim >= 0 && trimsLeft(text, delim + left.length)
      const textEnd = trims ? spacesBefore(text, end, pos) : end
      if (textEnd > pos) {
        const token = emit('text', pos, textEnd)
        pos = end
        return token
      }
      pos = end
      if (delim < 0) {
        last = { type: 'eof', pos: text.length, value: 'EOF' }
        return last
      }
      const after = delim + left.length + (trims ? 2 : 0)
      if (!text.startsWith('/*', after)) {
        insideAction = true
        parens = 0
        pos = after
        return { type: 'leftDelim', pos: delim, value: left }
      }
      const problem = comment(after)
      if (problem !== undefined) return fail(after, problem)
    }
  }

  /** Steps over a comment and its right delimiter. */
  function comment(start: number): string | undefined {
    const close = text.indexOf('*/', start + 2)
    if (close < 0) return 'unclosed comment'
    const delim = rightDelimAt(close + 2)
    if (delim === undefined) return 'comment ends before closing delimiter'
    pos = delim.trims ? spacesAfter(text, delim.end) : delim.end
    return undefined
  }

  function rightDelimAt(at: number): { start: number; end: number; trims: boolean } | undefined {
    if (trimsRight(text, at) && text.startsWith(right, at + 2)) return { start: at + 2, end: at + 2 + right.length, trims: true }
    return text.startsWith(right, at) ? { start: at, end: at + right.length, trims: false } : undefined
  }

  function rightDelim({ start, end, trims }: { start: number; end: number; trims: boolean }): Token {
    insideAction = false
    const token = emit('rightDelim', start, end)
    if (trims) pos = spacesAfter(text, end)
    return token
  }

  function inside(): Token {
    const start = pos
    const first = text.charCodeAt(start)
    if (first === rightFirst || isSpace(first)) {
      const delim = rightDelimAt(start)
      if (delim !== undefined) return parens === 0 ? rightDelim(delim) : fail(start, 'unclosed left paren')
    }
    const char = charAt(text, start)
    const single = SINGLE.get(char)
    if (single !== undefined) return emit(single, start, start + 1)
    switch (char) {
      case '':
        return fail(start, 'unclosed action')
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        return space(start)
      case ':':
        return text[start + 1] === '=' ? emit('declare', start, start + 2) : fail(start, 'expected :=')
      case '"':
        return quoted('string', start) ?? fail(start, 'unterminated quoted string')
      case "'":
        return quoted('charConstant', start) ?? fail(start, 'unterminated character constant')
      case '`': {
        const end = text.indexOf('`', start + 1)
        return end < 0 ? fail(start, 'unterminated raw quoted string') : emit('rawString', start, end + 1)
      }
      case '$':
        return fieldOrVariable('variable', start)
      case '(':
        parens++
        return emit('leftParen', start, start + 1)
      case ')':
        if (--parens < 0) return fail(start, 'unexpected right paren')
        return emit('rightParen', start, start + 1)
      case '.':
        return isDigit(text[start + 1]) || start + 1 >= text.length ? number(start) : fieldOrVariable('field', start)
      default:
        if (char === '+' || char === '-' || isDigit(char)) return number(start)
        if (wordCharAt(text, start) > 0) return word(start)
        if (char < '\x7f' && isPrint(runeOf(char))) return emit('char', start, start + 1)
        return fail(start, `unrecognized character in action: ${describeRune(char)}`)
    }
  }

  /** A run of spaces is one token; its last space may belong to a trim marker. */
  function space(start: number): Token {
    const end = spacesAfter(text, start)
    const marker = rightDelimAt(end - 1)
    if (marker?.trims !== true) return emit('space', start, end)
    return end - start === 1 ? rightDelim(marker) : emit('space', start, end - 1)
  }

  /** Up to the closing quote; a backslash keeps the next character, unless that ends the line. */
  function quoted(type: TokenType, start: number): Token | undefined {
    PLAIN_STRING.lastIndex = start + 1
    if (type === 'string' && PLAIN_STRING.test(text)) return emit(type, start, PLAIN_STRING.lastIndex)
    for (let at = start + 1; at < text.length; at++) {
      if (text[at] === text[start]) return emit(type, start, at + 1)
      if (text[at] === '\\') at++
      if (text[at] === '\n') return undefined
    }
    return undefined
  }

  function wordEnd(from: number): number {
    ASCII_WORD.lastIndex = from
    ASCII_WORD.test(text)
    let end = ASCII_WORD.lastIndex
    if (text.charCodeAt(end) < 0x80) return end
    for (let size = wordCharAt(text, end); size > 0; size = wordCharAt(text, end)) end += size
    return end
  }

  function isTerminated(end: number): boolean {
    return end >= text.length || TERMINATORS.includes(text[end] ?? '') || text.startsWith(right, end)
  }

  function word(start: number): Token {
    const end = wordEnd(start)
    if (!isTerminated(end)) return fail(start, `bad character ${describeRune(charAt(text, end))}`)
    const name = text.slice(start, end)
    const keyword = KEYWORDS.get(name)
    if (keyword !== undefined && !((keyword === 'break' || keyword === 'continue') && isFunction(keyword))) return emit(keyword, start, end)
    return emit(name === 'true' || name === 'false' ? 'bool' : 'identifier', start, end)
  }

  function fieldOrVariable(type: 'field' | 'variable', start: number): Token {
    if (isTerminated(start + 1)) return emit(type === 'variable' ? 'variable' : 'dot', start, start + 1)
    const end = wordEnd(start + 1)
    return isTerminated(end) ? emit(type, start, end) : fail(start, `bad character ${describeRune(charAt(text, end))}`)
  }

  /** The end of a number, and whether no letter or digit follows it. */
  function scanNumber(from: number): { end: number; isWhole: boolean } {
    NUMBER.lastIndex = from
    NUMBER.test(text)
    const end = NUMBER.lastIndex
    const next = wordCharAt(text, end)
    return { end: end + next, isWhole: next === 0 }
  }

  function number(start: number): Token {
    const bad = (end: number): Token => fail(start, `bad number syntax: ${quote(text.slice(start, end))}`)
    const { end, isWhole } = scanNumber(start)
    if (!isWhole) return bad(end)
    if (text[end] !== '+' && text[end] !== '-') return emit('number', start, end)
    const imaginary = scanNumber(end)
    if (!imaginary.isWhole || text[imaginary.end - 1] !== 'i') return bad(imaginary.end)
    return emit('complex', start, imaginary.end)
  }

  function next(): Token | undefined {
    if (last !== undefined) return undefined
    return insideAction ? inside() : outside()
  }

  function skipAction(length: number): void {
    const end = pos + length
    const start = end - right.length
    rightDelim({ start, end, trims: trimsRight(text, start - 2) })
  }

  return { next, place: () => pos, skipAction }
}

/** A token as error messages show it: `"x"`, `<range>`, `EOF`. */
export function describeToken({ type, value }: Token): string {
  if (type === 'eof' || type === 'error') return value
  if (type === 'dot' || KEYWORDS.get(value) === type) return `<${value}>`
  if (byteLength(value) > 10) return `${quote([...value].slice(0, 10).join(''))}...`
  return quote(value)
}

/** As Go's %#U: `U+002D '-'`. */
function describeRune(char: string): string {
  const rune = runeOf(char)
  const code = `U+${rune.toString(16).toUpperCase().padStart(4, '0')}`
  return isPrint(rune) ? `${code} '${String.fromCodePoint(rune)}'` : code
}

function charAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

/** How many code units the letter, digit or underscore at an offset takes; 0 if there is none. */
function wordCharAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f ? 1 : 0
  const char = charAt(text, at)
  return isWordChar(char) ? char.length : 0
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9'
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** `- ` behind a left delimiter. */
function trimsLeft(text: string, at: number): boolean {
  return text[at] === '-' && isSpace(text.charCodeAt(at + 1))
}

/** ` -` before a right delimiter. */
function trimsRight(text: string, at: number): boolean {
  return text[at + 1] === '-' && isSpace(text.charCodeAt(at))
}

function spacesAfter(text: string, from: number): number {
  let end = from
  while (isSpace(text.charCodeAt(end))) end++
  return end
}

/** Where the spaces that end at `end` begin, not before `from`. */
function spacesBefore(text: string, end: number, from: number): number {
  let start = end
  while (start > from && isSpace(text.charCodeAt(start - 1))) start--
  return start
}
