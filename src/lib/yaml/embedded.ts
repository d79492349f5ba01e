// Converts positions in a text that is a block scalar of a file, such as a template in a ConfigMap, to positions in the file.

import type { Position, SourceFile } from '../model/index.ts'

/** A text that is the value of a scalar, and a position in it. */
export interface Embedded {
  /** The position of the scalar's node in the file. */
  readonly scalar: Position
  /** The value of the scalar. */
  readonly text: string
  /** The position in that text. */
  readonly inner: Position
  /** Part of the line that messages may show. */
  readonly show: (line: string) => string
}

/**
 * The position in `file` of a position in the scalar at `scalar`. Undefined if the scalar is not written line by line (quoted, folded, JSON).
 * @example positionInScalar({ path: 'a.yaml', text: 'a: |\n  b: [' }, { scalar: { file: 'a.yaml', line: 1, column: 4 }, text: 'b: [', inner: { file: '', line: 1, column: 4 }, show })
 * // { file: 'a.yaml', line: 2, column: 6, lineText: show('  b: [') }
 */
export function positionInScalar(file: SourceFile, { scalar, text, inner, show }: Embedded): Position | undefined {
  const line = scalar.line + inner.line
  const lineText = lineOf(file.text, line)
  const innerText = lineOf(text, inner.line) ?? ''
  // The same line with more before it, which is only indentation: any other way to write a scalar shows by this.
  if (lineText === undefined || !lineText.endsWith(innerText)) return undefined
  const indentation = lineText.length - innerText.length
  if (lineText.slice(0, indentation).trim() !== '') return undefined
  return { ...inner, file: file.path, line, column: inner.column + indentation, lineText: show(lineText) }
}

function lineOf(text: string, line: number): string | undefined {
  let start = 0
  for (let at = 1; at < line; at++) {
    start = text.indexOf('\n', start) + 1
    if (start === 0) return undefined
  }
  const end = text.indexOf('\n', start)
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '')
}
