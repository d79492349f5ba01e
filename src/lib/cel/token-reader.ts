// Reads the tokens of an expression in order, and reports syntax errors, with the message of the API server's parser where it says more than the position does.

import type { Expr } from './ast.ts'
import { type Token, tokenize } from './lexer.ts'
import { type Issue, NOWHERE, placeOf } from './source.ts'

/** Thrown to stop parsing at a syntax error from which there is no recovery. */
export class Stop extends Error {}

/** Reads tokens one by one, and collects the issues. */
export class TokenReader {
  readonly issues: Issue[] = []
  protected readonly text: string
  protected readonly tokens: readonly Token[]
  protected next = 0
  protected nesting = 0

  constructor(text: string) {
    this.text = text
    this.tokens = tokenize(text)
  }

  protected get token(): Token {
    return this.tokens[this.next] ?? { kind: 'end', text: '', at: this.text.length }
  }

  protected fail(message: string, at: number): Expr {
    if (this.issues.length < MAX_ISSUES) this.issues.push({ ...placeOf(this.text, at), message })
    return { kind: 'broken', at, depth: 0 }
  }

  /** The words are those of the API server's parser, where they say more than the place does. */
  protected unexpected(message: (found: string) => string = found => `mismatched input '${found}'`): never {
    const { kind, text, at } = this.token
    const found = kind === 'end' ? '<EOF>' : text
    if (this.nesting <= 1 && this.skipped() > MAX_SKIPPED) this.fail(`error recovery token lookahead limit exceeded: ${MAX_SKIPPED}`, NOWHERE)
    this.fail(`Syntax error: ${kind === 'error' ? `token recognition error at: '${found}'` : message(found)}`, at)
    throw new Stop()
  }

  /** Number of tokens that the API server's parser skips to find one that can follow. */
  protected skipped(): number {
    const rest = this.tokens.slice(this.next)
    const end = rest.findIndex(({ kind, text }) => kind === 'end' || (kind === 'punctuation' && !BRACKETS.has(text)))
    return end < 0 ? rest.length : end
  }

  protected slip(): string {
    const after = this.tokens[this.next + 1]
    const canFollow = after !== undefined && ((after.kind === 'punctuation' && STARTS.has(after.text)) || !['punctuation', 'end', 'error'].includes(after.kind))
    return canFollow && this.token.kind !== 'end' ? 'extraneous' : 'mismatched'
  }

  protected is(text: string): boolean {
    const token = this.token
    return token.text === text && (token.kind === 'punctuation' || token.kind === 'identifier')
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false
    this.next++
    return true
  }

  protected expect(text: string): number {
    const { at } = this.token
    if (!this.accept(text)) this.unexpected(found => `missing '${text}' at '${found}'`)
    return at
  }
}

// Tokens that are still read after an error, for errors of macros and names before it.
const MAX_ISSUES = 100
const BRACKETS: ReadonlySet<string> = new Set(['(', ')', '[', ']', '{', '}', ',', ':', '!'])
const STARTS: ReadonlySet<string> = new Set(['[', '{', '(', '.', '-', '!'])
// Of the API server's parser.
const MAX_SKIPPED = 256
