// Marks inserted list elements with a comment, so that kpt does not copy a user's comment to them.
//
// kpt copies comments from its input to its output by list index (kyaml, comments.CopyComments): a new first element would get the comments of the user's
// first one. It does not where there is a comment already, so an inserted element gets a mark wherever the element that stood at its index has a comment.

import type { MapEntry, Node } from '../lib/yaml/index.ts'
import { entryOf } from '../lib/yaml/index.ts'
import { lineEndOf, lineStartOf } from './style.ts'

export const MARK = '# injected'

/** The user's node whose index or key a new node takes. */
export interface Shadow {
  readonly text: string
  readonly node: Node
}

export interface Marks {
  /** A comment on a line above. */
  readonly above: boolean
  /** A comment behind, on the same line. */
  readonly behind: boolean
  /** Its children. */
  readonly shadow: Shadow | undefined
}

const NONE: Marks = { above: false, behind: false, shadow: undefined }

/** The marks of a new list element that takes the place of the one at `index`. */
export function itemMarks(shadow: Shadow | undefined, index: number): Marks {
  if (shadow?.node.kind !== 'seq' || shadow.node.flow) return NONE
  const item = shadow.node.items[index]
  if (item === undefined) return NONE
  const { text } = shadow
  const { start, value } = item
  const inside = text.slice(start, value.start).includes('#')
  return { above: inside || hasCommentAbove(text, start), behind: false, shadow: { text, node: value } }
}

/** The marks of a new entry of a mapping that takes the place of one with keys of its own. */
export function entryMarks(shadow: Shadow | undefined, key: string): Marks {
  if (shadow?.node.kind !== 'map' || shadow.node.flow) return NONE
  const entry = entryOf(shadow.node, key)
  if (entry === undefined) return NONE
  const { text } = shadow
  return { above: hasCommentAbove(text, entry.start), behind: hasCommentBehind(text, entry), shadow: { text, node: entry.value } }
}

function hasCommentAbove(text: string, offset: number): boolean {
  const start = lineStartOf(text, offset)
  if (start === 0 || /[^ ]/.test(text.slice(start, offset))) return false
  return /^[ \t]*#/.test(text.slice(lineStartOf(text, start - 1), start))
}

function hasCommentBehind(text: string, { colon, value }: MapEntry): boolean {
  const isBlock = (value.kind === 'map' || value.kind === 'seq') && !value.flow
  const from = isBlock ? colon + 1 : value.end
  return /^[ \t]*#/.test(text.slice(from, lineEndOf(text, from)))
}

/** Start of the lines of an element: the mark above it, even if comments are between the two, or its dash. */
export function startWithMark(text: string, start: number): number {
  for (let below = lineStartOf(text, start); below > 0; ) {
    const above = lineStartOf(text, below - 1)
    const line = text.slice(above, below).trim()
    if (line === MARK) return above
    if (!line.startsWith('#')) return start
    below = above
  }
  return start
}
