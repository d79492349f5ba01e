// Cuts a text into the parts that hold one document each, at its `---` and `...` lines.

export interface Part {
  readonly start: number
  readonly end: number
}

const MARKER = /^(---|\.\.\.)(?=[ \t\r\n]|$)/gm
const HINTS = ['---', '...']
const PROLOGUE_LINE = /^\uFEFF?(?:[ \t]*(?:#.*)?|%.*)\r?$/

/**
 * The parts of `text`, in order, without gaps. Comments and directives before a `---` belong to the document behind it.
 * A part may hold no document at all: comments only, or nothing.
 */
export function splitDocuments(text: string): Part[] {
  const parts: Part[] = []
  let start = 0
  // Nearly all texts are one document, and this is much faster than to look at the start of each line.
  if (!HINTS.some(hint => text.startsWith(hint) || text.includes(`\n${hint}`))) return text === '' ? [] : [{ start, end: text.length }]
  for (const match of text.matchAll(MARKER)) {
    if (match[1] === '...') {
      const lineEnd = text.indexOf('\n', match.index)
      const end = lineEnd < 0 ? text.length : lineEnd + 1
      parts.push({ start, end })
      start = end
    } else if (!isPrologue(text, start, match.index)) {
      parts.push({ start, end: match.index })
      start = match.index
    }
  }
  if (start < text.length) parts.push({ start, end: text.length })
  return parts
}

/** The text of the first document, from the start of `text`. */
export function firstDocument(text: string): string {
  const [first] = splitDocuments(text)
  return first === undefined ? '' : text.slice(0, first.end)
}

/** Only comments, blank lines and directives. */
function isPrologue(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const lineEnd = text.indexOf('\n', at)
    const next = lineEnd < 0 ? end : lineEnd
    if (!PROLOGUE_LINE.test(text.slice(at, next))) return false
    at = next + 1
  }
  return true
}
