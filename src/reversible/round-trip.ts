// Computes edits that inject workloads and leave a record from which the injection is removed byte for byte. The removal is tried before anything is written.

import { append, at, type Diagnostic, type FieldPath, InjectError } from '../lib/model/index.ts'
import { applyEdits, type Document, type Edit, EditError, parseDocuments, unreadLine } from '../lib/yaml/index.ts'
import { type RecordedText, recordedPath } from '../record/index.ts'
import { type EditedPart, spellingsOf, type TextEdit, type WrittenPart, writeParts } from '../write/index.ts'
import { type Alone, aloneIn, isRestored, withRecordText } from './alone.ts'
import { type Injected, injectedOf, type RecordedChange, recorded, recordedText, type WayBack } from './apply.ts'
import { editedPart, exactWayBack, partWith } from './exact.ts'
import { presentEdit } from './present.ts'
import { groupsToTakeOff, takeOffEdits } from './take-off-edits.ts'
import { notRestorable } from './user-edits.ts'

export interface RecordedEdits {
  readonly edits: readonly Edit[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The smallest edits that inject the workloads and write their records. Removal from the result is tried: it must give the document's original bytes, or the
 * record gets the texts that are missing.
 *
 * @param changes those of one document that have to be made together
 * @throws InjectError `internal` when no edit can be proven right
 * @example recordedEdits(document, [{ workload, change }]).edits // [{ offset: 81, length: 0, text: '…' }, …]
 */
export function recordedEdits(document: Document, changes: readonly RecordedChange[]): RecordedEdits {
  const diagnostics: Diagnostic[] = []
  const injected = changes.map(change => injectedOf(change, diagnostics))
  const asPresent = presentEdit(document, injected)
  if (asPresent !== undefined) return { edits: asPresent, diagnostics }
  for (const { present } of injected) append(diagnostics, present?.notes() ?? [])
  const paths = injected.map(({ path }) => path)
  const written = (wayBack: (index: number) => WayBack): Tried => {
    const parts = writeParts({ document, changes: injected.map((change, i) => ({ path: change.path, after: recorded(change, wayBack(i)) })) })
    return { injected, parts, edits: parts.flatMap(part => part.edits) }
  }
  const done = ({ parts }: Tried): RecordedEdits => ({ edits: parts.flatMap(asOneEdit), diagnostics })
  const plain = written(() => ({}))
  const alone = aloneOf(document, plain)
  if (alone === undefined ? isRemovable(document, { edits: plain.edits, paths }) : isRestored(alone)) return done(plain)
  const beside = textsBeside(paths, plain.edits)
  const texts = paths.map((path, i): WayBack => ({ texts: spelledTexts(document, path, plain.edits), ...(i === 0 && beside.length > 0 ? { beside } : {}) }))
  const [only] = injected
  const other = alone === undefined || only === undefined || beside.length > 0 ? undefined : withRecordText(alone, recordedText(only, texts[0] ?? {}))
  if (other !== undefined) return { edits: asOneEdit(other), diagnostics }
  const spelled = written(i => texts[i] ?? {})
  if (isRemovable(document, { edits: spelled.edits, paths })) return done(spelled)
  const back = exactWayBack(document, { paths, edits: spelled.edits })
  if (back !== undefined) {
    const exact = written(i => ({ ...texts[i], ...(i === 0 ? { back } : {}) }))
    // Only the text as a whole says whether that way is open.
    if (isRemovable(document, { edits: exact.edits, paths })) return done(exact)
  }
  const lost = lostLine(document, spelled)
  for (const { workload } of changes) diagnostics.push(notRestorable(workload.resource, [{ text: lost }]))
  return done(written(i => ({ ...texts[i], lost })))
}

/** The first line that removal does not restore, redacted for messages. */
function lostLine(document: Document, { injected, edits }: Tried): string {
  const paths = injected.map(({ path }) => path)
  const part = partWith(document, paths)
  const text = document.file.text.slice(part.start, part.end)
  const before = text.split('\n')
  const after = restoredText(document, { edits, paths })?.slice(part.prefix.length).split('\n') ?? []
  const lost = before.findIndex((line, i) => line !== after[i])
  const start = before.slice(0, Math.max(0, lost)).reduce((sum, { length }) => sum + length + 1, 0)
  return lost < 0 ? '' : unreadLine(text, start, { isManifest: true }).lineText.trim().slice(0, MAX_LOST)
}

const MAX_LOST = 80

/** Combines the edits of a part into one whose text is a slice of the new text: a text joined from a thousand pieces takes ten times the memory. */
export function asOneEdit({ edits, changed }: Partial<EditedPart> & Pick<EditedPart, 'edits'>): readonly Edit[] {
  if (changed === undefined) return edits
  const { region, text } = changed
  const start = edits.reduce((least, { offset }) => Math.min(least, offset), Number.POSITIVE_INFINITY)
  const end = edits.reduce((most, { offset, length }) => Math.max(most, offset + length), 0)
  const behind = region.end - end
  return [{ offset: start, length: end - start, text: text.slice(region.prefix.length + start - region.start, text.length - behind) }]
}

/** The texts of the workload that the edits replace. */
function spelledTexts(document: Document, path: FieldPath, edits: readonly TextEdit[]): RecordedText[] {
  const workload = at(document.value, path) ?? null
  return spellingsOf(edits)
    .filter(spelling => isBelow(path, spelling.path))
    .map(spelling => ({ ...spelling, path: recordedPath(workload, spelling.path.slice(path.length)) }))
}

/** The texts outside of the workloads that the edits replace. */
function textsBeside(paths: readonly FieldPath[], edits: readonly TextEdit[]): RecordedText[] {
  return spellingsOf(edits).filter(spelling => !paths.some(path => isBelow(path, spelling.path)))
}

function isBelow(path: FieldPath, other: FieldPath): boolean {
  return path.every((step, i) => other[i] === step)
}

/** Workloads with the edits that inject them. */
interface Tried {
  readonly injected: readonly Injected[]
  readonly parts: readonly WrittenPart[]
  readonly edits: readonly TextEdit[]
}

/** The one workload that was written, where its removal can be tried without reading the text again. */
function aloneOf(document: Document, { injected, parts }: Tried): Alone | undefined {
  const [[only, ...others], [part]] = [injected, parts]
  if (only === undefined || others.length > 0 || part?.changed?.reading.isUnusual !== false || only.record.digests.isAmbiguous) return undefined
  return aloneIn(document, { edits: part.edits, changed: part.changed }, only.path)
}

/** Whether removing the injections from the edited document gives its original bytes. */
function isRemovable(document: Document, tried: { edits: readonly TextEdit[]; paths: readonly FieldPath[] }): boolean {
  const { prefix, start, end } = partWith(document, tried.paths)
  return restoredText(document, tried) === prefix + document.file.text.slice(start, end)
}

/** The part of the document that the edits change, after they were made and the injections taken off again; undefined where that cannot be done. */
function restoredText(document: Document, { edits, paths }: { edits: readonly TextEdit[]; paths: readonly FieldPath[] }): string | undefined {
  const part = partWith(document, paths)
  const text = editedPart(document, part, edits)
  const [changed] = parseDocuments({ path: document.file.path, text })
  if (changed === undefined) return undefined
  const inner = paths.map(path => path.slice(part.path.length))
  try {
    return applyEdits(
      text,
      groupsToTakeOff(changed, inner).flatMap(group => takeOffEdits(changed, group).edits),
    )
  } catch (error) {
    if (error instanceof InjectError || error instanceof EditError) return undefined
    throw error
  }
}
