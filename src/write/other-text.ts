// Puts another string in the place of one that has just been written, without writing everything again.

import type { FieldPath } from '../lib/model/index.ts'
import { type Document, inOrder, readDocument, type ScalarNode, singleQuoted, stringStyles } from '../lib/yaml/index.ts'
import type { TextEdit } from './plan.ts'
import { styleFrom } from './style.ts'
import type { ChangedPart } from './verify.ts'
import type { WrittenPart } from './write.ts'

/** Edits of a part, and its text after them. */
export interface EditedPart {
  readonly edits: readonly TextEdit[]
  readonly changed: Pick<ChangedPart, 'region' | 'text'>
}

/** A string in the changed text. */
export interface OtherText {
  /** The changed text as a document. */
  readonly written: Document
  /** From the root of `written`. */
  readonly path: FieldPath
  readonly text: string
}

/**
 * The edits that `write` gives, in the order of the text, where the string at a path is another one. Undefined where that is not certain: only a string that stands in single quotes on
 * one line of one of the edits is replaced, by another one that `write` spells so.
 * @param document the one that the edits are of
 * @example withOtherText(document, part, { written, path: ['metadata', 'annotations', 'note'], text: '"b"' })?.changed.text
 */
export function withOtherText(
  document: Document,
  { edits, changed }: Required<WrittenPart>,
  { written, path, text }: OtherText,
): (EditedPart & { readonly node: ScalarNode }) | undefined {
  const { region } = changed
  const node = written.nodeAt(path)
  if (node?.kind !== 'scalar' || node.style !== 'single' || node.content > node.start || changed.text.slice(node.start, node.end).includes('\n'))
    return undefined
  const isSpelledSo = /["\\]/.test(text) && !/[\n\r\x85\u2028\u2029]/.test(text) && stringStyles(text).single
  if (!isSpelledSo || (text.includes("'") && styleFrom(document.habitsIn(region)).quote === 'double')) return undefined
  const quoted = singleQuoted(text)
  if (readDocument(quoted) !== text) return undefined
  let moved = region.prefix.length - region.start
  let found = false
  const others = inOrder(edits).map(edit => {
    const start = edit.offset + moved
    moved += edit.text.length - edit.length
    if (node.start < start || node.end > start + edit.text.length) return edit
    found = true
    return { ...edit, text: edit.text.slice(0, node.start - start) + quoted + edit.text.slice(node.end - start) }
  })
  if (!found) return undefined
  return { edits: others, changed: { region, text: changed.text.slice(0, node.start) + quoted + changed.text.slice(node.end) }, node }
}
