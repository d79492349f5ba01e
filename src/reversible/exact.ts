// Restores a text that a smaller record cannot restore: computes and applies edits from the injected text to the old one, valid while the injected text is not
// edited.

import { at, equal, type FieldPath, withValuesAt } from '../lib/model/index.ts'
import { applyEdits, type Document, type Edit, inOrder, parseDocuments, type Region } from '../lib/yaml/index.ts'
import { digest, type ExactWayBack, RECORD } from '../record/index.ts'
import { type Change, difference } from '../write/index.ts'

/** A part of a document that can be read by itself. */
export type Part = Pick<Region, 'path' | 'start' | 'end' | 'prefix'>

/** The whole document as a part. */
export function wholeOf({ start, end }: Document): Part {
  return { path: [], start, end, prefix: '' }
}

/** The part that the injection of these workloads may change; the whole document if it has aliases, which a changed anchor affects. */
export function partWith(document: Document, paths: readonly FieldPath[]): Part {
  const [only, ...others] = paths
  return only === undefined || others.length > 0 || document.hasAliases ? wholeOf(document) : document.regionAt(only)
}

/** The part's text after edits of the file. */
export function editedPart({ file }: Document, { start, end, prefix }: Part, edits: readonly Edit[]): string {
  return (
    prefix +
    applyEdits(
      file.text.slice(start, end),
      edits.map(edit => ({ ...edit, offset: edit.offset - start })),
    )
  )
}

/**
 * Edits that restore the old text from the edited one; undefined if the records are not found in it.
 * @param paths of the workloads, all of which have a record in the new text
 */
export function exactWayBack(
  document: Document,
  { paths, edits }: { readonly paths: readonly FieldPath[]; readonly edits: readonly Edit[] },
): ExactWayBack | undefined {
  const part = partWith(document, paths)
  const text = editedPart(document, part, edits)
  const [changed] = parseDocuments({ path: document.file.path, text })
  const inner = paths.map(path => path.slice(part.path.length))
  const holes = changed === undefined ? undefined : recordsIn(changed, inner)
  if (holes === undefined) return undefined
  const canonical = (offset: number) =>
    holes.reduce((moved, { offset: start, length }) => (start < offset ? moved - Math.min(length, offset - start) : moved), offset)
  let moved = part.prefix.length - part.start
  const back = inOrder(edits).map(({ offset, length, text: inserted }): Edit => {
    const start = canonical(offset + moved)
    const end = canonical(offset + moved + inserted.length)
    moved += inserted.length - length
    return { offset: start, length: end - start, text: document.file.text.slice(offset, offset + length) }
  })
  return { isWhole: part.path.length === 0, sum: digest(withoutHoles(text, holes), 10), edits: back }
}

/** The edits of the file that restore the old text; undefined if the text was edited since, or if the result has other values. */
export function exactEdits(
  document: Document,
  { changes, back }: { readonly changes: readonly Change[]; readonly back: ExactWayBack },
): readonly Edit[] | undefined {
  const [first] = changes
  if (first === undefined) return undefined
  const part = back.isWhole ? wholeOf(document) : document.regionAt(first.path)
  const text = part.prefix + document.file.text.slice(part.start, part.end)
  const holes = recordsIn(
    document,
    changes.map(({ path }) => path),
  )?.map(hole => ({ ...hole, offset: hole.offset - part.start + part.prefix.length }))
  if (holes === undefined) return undefined
  const injected = withoutHoles(text, holes)
  if (digest(injected, 10) !== back.sum || !areInside(back.edits, injected)) return undefined
  const restored = applyEdits(injected, back.edits)
  if (!restored.startsWith(part.prefix)) return undefined
  const [read, ...others] = parseDocuments({ path: document.file.path, text: restored })
  const want = at(withValuesAt(document.value, changes), part.path)
  if (read === undefined || others.length > 0 || want === undefined || !equal(read.value, want)) return undefined
  return difference(text.slice(part.prefix.length), restored.slice(part.prefix.length), part.start)
}

function areInside(edits: readonly Edit[], text: string): boolean {
  let end = 0
  return edits.every(({ offset, length }) => {
    const isBehind = offset >= end && length >= 0 && offset + length <= text.length
    end = offset + length
    return isBehind
  })
}

interface Hole {
  readonly offset: number
  readonly length: number
}

/** Ranges of the records' texts; undefined if a record has no text of its own. */
function recordsIn(document: Document, paths: readonly FieldPath[]): readonly Hole[] | undefined {
  const holes = paths.map(path => {
    const node = document.nodeAt([...path, 'metadata', 'annotations', RECORD])
    return node === undefined || node.kind !== 'scalar' ? undefined : { offset: node.start, length: node.end - node.start }
  })
  const found = holes.filter(hole => hole !== undefined).sort((a, b) => a.offset - b.offset)
  const areApart = found.every((hole, i) => i === 0 || hole.offset > (found[i - 1]?.offset ?? 0))
  return found.length === holes.length && areApart ? found : undefined
}

function withoutHoles(text: string, holes: readonly Hole[]): string {
  return applyEdits(
    text,
    holes.map(hole => ({ ...hole, text: '' })),
  )
}
