// Converts offsets of a text to lines and columns; line starts are found once, on first use.

import type { Position, SourceFile } from '../model/index.ts'
import type { Span } from './excerpt.ts'

const CARRIAGE_RETURN = 0x0d

/** Positions in one file. Lines and columns count from 1; a line ends at `\n`. */
export class LineIndex {
  private readonly file: SourceFile
  private starts: number[] | undefined

  constructor(file: SourceFile) {
    this.file = file
  }

  /**
   * The position of `offset`, with `length` characters to underline on that line.
   * @param show redacts the line for messages; called on first access, because few positions are shown
   */
  position(offset: number, length: number, show: (line: Span) => string): Position {
    const { path, text } = this.file
    this.starts ??= lineStarts(text)
    const line = upperBound(this.starts, offset)
    const start = this.starts[line - 1] ?? 0
    const lineEnd = text.indexOf('\n', start)
    const next = lineEnd < 0 ? text.length : lineEnd
    const end = next > start && text.charCodeAt(next - 1) === CARRIAGE_RETURN ? next - 1 : next
    const column = offset - start + 1
    return {
      file: path,
      line,
      column,
      get lineText() {
        return show({ start, end })
      },
      length: Math.max(1, Math.min(length, end - offset)),
    }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Number of the sorted `starts` that are at or before `offset`. */
function upperBound(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low
}
