// Reads the style of a text: its indentation, quotes and line ends, counted over the nodes of the part that is edited.

import type { Document, Habits, Region } from '../lib/yaml/index.ts'
import { commonest, DASH_WIDTHS, DOUBLE_QUOTED, PLAIN, SEQ_INDENTS, SINGLE_QUOTED, STEPS } from '../lib/yaml/index.ts'

export { columnOf, isBesideDash, lineStartOf } from '../lib/yaml/index.ts'

export interface Style {
  readonly eol: '\n' | '\r\n'
  /** Columns from a mapping's key to the keys of the mapping below it. */
  readonly step: number
  /** Columns from a mapping's key to the dashes of the list below it. */
  readonly seqIndent: number
  /** Columns from a dash to what stands behind it. */
  readonly dashWidth: number
  readonly quote: 'single' | 'double'
  /** Strings are quoted even where they need not be. */
  readonly quoteAll: boolean
  /** Multi-line strings may be written as literal blocks. */
  readonly literals: boolean
}

/** End of the line of `offset`, before its line break. */
export function lineEndOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  if (end < 0) return text.length
  return end > offset && text.charCodeAt(end - 1) === CR ? end - 1 : end
}

const CR = 13

/** The style of a part of a document. */
export function styleOf(document: Document, region: Region, literals = true): Style {
  return styleFrom(document.habitsIn(region), { eol: eolOf(document.file.text, region.root.start), literals })
}

/** The style of a text with these habits. Properties that the text does not show are as kubectl prints them, with double quotes. */
export function styleFrom(habits: Habits, { eol, literals }: Pick<Style, 'eol' | 'literals'> = { eol: '\n', literals: true }): Style {
  const [single = 0, double = 0, plain = 0] = [habits[SINGLE_QUOTED], habits[DOUBLE_QUOTED], habits[PLAIN]]
  const strings = single + double + plain
  return {
    eol,
    step: commonest(habits, STEPS) ?? 2,
    seqIndent: commonest(habits, SEQ_INDENTS) ?? 0,
    dashWidth: commonest(habits, DASH_WIDTHS) ?? 2,
    quote: single > double ? 'single' : 'double',
    quoteAll: strings >= 5 && plain * 5 < strings,
    literals,
  }
}

function eolOf(text: string, near: number): Style['eol'] {
  let end = text.indexOf('\n', near)
  if (end < 0) end = text.lastIndexOf('\n')
  return end > 0 && text.charCodeAt(end - 1) === CR ? '\r\n' : '\n'
}
