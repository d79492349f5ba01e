// The tokens of a template's text (documentation of text/template: Actions, Arguments).

import { quote } from '../go/strconv.ts'
import { byteLength } from '../go/utf8.ts'

export type Keyword = 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'range' | 'template' | 'with' | 'nil'

/** The kind of a token. */
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

/** A piece of a template's text. */
export interface Token {
  readonly type: TokenType
  /** UTF-16 offset of its start. */
  readonly pos: number
  /** As written; of an error, what is wrong. */
  readonly value: string
}

/** The words that are not names of functions. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  (['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with', 'nil'] as const).map(word => [word, word]),
)

/** A token as error messages show it: `"x"`, `<range>`, `EOF`. */
export function describeToken({ type, value }: Token): string {
  if (type === 'eof' || type === 'error') return value
  if (type === 'dot' || KEYWORDS.get(value) === type) return `<${value}>`
  if (byteLength(value) > 10) return `${quote([...value].slice(0, 10).join(''))}...`
  return quote(value)
}
