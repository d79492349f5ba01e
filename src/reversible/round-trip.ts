// Edits that inject workloads and leave a record by which they come off again, byte for byte. The way back is tried before anything is written.

import { at, type Diagnostic, equal, type FieldPath } from '../lib/model/index.ts'
import { applyEdits, type Document, documentOf, type Edit, parseDocuments, type Region } from '../lib/yaml/index.ts'
import { ALL_OURS, type RecordedText } from '../record/index.ts'
import { type ChangedPart, firstTry, isInverse, spellingsOf, type TextEdit, type WrittenPart, writeParts } from '../write/index.ts'
import { type Injected, injectedOf, type RecordedChange, recorded } from './apply.ts'
import { presentEdit } from './present.ts'
import { takenOffAt, takeOffEdits } from './take-off-edits.ts'

export interface RecordedEdits {
  readonly edits: readonly Edit[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The smallest edits that inject the workloads and write their records. What the edits do is tried out: taking the result off again has to give the
 * document's own bytes, or the record gets the texts that are needed for it.
 *
 * @param changes those of one document that have to be made together
 * @throws InjectError `internal` when no edit can be proven right
 */
export function recordedEdits(document: Document, changes: readonly RecordedChange[]): RecordedEdits {
  const diagnostics: Diagnostic[] = []
  const injected = changes.map(change => injectedOf(change, diagnostics))
  const back = presentEdit(document, injected)
  if (back !== undefined) return { edits: back, diagnostics }
  let texts: readonly (readonly RecordedText[])[] = injected.map(() => [])
  for (const next of [spelledTexts, wholeTexts, undefined]) {
    const parts = writeParts({ document, changes: injected.map((change, i) => ({ path: change.path, after: recorded(change, texts[i]) })) })
    const edits = parts.flatMap(part => part.edits)
    if (next === undefined || isUndone(document, { injected, parts, edits })) return { edits: parts.flatMap(asOneEdit), diagnostics }
    texts = injected.map(({ path }) => next(document, path, edits))
  }
  throw new Error('unreachable')
}

/** The edits of a part as one, whose text is a piece of the part's own: what was put together from a thousand little texts takes ten times the memory. */
function asOneEdit({ edits, changed }: WrittenPart): readonly Edit[] {
  if (changed === undefined) return edits
  const { region, text } = changed
  const start = edits.reduce((least, { offset }) => Math.min(least, offset), Number.POSITIVE_INFINITY)
  const end = edits.reduce((most, { offset, length }) => Math.max(most, offset + length), 0)
  const behind = region.end - end
  return [{ offset: start, length: end - start, text: text.slice(region.prefix.length + start - region.start, text.length - behind) }]
}

/** The texts that the edits took away. */
function spelledTexts(_document: Document, path: FieldPath, edits: readonly TextEdit[]): RecordedText[] {
  const below = (other: FieldPath) => path.every((step, i) => other[i] === step)
  return spellingsOf(edits)
    .filter(spelling => below(spelling.path))
    .map(spelling => ({ ...spelling, path: spelling.path.slice(path.length) }))
}

/** The whole workload, for the rare document that nothing smaller brings back. */
function wholeTexts(document: Document, path: FieldPath): RecordedText[] {
  const region = document.regionAt(path)
  const node = document.nodeAt(path)
  const parent = path.length > region.path.length ? document.nodeAt(path.slice(0, -1)) : undefined
  const item = parent?.kind === 'seq' ? parent.items[Number(path.at(-1))] : undefined
  const behindDash = parent?.kind === 'seq' && !parent.flow && item !== undefined ? item.start + 1 : undefined
  const start = behindDash ?? (region.prefix === '' ? (node?.start ?? region.start) : region.start)
  const { text } = document.file
  let end = node?.end ?? region.end
  // Spaces at the end of its last line go with it when it is injected.
  while (text[end] === ' ') end++
  return [{ path: [], part: 'value', text: text.slice(start, text[end] === '#' ? node?.end : end) }]
}

/** Whether the document with the edits made gives its old bytes when the injections are taken off again. */
function isUndone(
  document: Document,
  { injected, parts, edits }: { injected: readonly Injected[]; parts: readonly WrittenPart[]; edits: readonly TextEdit[] },
): boolean {
  const [[only, ...others], [part]] = [injected, parts]
  if (only !== undefined && others.length === 0 && part?.changed?.reading.isUnusual === false && !only.record.digests.isAmbiguous) {
    return comesOffAlone(document, { path: only.path, edits, changed: part.changed })
  }
  return comesOff(document, { edits, paths: injected.map(({ path }) => path) })
}

interface Alone {
  readonly path: FieldPath
  readonly edits: readonly TextEdit[]
  readonly changed: ChangedPart
}

/**
 * As comesOff, for what has just been proven: the text is not read again, every unit of the injection is known to be ours, and that the edits give the old
 * bytes says more than reading them would.
 */
function comesOffAlone(document: Document, { path, edits: made, changed }: Alone): boolean {
  const { region, text, reading } = changed
  const inner = path.slice(region.path.length)
  const written = documentOf({ path: document.file.path, text }, reading)
  const { change, spellings } = takenOffAt(written, inner, ALL_OURS)
  if (!equal(change.after, at(document.value, path))) return false
  if (spellings.length === 0 && isInverse(document, made, changed)) return true
  const edits = firstTry({ document: written, ...change, spellings })
  return edits !== undefined && applyEdits(text, edits) === region.prefix + document.file.text.slice(region.start, region.end)
}

/** Whether the document with the edits made gives its old bytes when the injections are taken off again. */
function comesOff(document: Document, { edits, paths }: { edits: readonly TextEdit[]; paths: readonly FieldPath[] }): boolean {
  const [first = []] = paths
  const region: Pick<Region, 'path' | 'start' | 'end' | 'prefix'> =
    paths.length === 1 ? document.regionAt(first) : { path: [], start: document.start, end: document.end, prefix: '' }
  const old = document.file.text.slice(region.start, region.end)
  const shifted = edits.map(edit => ({ ...edit, offset: edit.offset - region.start }))
  const text = region.prefix + applyEdits(old, shifted)
  const [changed] = parseDocuments({ path: document.file.path, text })
  if (changed === undefined) return false
  const inner = paths.map(path => path.slice(region.path.length))
  return applyEdits(text, takeOffEdits(changed, inner).edits) === region.prefix + old
}
