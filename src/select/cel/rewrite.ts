// Fits Kubernetes' CEL to the parser at hand, token by token: macros and functions that the library has in another form go by a name of ours,
// and optional entries of literals (`{?'a': x}`), which it can not parse, become calls.

import { TIME_FUNCTIONS } from './time.ts'

interface Token {
  readonly text: string
  /** White space and comments before it. */
  readonly before: string
  readonly kind: 'name' | 'string' | 'other'
}

/** Ours: see macros.ts and library.ts. */
const OWN = '__'
const REPLACED: ReadonlySet<string> = new Set(['has', 'all', 'exists', 'exists_one', 'map', 'filter', 'matches', ...TIME_FUNCTIONS])
/** What the library knows and Kubernetes does not. */
const UNDECLARED: ReadonlySet<string> = new Set(['cel', 'json', 'hex', 'base64'])

/** `__has` → `has`, in messages. */
export function asWritten(text: string): string {
  return text.replace(/\b__(\w+)/g, '$1')
}

/**
 * @throws Error for names that Kubernetes does not declare
 * @example rewrite("has(a.b)") // '__has(a.b)'
 */
export function rewrite(expression: string): string {
  const tokens = tokenize(expression)
  const names = tokens.map((token, i): string => {
    if (token.kind !== 'name') return token.text
    if (token.text.startsWith(OWN) || (UNDECLARED.has(token.text) && isReference(tokens, i))) throw new Error(`undeclared reference to '${token.text}'`)
    return REPLACED.has(token.text) && tokens[i + 1]?.text === '(' ? `${OWN}${token.text}` : token.text
  })
  emptyMessages(tokens, names)
  optionalEntries(tokens, names)
  return tokens.map((token, i) => token.before + (names[i] ?? '')).join('')
}

/** A function or a variable, not a field. */
function isReference(tokens: readonly Token[], i: number): boolean {
  return tokens[i + 1]?.text === '(' || (tokens[i - 1]?.text !== '.' && tokens[i + 1]?.text === '.')
}

// A string with its prefix, a comment, a name, or any other character.
const TOKEN = /((?:\s|\/\/[^\n]*)*)(?:([rR]?[bB]?|[bB][rR])("""|'''|"|')|([A-Za-z_]\w*)|(\d[\w.]*|[\s\S]))/y

function tokenize(expression: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < expression.length) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(expression)
    if (match === null) {
      tokens.push({ before: expression.slice(at), text: '', kind: 'other' })
      break
    }
    const [whole, before = '', prefix = '', quote, name, other = ''] = match
    at += whole.length
    if (quote === undefined) {
      tokens.push(name === undefined ? { before, text: other, kind: 'other' } : { before, text: name, kind: 'name' })
    } else {
      const end = stringEnd(expression, at, quote, /r/i.test(prefix))
      tokens.push({ before, text: prefix + quote + expression.slice(at, end), kind: 'string' })
      at = end
    }
  }
  return tokens
}

function stringEnd(text: string, start: number, quote: string, raw: boolean): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\' && !raw) at++
    else if (text.startsWith(quote, at)) return at + quote.length
  }
  return text.length
}

/** `google.protobuf.Struct{}` is the empty map. */
function emptyMessages(tokens: readonly Token[], texts: string[]): void {
  const wanted = ['google', '.', 'protobuf', '.', 'Struct', '{', '}']
  for (let i = 0; i + wanted.length <= tokens.length; i++) {
    if (!wanted.every((text, j) => tokens[i + j]?.text === text)) continue
    for (let j = 0; j < 5; j++) texts[i + j] = ''
  }
}

interface Open {
  readonly at: number
  readonly isMap: boolean
  /** In an optional entry: whether its value has begun. */
  entry?: 'key' | 'value'
  optional: boolean
}

/** `{?k: v, a: b}` → `__present({k: __entry(v), a: b})`, and lists alike. */
function optionalEntries(tokens: readonly Token[], texts: string[]): void {
  const open: Open[] = []
  tokens.forEach(({ text }, i) => {
    const here = open.at(-1)
    if ((text === ',' || text === '}' || text === ']') && here?.entry !== undefined) {
      texts[i] = `)${texts[i]}`
      delete here.entry
    }
    if (text === '{' || text === '[' || text === '(') {
      // An index is no list.
      const literal = text === '{' || (text === '[' && !/[\w)\]}'"]$/.test(tokens[i - 1]?.text ?? ''))
      open.push({ at: literal ? i : -1, isMap: text === '{', optional: false })
    } else if (text === '}' || text === ']' || text === ')') {
      const closed = open.pop()
      if (closed?.optional === true) {
        texts[closed.at] = `${OWN}present(${texts[closed.at]}`
        texts[i] = `${texts[i]})`
      }
    } else if (text === '?' && here !== undefined && here.at >= 0 && /^[{[,]$/.test(tokens[i - 1]?.text ?? '')) {
      here.optional = true
      here.entry = here.isMap ? 'key' : 'value'
      texts[i] = here.isMap ? '' : `${OWN}entry(`
    } else if (text === ':' && here?.entry === 'key') {
      here.entry = 'value'
      texts[i] = `: ${OWN}entry(`
    }
  })
}
