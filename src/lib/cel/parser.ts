// Parses an expression (google/cel-spec, doc/langdef.md, "Syntax", with optional syntax), within the bounds that the API server sets: 100,000 code points, 250 levels.

import { type Expr, type FieldEntry, type MapEntry, qualifiedName } from './ast.ts'
import { call, constant, deepest, ident } from './build.ts'
import { literalOf } from './literal.ts'
import { expandMacro, INVALID_HAS, type MacroHost } from './macros.ts'
import { countCodePoints, type Issue, NOWHERE, sortIssues } from './source.ts'
import { Stop, TokenReader } from './token-reader.ts'

/** The syntax tree of a text, or its errors. */
export function parse(text: string): { readonly expr: Expr } | { readonly issues: readonly Issue[] } {
  if (text.length > MAX_CODE_POINTS && countCodePoints(text) > MAX_CODE_POINTS) {
    const message = `expression code point size exceeds limit: size: ${countCodePoints(text)}, limit ${MAX_CODE_POINTS}`
    return { issues: [{ line: -1, column: 0, message }] }
  }
  const parser = new Parser(text)
  const expr = parser.parse()
  return parser.issues.length === 0 ? { expr } : { issues: sortIssues(parser.issues) }
}

const MAX_CODE_POINTS = 100_000
const MAX_DEPTH = 250
const MAX_COPIES = 100_000

const RELATIONS: ReadonlySet<string> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in'])
const SUMS: ReadonlySet<string> = new Set(['+', '-'])
const PRODUCTS: ReadonlySet<string> = new Set(['*', '/', '%'])
const LEVELS: readonly ReadonlySet<string>[] = [RELATIONS, SUMS, PRODUCTS]

const EXPRESSION = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null'])
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in'])
const RESERVED: ReadonlySet<string> = new Set('as break const continue else for function if import let loop package namespace return var void while'.split(' '))

class Parser extends TokenReader {
  readonly #host: MacroHost
  /** Start of the argument of the enclosing `has`. */
  #presence: number | undefined

  constructor(text: string) {
    super(text)
    this.#host = { copies: { left: MAX_COPIES }, fail: (message, at) => this.fail(message, at) }
  }

  parse(): Expr {
    try {
      const expr = this.#expression()
      if (this.token.kind !== 'end') {
        const isLast = this.tokens[this.next + 1]?.kind === 'end'
        this.unexpected(found => `${isLast ? 'extraneous' : 'mismatched'} input '${found}' expecting <EOF>`)
      }
      if (expr.depth > MAX_DEPTH) this.fail('max recursion depth exceeded', NOWHERE)
      return expr
    } catch (error) {
      if (error instanceof Stop) return { kind: 'broken', at: 0, depth: 0 }
      throw error
    }
  }

  #expression(): Expr {
    if (++this.nesting > MAX_DEPTH) {
      this.fail(`expression recursion limit exceeded: ${MAX_DEPTH}`, NOWHERE)
      throw new Stop()
    }
    const condition = this.#alternatives()
    const { at } = this.token
    let expr = condition
    if (this.accept('?')) {
      const yes = this.#alternatives()
      this.expect(':')
      const args = [condition, yes, this.#expression()]
      expr = { ...call('_?_:_', args, at), depth: deepest(args) + 1 }
    }
    this.nesting--
    return expr
  }

