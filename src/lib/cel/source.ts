// Lines and columns of an expression's text, and errors as cel-go prints them: `ERROR: <input>:1:3: …`, the line, a caret.

/** An error in an expression with its line and column, which count from 1; the column counts code points. */
export interface Issue {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** The position of errors about the whole expression. */
export const NOWHERE = -1

/** Line and column of an offset in UTF-16 units. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  if (offset === NOWHERE) return { line: -1, column: 0 }
  if (text === '') return { line: 1, column: 0 }
  const before = text.slice(0, offset)
  const start = before.lastIndexOf('\n') + 1
  const line = start === 0 ? 1 : before.split('\n').length
  return { line, column: countCodePoints(before.slice(start)) + 1 }
}

/** The number of code points of a text. */
export function countCodePoints(text: string): number {
  let count = text.length
  // The second half of a pair is not a code point of its own.
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--
  return count
}

/** Issues in order of their places, at most 100 of them, as one text. */
export function formatIssues(text: string, issues: readonly Issue[]): string {
  const lines = text.split('\n')
  const shown = issues.slice(0, MAX_ISSUES).map(issue => formatIssue(lines, issue))
  if (issues.length > MAX_ISSUES) shown.push(`${issues.length - MAX_ISSUES} more errors were truncated`)
  return shown.join('\n')
}

/** Sorts by line and column; the sort is stable. */
export function sortIssues(issues: readonly Issue[]): Issue[] {
  return issues.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

const MAX_ISSUES = 100

function formatIssue(lines: readonly string[], { line, column, message }: Issue): string {
  const head = `ERROR: <input>:${line}:${column}: ${message}`
  const snippet = lines[line - 1]?.replaceAll('\t', ' ')
  if (snippet === undefined || column < 1) return head
  const chars = [...snippet]
  const dots = chars.slice(0, column - 1).map(char => (isWide(char) ? '．' : '.'))
  const caret = isWide(chars[column - 1] ?? '') ? '＾' : '^'
  return `${head}\n | ${snippet}\n | ${dots.join('')}${caret}`
}

/** Whether a character takes more than one byte in UTF-8. */
function isWide(char: string): boolean {
  return char !== '' && (char.codePointAt(0) ?? 0) > 0x7f
}
