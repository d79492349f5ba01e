// Splits an expression into tokens, by the language definition (google/cel-spec, doc/langdef.md, "Syntax").

export type TokenKind = 'identifier' | 'quoted' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'punctuation' | 'end' | 'error'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** An offset in UTF-16 units. */
  readonly at: number
}

/** All tokens of a text, with an error token for invalid text, and an end token. Comments and white space are left out. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    SPACE.lastIndex = at
    const space = SPACE.exec(text)
    if (space !== null) {
      at += space[0].length
      continue
    }
    const token = tokenAt(text, at)
    tokens.push(token)
    at += token.text.length
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, pattern] of WORDS) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) return { kind, text: match[0], at }
  }
  BROKEN.lastIndex = at
  return { kind: 'error', text: BROKEN.exec(text)?.[0] ?? text.slice(at, at + 1), at }
}

const SPACE = /(?:[\t\n\f\r ]+|\/\/[^\n]*)/y

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\x60]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})`
const QUOTED = [`"(?:${ESCAPE}|[^\\\\"\\n\\r])*"`, `'(?:${ESCAPE}|[^\\\\'\\n\\r])*'`].join('|')
const LONG = [`"""(?:${ESCAPE}|[^\\\\])*?"""`, `'''(?:${ESCAPE}|[^\\\\])*?'''`].join('|')
const RAW = String.raw`[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')`
const STRING = `(?:${RAW}|${LONG}|${QUOTED})`

const WORDS: readonly (readonly [TokenKind, RegExp])[] = [
  ['bytes', new RegExp(`[bB]${STRING}`, 'y')],
  ['string', new RegExp(STRING, 'y')],
  ['double', /(?:[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)/y],
  ['uint', /(?:0x[0-9a-fA-F]+|[0-9]+)[uU]/y],
  ['int', /(?:0x[0-9a-fA-F]+|[0-9]+)/y],
  ['identifier', /[A-Za-z_][0-9A-Za-z_]*/y],
  ['quoted', /`[0-9A-Za-z_./ -]+`/y],
  ['punctuation', /(?:==|!=|<=|>=|&&|\|\||[[\]{}(),.:?<>+\-*/%!])/y],
]

// A text that does not end, up to where it cannot go on.
const BROKEN = new RegExp(`[rRbB]{0,2}(?:"(?:${ESCAPE}|[^\\\\"\\n\\r])*|'(?:${ESCAPE}|[^\\\\'\\n\\r])*)\\\\?|=.?|[&|].?|[^]`, 'uy')