  #alternatives(): Expr {
    return this.#sequence('||', '_||_', () => this.#sequence('&&', '_&&_', () => this.#binary(0)))
  }

  #sequence(operator: string, name: string, part: () => Expr): Expr {
    const first = part()
    if (!this.is(operator)) return first
    const { at } = this.token
    const args = [first]
    while (this.accept(operator)) args.push(part())
    return call(name, args, at)
  }

  #binary(level: number): Expr {
    const operators = LEVELS[level]
    if (operators === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const { kind, text, at } = this.token
      if ((kind !== 'punctuation' && text !== 'in') || !operators.has(text)) return left
      this.next++
      const args = [left, this.#binary(level + 1)]
      left = { ...call(text === 'in' ? '@in' : `_${text}_`, args, at), depth: deepest(args) + 1 }
    }
  }

  #unary(): Expr {
    for (const operator of ['!', '-']) {
      if (!this.is(operator)) continue
      const start = this.next
      const { at } = this.token
      while (this.accept(operator));
      const count = this.next - start
      if (operator === '-' && count === 1 && ['int', 'double'].includes(this.token.kind)) this.next = start
      else {
        const member = this.#member()
        return count % 2 === 0 ? member : call(`${operator}_`, [member], at)
      }
    }
    return this.#member()
  }

  #member(): Expr {
    let expr = this.#primary()
    for (;;) {
      const { at } = this.token
      if (this.accept('.')) expr = this.#dotted(expr, at)
      else if (this.accept('[')) {
        const name = this.accept('?') ? '_[?_]' : '_[_]'
        const args = [expr, this.#expression()]
        this.#close(']')
        expr = { ...call(name, args, at), depth: deepest(args) + 1 }
      } else return expr
    }
  }

  #dotted(operand: Expr, at: number): Expr {
    const optional = this.accept('?')
    const { at: fieldAt, text } = this.token
    // With an invalid name, a chain of names can only be a selection.
    if (this.#presence !== undefined && LITERALS.has(text) && qualifiedName(operand) === undefined) this.fail(INVALID_HAS, this.#presence)
    const field = this.#fieldName()
    if (optional || !this.is('(')) {
      return { kind: 'select', operand, field, mode: optional ? 'optional' : 'value', at, fieldAt, depth: operand.depth + 1 }
    }
    return this.#call(operand, field)
  }

  #call(target: Expr | undefined, name: string): Expr {
    const at = this.expect('(')
    const args: Expr[] = []
    const outer = this.#presence
    if (target === undefined) this.#presence = name === 'has' ? this.token.at : undefined
    if (!this.accept(')')) {
      do args.push(this.#expression())
      while (this.accept(','))
      this.#close(')')
    }
    this.#presence = outer
    const expanded = expandMacro({ name, target, args, at }, this.#host)
    if (expanded !== undefined) return expanded
    return { kind: 'call', name, target, args, at, depth: deepest([target, ...args]) + (target === undefined ? 0 : 1) }
  }

  /** A closing bracket. A single token before it is skipped, so that errors inside the brackets are reported. */
  #close(bracket: string): void {
    const after = this.tokens[this.next + 1]
    if (!this.is(bracket) && after?.text === bracket && after.kind === 'punctuation') {
      const { at, text } = this.token
      this.fail(`Syntax error: extraneous input '${text}' expecting '${bracket}'`, at)
      this.next++
    }
    this.expect(bracket)
  }

  /** @param list where the first of several names stands, at which cel-go finds fault with any of them */
  #fieldName(list?: number): string {
    const { kind, text, at } = this.token
    if (kind === 'quoted') this.fail("unsupported syntax: '`'", list ?? at)
    else if (kind !== 'identifier' || KEYWORDS.has(text))
      this.unexpected(found =>
        KEYWORDS.has(text) && text !== 'in' ? `mismatched input '${found}' expecting IDENTIFIER` : `no viable alternative at input '.${text}'`,
      )
    this.next++
    return text
  }

  #primary(): Expr {
    const { kind, text, at } = this.token
    if (kind === 'identifier' && !KEYWORDS.has(text)) return this.#named('')
    switch (text) {
      case '.':
        this.next++
        if (this.token.kind !== 'identifier' || KEYWORDS.has(this.token.text)) this.unexpected(() => `no viable alternative at input '.${this.token.text}'`)
        return this.#named('.')
      case '(': {
        this.next++
        const expr = this.#expression()
        this.#close(')')
        return expr
      }
      case '[':
        this.next++
        return this.#list(at)
      case '{':
        this.next++
        return this.#map(at)
      default:
        return this.#literal()
    }
  }

  #named(dot: string): Expr {
    const { text, at } = this.token
    const message = this.#messageName()
    if (message !== undefined) return this.#message(dot + message)
    this.next++
    const reserved = RESERVED.has(text)
    if (reserved) this.fail(`reserved identifier: ${text}`, at)
    if (this.is('(')) return this.#call(undefined, dot + text)
    return reserved ? { kind: 'broken', at, depth: 0 } : ident(dot + text, at)
  }

  /** The name before `{`, where names and dots lead to one. */
  #messageName(): string | undefined {
    let next = this.next
    let name = ''
    for (;;) {
      const token = this.tokens[next]
      if (token?.kind !== 'identifier' || KEYWORDS.has(token.text)) return undefined
      name += token.text
      const after = this.tokens[next + 1]
      if (after?.kind !== 'punctuation') return undefined
      next += 2
      if (after.text === '{') {
        this.next = next - 1
        return name
      }
      if (after.text !== '.') return undefined
      name += '.'
    }
  }

  #message(name: string): Expr {
    const at = this.expect('{')
    const entries: FieldEntry[] = []
    const first = this.token.at
    this.#items('}', () => {
      const optional = this.accept('?')
      const field = this.#fieldName(first)
      const colon = this.expect(':')
      entries.push({ field, optional, at: colon, value: this.#expression() })
    })
    return { kind: 'message', name, entries, at, depth: deepest(entries.map(entry => entry.value)) }
  }

  #list(at: number): Expr {
    const elements: Expr[] = []
    const optional: boolean[] = []
    this.#items(']', () => {
      optional.push(this.accept('?'))
      elements.push(this.#expression())
    })
    return { kind: 'list', elements, optional, at, depth: deepest(elements) }
  }

  #map(at: number): Expr {
    const entries: MapEntry[] = []
    this.#items('}', () => {
      const optional = this.accept('?')
      const key = this.#expression()
      const colon = this.expect(':')
      entries.push({ key, optional, at: colon, value: this.#expression() })
    })
    return { kind: 'map', entries, at, depth: deepest(entries.flatMap(({ key, value }) => [key, value])) }
  }

  /** Items with commas between them, and one at the end if need be. */
  #items(bracket: string, item: () => void): void {
    if (!this.is(bracket) && !this.is(',')) {
      do item()
      while (this.accept(',') && !this.is(bracket))
    } else this.accept(',')
    if (!this.accept(bracket)) this.unexpected(found => `mismatched input '${found}' expecting {'${bracket}', ','}`)
  }

  #literal(): Expr {
    const negative = this.accept('-')
    const at = this.tokens[this.next - (negative ? 1 : 0)]?.at ?? 0
    const { kind, text } = this.token
    const found = literalOf(kind, text, negative)
    if (found === undefined) return this.unexpected(text => `${this.slip()} input '${text}' expecting ${EXPRESSION}`)
    this.next++
    return 'error' in found ? this.fail(found.error, at) : constant(found.value, at)
  }
}
