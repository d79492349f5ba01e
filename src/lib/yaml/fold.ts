// Folds long strings as libyaml's emitter does: it breaks lines at a single space behind column 80.

const WIDTH = 80

export type FoldedStyle = 'plain' | 'single' | 'double'

export interface FoldOptions {
  /** Column at which the node starts. */
  readonly column: number
  /** Indentation of its further lines. */
  readonly indent: number
  readonly style: FoldedStyle
}

/**
 * The written form of a string, quotes and escapes included, with line breaks where Go puts them.
 *
 * @example fold('a'.repeat(90) + ' b', { column: 0, indent: 2, style: 'plain' }) // two lines
 */
export function fold(written: string, { column, indent, style }: FoldOptions): string {
  if (column + written.length <= WIDTH || !written.includes(' ')) return written
  const chars = [...written]
  // A quoted string is never broken beside its quotes.
  const [from, to] = style === 'plain' ? [0, chars.length] : [2, chars.length - 2]
  let out = ''
  let at = column
  let afterSpace = false
  chars.forEach((char, i) => {
    const space = char === ' '
    const nextSpace = chars[i + 1] === ' '
    if (space && !afterSpace && at > WIDTH && i >= from && i < to && (style === 'double' || !nextSpace)) {
      const mark = nextSpace ? '\\' : ''
      out += `\n${' '.repeat(indent)}${mark}`
      at = indent + mark.length
    } else {
      out += char
      at++
    }
    afterSpace = space
  })
  return out
}
