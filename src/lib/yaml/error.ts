// Errors of YAML texts, with the message of Go's YAML packages and the position (istio-rules.md, 1.4).

import { behindBreak } from './chars.ts'

/** Lines and columns count from 1. `offset` counts UTF-16 units from the start of the text. */
export class YamlError extends Error {
  readonly offset: number
  readonly line: number
  readonly column: number

  constructor(message: string, at: { readonly offset: number; readonly line: number; readonly column: number }) {
    super(message)
    this.name = 'YamlError'
    this.offset = at.offset
    this.line = at.line
    this.column = at.column
  }
}

/**
 * A syntax error. Go's scanner counts lines from 1, its parser from 0; neither names the first one. `end` is an error of the scanner at the end of the text,
 * where Go counts one more line.
 */
export interface Problem {
  readonly message: string
  readonly at: number
  readonly kind: 'scanner' | 'parser' | 'end'
}

/**
 * The error for a syntax problem of `text`, with Go's message.
 * @example yamlProblem('a:\n  - b\n  c', { message: 'did not find expected key', at: 11, kind: 'parser' }).message // 'yaml: line 2: did not find expected key'
 */
export function yamlProblem(text: string, { message, at, kind }: Problem): YamlError {
  const isEnd = kind === 'end' || (kind === 'parser' && at >= text.length)
  const before = breaksBefore(text, at) + (isEnd && !/(?:^|[\n\r\x85\u2028\u2029])$/.test(text) ? 1 : 0)
  const line = before === 0 || kind === 'parser' ? before : before + 1
  return yamlErrorAt(`yaml: ${line > 0 ? `line ${line}: ` : ''}${message}`, text, at)
}

/** A YamlError at `offset` in `text`. */
export function yamlErrorAt(message: string, text: string, offset: number): YamlError {
  const { line, column } = placeOf(text, offset)
  return new YamlError(message, { offset, line, column })
}

/** Line and column, from 1, of `offset`. Linear: for errors only. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (let next = text.indexOf('\n'); next >= 0 && next < offset; next = text.indexOf('\n', start)) {
    line++
    start = next + 1
  }
  return { line, column: offset - start + 1 }
}

/** Number of YAML 1.1's line breaks before `offset`. */
function breaksBefore(text: string, offset: number): number {
  let count = 0
  for (const { index } of text.matchAll(/\r\n|[\n\r\x85\u2028\u2029]/g)) {
    if (behindBreak(text, index) > offset) break
    count++
  }
  return count
}
