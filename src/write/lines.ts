// Finds lines in block style: where to insert, and which lines belong to a node.

import { lineEndOf, lineStartOf } from './style.ts'

/** Whether only spaces stand before `offset` on its line. */
export function startsLine(text: string, offset: number): boolean {
  return /^\uFEFF? *$/.test(text.slice(lineStartOf(text, offset), offset))
}

/** The end of the line before the one of `offset`, before its line end; undefined on the first line. */
export function previousLineEnd(text: string, offset: number): number | undefined {
  const start = lineStartOf(text, offset)
  if (start === 0) return undefined
  return text.charCodeAt(start - 2) === CR ? start - 2 : start - 1
}

/**
 * Offset at which lines after a node that ends at `end` are inserted: at the end of its last line, or behind the comments below it that are
 * indented more than `column`, for those belong to what is inside it.
 */
export function endOfBlock(text: string, end: number, column: number): number {
  let at = lineEndOf(text, end)
  for (;;) {
    const next = text.indexOf('\n', at)
    if (next < 0) return at
    const lineEnd = lineEndOf(text, next + 1)
    const comment = /^( *)#/.exec(text.slice(next + 1, lineEnd))
    if (comment === null || (comment[1] ?? '').length <= column) return at
    at = lineEnd
  }
}

/** Number of line breaks between two offsets. */
export function lineEndsBetween(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** The end of the line `count` lines below the line that ends at `from`, while those are comments or blank. The lines of `over` do not count. */
export function skipLines(
  text: string,
  from: number,
  { count, over }: { count: number; over: readonly { readonly start: number; readonly end: number }[] },
): number {
  let at = from
  let kept = from
  for (let left = count; left > 0; ) {
    const next = text.indexOf('\n', at)
    if (next < 0) break
    const end = lineEndOf(text, next + 1)
    const child = over.find(({ start }) => start > next && start <= end)
    if (child !== undefined) at = lineEndOf(text, child.end)
    else if (/^\s*(?:#|$)/.test(text.slice(next + 1, end))) {
      at = end
      kept = end
      left--
    } else break
  }
  return kept
}

/** The range of whole lines from the one of `start` to the one of `end`, with the line end before them: what an insertion added. */
export function ownedLines(text: string, start: number, end: number): { offset: number; length: number } {
  const last = lineEndOf(text, end)
  const before = previousLineEnd(text, start)
  if (before !== undefined) return { offset: before, length: last - before }
  const from = text.charCodeAt(0) === BOM ? 1 : 0
  const next = text.indexOf('\n', last)
  return { offset: from, length: (next < 0 ? text.length : next + 1) - from }
}

const CR = 13
const BOM = 0xfeff
