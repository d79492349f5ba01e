// Places in a text that stands as a block scalar in another one: a template in a ConfigMap.

import type { Position, SourceFile } from '../model/index.ts'

/**
 * The place in `file` of a place in the scalar whose node stands at `scalar`. Undefined where the scalar is not written line by line (quoted, folded, JSON).
 * @example positionInScalar({ path: 'a.yaml', text: 'a: |\n  b: [' }, { file: 'a.yaml', line: 1, column: 4 }, { file: '', line: 1, column: 4, lineText: 'b: [' })
 * // { file: 'a.yaml', line: 2, column: 6, lineText: '  b: [' }
 */
export function positionInScalar(file: SourceFile, scalar: Position, inner: Position): Position | undefined {
  const line = scalar.line + inner.line
  const lineText = lineOf(file.text, line)?.replace(/\r$/, '')
  const innerText = inner.lineText ?? ''
  // The same line with more before it, which is only indentation: any other way to write a scalar shows by this.
  if (lineText === undefined || !lineText.endsWith(innerText)) return undefined
  const indentation = lineText.length - innerText.length
  if (lineText.slice(0, indentation).trim() !== '') return undefined
  return { ...inner, file: file.path, line, column: inner.column + indentation, lineText }
}

function lineOf(text: string, line: number): string | undefined {
  let start = 0
  for (let at = 1; at < line; at++) {
    start = text.indexOf('\n', start) + 1
    if (start === 0) return undefined
  }
  const end = text.indexOf('\n', start)
  return text.slice(start, end < 0 ? text.length : end)
}
