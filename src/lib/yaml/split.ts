// Splits a text at its `---` and `...` lines into parts with one document each.

import { behindBreak, isBreak, OTHER_BREAK } from './chars.ts'

export interface Part {
  readonly start: number
  readonly end: number
}

const MARKER = /(?<=^|\x85)(?:---|\.\.\.)(?=[ \t\r\n\x85\u2028\u2029]|$)/gm
const HINTS = ['---', '...']
const PROLOGUE_LINE = /^\uFEFF?(?:[ \t]*(?:#.*|[\n\r\x85\u2028\u2029]*)|%.*)$/s

/**
 * The parts of `text`, in order, without gaps. Comments and directives before a `---` belong to the document behind it.
 * A part may hold no document at all: comments only, or nothing.
 */
export function splitDocuments(text: string): Part[] {
  return [...documentParts(text)]
}

/** The parts one by one: a text may have a million of them. */
export function* documentParts(text: string): Generator<Part, void> {
  let start = 0
  // Nearly all texts are one document, and this is much faster than to look at the start of each line.
  const isOne = !HINTS.some(hint => text.startsWith(hint) || text.includes(`\n${hint}`)) && !OTHER_BREAK.test(text)
  if (isOne) {
    if (text !== '') yield { start, end: text.length }
    return
  }
  for (const { 0: marker, index } of text.matchAll(MARKER)) {
    if (marker === '...') {
      const end = lineEndBehind(text, index)
      yield { start, end }
      start = end
    } else if (!isPrologue(text, start, index)) {
      yield { start, end: index }
      start = index
    }
  }
  if (start < text.length) yield { start, end: text.length }
}

const NOTHING = /^\uFEFF?(?:---(?=\s|$))?\s*(?:#[^\n]*(?:\n\s*|$))*(?:\.\.\.\s*)?$/

/**
 * Whether the text of a document can have a value: text with only `---`, blanks and comments need not be read.
 * @example holdsSomething('---\n# nothing\n') // false
 */
export function holdsSomething(text: string): boolean {
  return !NOTHING.test(text)
}

function lineEndBehind(text: string, at: number): number {
  let end = at
  while (end < text.length && !isBreak(text.charCodeAt(end))) end++
  return end < text.length ? behindBreak(text, end) : end
}

/** Whether a text has only comments, blank lines and directives. */
function isPrologue(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const next = lineEndBehind(text, at)
    if (!PROLOGUE_LINE.test(text.slice(at, next))) return false
    at = next
  }
  return true
}
