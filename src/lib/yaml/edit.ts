// Applies edits to a text: each replaces `length` characters at `offset` by `text`.

export interface Edit {
  readonly offset: number
  readonly length: number
  readonly text: string
}

/** Edits that overlap, or that lie outside of their text. */
export class EditError extends Error {}

/**
 * `text` with all edits made. Insertions at one offset are made in the order given, before what is replaced there; overlapping edits are an error.
 * @throws EditError where edits overlap or lie outside of the text
 *
 * @example applyEdits('a: 1\n', [{ offset: 4, length: 0, text: '\nb: 2' }]) // 'a: 1\nb: 2\n'
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits.length === 0 ? text : editedPieces(text, edits).join('')
}

/**
 * The pieces of the text that `applyEdits` returns.
 * @throws EditError if edits overlap or lie outside of the text
 */
export function editedPieces(text: string, edits: readonly Edit[]): string[] {
  const pieces: string[] = []
  let at = 0
  for (const edit of inOrder(edits)) {
    if (edit.offset < at || edit.length < 0 || edit.offset + edit.length > text.length)
      throw new EditError(`edit at ${edit.offset} overlaps another or lies outside the text`)
    pieces.push(text.slice(at, edit.offset), edit.text)
    at = edit.offset + edit.length
  }
  pieces.push(text.slice(at))
  return pieces
}

/** The edits in the order of their texts in the new text. */
export function inOrder<T extends Edit>(edits: readonly T[]): readonly T[] {
  return edits.toSorted((a, b) => a.offset - b.offset || Number(a.length > 0) - Number(b.length > 0))
}
