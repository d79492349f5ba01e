// Tries the removal of one workload's injection on what has just been written for it alone.

import { at, equal, type FieldPath } from '../lib/model/index.ts'
import { applyEdits, type Document, documentOf } from '../lib/yaml/index.ts'
import { ALL_OURS, RECORD } from '../record/index.ts'
import { type Change, type EditedPart, firstTry, removalOf, type WrittenPart, withOtherText } from '../write/index.ts'
import { spellingsIn, takenOffAt } from './take-off-edits.ts'

/** An injection that was written, with a record without texts, and its removal. */
export interface Alone {
  /** Before the injection. */
  readonly document: Document
  readonly part: Required<WrittenPart>
  /** The text of the part with the injection. */
  readonly written: Document
  /** Of the removal, in `written`. */
  readonly change: Change
  /** The text of the part before the injection. */
  readonly old: string
}

/**
 * The removal of what has just been proven: the text is not read again, and every unit of the injection is known to be ours. Undefined where the removal
 * does not restore the value.
 * @param path of the workload in the document
 * @throws InjectError `record-invalid`
 */
export function aloneIn(document: Document, part: Required<WrittenPart>, path: FieldPath): Alone | undefined {
  const { region, text, reading } = part.changed
  const written = documentOf({ path: document.file.path, text }, reading)
  const { change } = takenOffAt(written, path.slice(region.path.length), ALL_OURS)
  if (!equal(change.after, at(document.value, path))) return undefined
  return { document, part, written, change, old: region.prefix + document.file.text.slice(region.start, region.end) }
}

/** Whether the removal gives the old bytes. */
export function isRestored({ document, part, written, change, old }: Alone): boolean {
  const removal = removalOf(document, part.edits, part.changed)
  if (removal !== 'unknown') return removal === 'same'
  const edits = firstTry({ document: written, ...change })
  return edits !== undefined && applyEdits(part.changed.text, edits) === old
}

/**
 * The same injection with another record, whose texts the removal puts back. Undefined where that does not give the old bytes, or where only writing it shows
 * whether it does. It is not written and read once more: the removal takes out the record, whatever stands in it.
 */
export function withRecordText({ document, part, written, change, old }: Alone, record: string): EditedPart | undefined {
  const place = { written, path: [...change.path, 'metadata', 'annotations', RECORD], text: record }
  const other = withOtherText(document, part, place)
  if (other === undefined) return undefined
  const edits = firstTry({ document: written, ...change, spellings: spellingsIn(record, change) })
  const { node } = other
  const goes = edits?.some(({ offset, length }) => offset <= node.start && node.end <= offset + length)
  return edits !== undefined && goes && applyEdits(part.changed.text, edits) === old ? other : undefined
}
