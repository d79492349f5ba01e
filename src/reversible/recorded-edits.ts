// Edits that inject workloads and leave a record by which they come off again, byte for byte; and the edits that take them off.

import {
  append,
  at,
  type Diagnostic,
  equal,
  type FieldPath,
  formatPath,
  InjectError,
  type Json,
  type JsonObject,
  locate,
  type Resource,
  type Workload,
  warning,
} from '../lib/model/index.ts'
import { applyEdits, type Document, documentOf, type Edit, type FastDocument, parseDocuments, type Region } from '../lib/yaml/index.ts'
import { withBookkeepingOf, withoutBookkeeping } from '../record/bookkeeping.ts'
import {
  ALL_OURS,
  type InjectionRecord,
  invalidRecord,
  type KnownUnits,
  keepEdits,
  printRecord,
  RECORD,
  type RecordedText,
  readRecord,
  recordOf,
  recordRenamed,
  takeOff,
  type UnitPath,
  type UserEdit,
  undoOf,
} from '../record/index.ts'
import { applyDifference } from '../write/apply-difference.ts'
import {
  type Change,
  type ChangedPart,
  type Come,
  firstTry,
  isInverse,
  type RegionChange,
  type Repetitions,
  type Spelling,
  spellingsOf,
  type TextEdit,
  type WrittenPart,
  withValueAt,
  writeAll,
  writeParts,
} from '../write/index.ts'

export interface RecordedChange {
  readonly workload: Workload
  /** To the pod template, before and after injection as Kubernetes decodes it. */
  readonly change: Change
  /** What the user had changed inside of an earlier injection. */
  readonly userEdits?: readonly UserEdit[]
  /** The workload as it stands in the input, where an earlier injection was taken off it. */
  readonly present?: PresentWorkload | undefined
}

export interface PresentWorkload {
  /** With its record. */
  readonly value: Json
  /** The part of the document that holds it, as `regionAt` knows it. */
  readonly region: FieldPath
  readonly text: string
  /** How many workloads were taken off together with it, itself among them. */
  readonly together: number
}

export interface RecordedEdits {
  readonly edits: readonly Edit[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The smallest edits that inject the workloads and write their records. What the edits do is tried out: taking the result off again has to give the
 * document's own bytes, or the record gets the texts that are needed for it.
 *
 * @param changes those of one document that have to be made together
 * @param repetitions the changes of the run so far, which many are like
 * @throws InjectError `internal` when no edit can be proven right
 */
export function recordedEdits(document: Document, changes: readonly RecordedChange[], repetitions: Repetitions): RecordedEdits {
  const alone = changeAlone(document, changes)
  const repetition = alone === undefined ? undefined : repetitions.of(alone)
  if (repetition?.edit !== undefined) return { edits: [repetition.edit], diagnostics: [] }
  const diagnostics: Diagnostic[] = []
  const injected = changes.map(change => injectedOf(document, change, diagnostics))
  const back = presentEdit(document, injected)
  if (back !== undefined) return { edits: back, diagnostics }
  let texts: readonly (readonly RecordedText[])[] = injected.map(() => [])
  for (const next of [spelledTexts, wholeTexts, undefined]) {
    const parts = writeParts({ document, changes: injected.map((change, i) => ({ path: change.path, after: recorded(change, texts[i]) })) })
    const edits = parts.flatMap(part => part.edits)
    if (next === undefined || isUndone(document, { injected, parts, edits })) {
      const changed = parts[0]?.changed
      if (alone !== undefined && changed !== undefined && next === spelledTexts) repetition?.remember({ ...alone, edits, changed }, () => whatCame(injected[0]))
      return { edits: parts.flatMap(asOneEdit), diagnostics }
    }
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

/** The change where it is one by itself, to a part that is read by itself, and that nobody has changed before. */
function changeAlone(document: Document, [only, ...others]: readonly RecordedChange[]): RegionChange | undefined {
  if (only === undefined || others.length > 0 || only.present !== undefined || (only.userEdits ?? []).length > 0) return undefined
  const { workload, change } = only
  if (change.before === undefined) return undefined
  const region = document.regionAt(workload.resource.path)
  if (region.path.length !== workload.resource.path.length) return undefined
  return { document, region, what: formatPath(workload.podPath), before: change.before, after: change.after }
}

function whatCame(injected: Injected | undefined): Come | undefined {
  if (injected === undefined) return undefined
  const { kept, record } = injected
  const renamed = recordRenamed(record, withoutBookkeeping(kept))
  return renamed === undefined ? undefined : { value: recorded(injected), made: { text: printRecord(record), renamed } }
}

function recorded({ kept, record }: Injected, texts: readonly RecordedText[] = []): Json {
  return withRecord(kept, printRecord({ ...record, texts }))
}

interface Injected {
  readonly path: FieldPath
  /** The injected workload with the user's edits, without its record. */
  readonly kept: Json
  readonly record: InjectionRecord
  readonly present: PresentWorkload | undefined
}

/**
 * Puts back what stood in the input, where injecting again comes to the same. So comments that people, or kpt, have put into injected parts stay, and
 * a second run changes nothing.
 */
function presentEdit(document: Document, injected: readonly Injected[]): readonly Edit[] | undefined {
  const [first] = injected
  if (first?.present === undefined || first.present.together !== injected.length || !injected.every(isPresent)) return undefined
  const region = document.regionAt(first.path)
  // Of a part that holds more than these workloads, the rest may change.
  if (!document.hasAliases && region.path.length < first.path.length) return undefined
  if (!equal([...region.path], [...first.present.region])) return undefined
  return difference(document.file.text.slice(region.start, region.end), first.present.text, region.start)
}

/** The edit that makes `after` of `before`, which stands at `offset`: what both begin and end with is left alone, for it may belong to others, too. */
function difference(before: string, after: string, offset: number): readonly Edit[] {
  if (before === after) return []
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  let end = 0
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++
  // A pair of surrogates is one character.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start--
  if (end > 0 && isHighSurrogate(before.charCodeAt(before.length - end - 1))) end--
  return [{ offset: offset + start, length: before.length - start - end, text: after.slice(start, after.length - end) }]
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800
}

function isPresent({ kept, record, present }: Injected): boolean {
  const text = present === undefined ? undefined : recordText(present.value)
  if (present === undefined || text === undefined) return false
  const again = printRecord({ ...record, texts: readRecord(text).texts })
  return again === text && equal(withRecord(kept, again), present.value)
}

function injectedOf(document: Document, { workload, change, userEdits = [], present }: RecordedChange, diagnostics: Diagnostic[]): Injected {
  const { resource, podPath } = workload
  const raw = at(document.value, change.path) ?? null
  const after = change.before === undefined ? change.after : applyDifference({ raw, typed: change.before, final: change.after })
  const value = withValueAt(resource.value, podPath, after)
  const undo = undoOf(withoutBookkeeping(resource.value), withoutBookkeeping(withRecord(value, ''))) ?? null
  const { value: kept, kept: stayed, lost } = keepEdits(value, userEdits)
  append(
    diagnostics,
    stayed.map(edit => userEditWarning(resource, edit, 'kept')),
  )
  append(
    diagnostics,
    lost.map(edit => userEditWarning(resource, edit, 'lost')),
  )
  return { path: resource.path, kept, record: recordOf(undo, withoutBookkeeping(value)), present }
}

/** What became of something that a user changed inside of an injected part: it stays there, was overwritten, or went with the injection. */
export function userEditWarning(resource: Resource, { path, value }: UserEdit, fate: keyof typeof FATES): Diagnostic {
  const text = JSON.stringify(value)
  const message = FATES[fate](formatUnit(path), text.length > 60 ? `${text.slice(0, 60)}…` : text)
  const hint = 'put it into a container istio-proxy of your own (with `image: auto`) or into an annotation, which injection honours'
  return locate(warning({ code: 'injected-field-edited', message, ...(fate === 'gone' ? {} : { hint }) }), resource)
}

const FATES = {
  kept: (field: string) => `${field} was added inside of an injected part; it is kept, and goes when the injection is taken off`,
  lost: (field: string, value: string) => `${field} was changed to ${value} after injection; the templates set it, so the change is lost`,
  gone: (field: string, value: string) => `${field} was set to ${value} inside of an injected part after injection; it goes with the injection`,
}

function formatUnit(path: UnitPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'string' ? `${text}${formatPath(text === '' ? [step] : ['_', step]).replace(/^_/, '')}` : `${text}[${step[0]}]`),
    '',
  )
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
  if (only !== undefined && others.length === 0 && part?.changed?.fast !== undefined && !only.record.digests.isAmbiguous) {
    return comesOffAlone(document, { path: only.path, edits, changed: part.changed, fast: part.changed.fast })
  }
  return comesOff(document, { edits, paths: injected.map(({ path }) => path) })
}

interface Alone {
  readonly path: FieldPath
  readonly edits: readonly TextEdit[]
  readonly changed: ChangedPart
  readonly fast: FastDocument
}

/**
 * As comesOff, for what has just been proven: the text is not read again, every unit of the injection is known to be ours, and that the edits give the old
 * bytes says more than reading them would.
 */
function comesOffAlone(document: Document, { path, edits: made, changed, fast }: Alone): boolean {
  const { region, text } = changed
  const inner = path.slice(region.path.length)
  const written = documentOf({ path: document.file.path, text }, fast)
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

export interface TakenOffEdits {
  readonly edits: readonly TextEdit[]
  /** In the order of the paths. */
  readonly userEdits: readonly (readonly UserEdit[])[]
}

/**
 * The edits that take recorded injections off.
 *
 * @param paths of the workloads in the document; each has a record
 * @throws InjectError `record-invalid`
 */
export function takeOffEdits(document: Document, paths: readonly FieldPath[]): TakenOffEdits {
  const taken = paths.map(path => takenOffAt(document, path))
  try {
    const edits = writeAll({ document, changes: taken.map(({ change }) => change), spellings: taken.flatMap(({ spellings }) => spellings) })
    return { edits, userEdits: taken.map(({ edits }) => edits) }
  } catch (error) {
    if (!(error instanceof InjectError) || error.diagnostic.code !== 'internal') throw error
    throw invalidRecord('what it says was there cannot be written', error)
  }
}

/** No injection changes it. */
const IDENTITY: readonly FieldPath[] = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']]

function takenOffAt(document: Document, path: FieldPath, known?: KnownUnits) {
  const value = at(document.value, path) ?? null
  const record = readRecord(recordText(value) ?? '')
  const { value: bare, edits } = takeOff(withoutRecord(withoutBookkeeping(value)), record.undo, known ?? record.digests)
  const spellings: Spelling[] = record.texts.map(text => ({ ...text, path: [...path, ...text.path] }))
  const after = withBookkeepingOf(value, bare)
  if (!IDENTITY.every(field => equal(at(after, field), at(value, field)))) throw invalidRecord('it would make another resource of this one')
  return { change: { path, after }, edits, spellings }
}

/** The record annotation of a workload's value. */
export function recordText(workload: Json): string | undefined {
  const record = at(workload, ['metadata', 'annotations', RECORD])
  // Whatever is no text is a damaged record, not an annotation of the user's.
  return record === undefined || typeof record === 'string' ? record : ''
}

function withRecord(workload: Json, text: string): Json {
  const annotations = at(workload, ['metadata', 'annotations'])
  return withValueAt(workload, ['metadata', 'annotations'], { ...(isMap(annotations) ? annotations : {}), [RECORD]: text })
}

function withoutRecord(workload: Json): Json {
  const annotations = at(workload, ['metadata', 'annotations'])
  if (!isMap(annotations) || !Object.hasOwn(annotations, RECORD)) return workload
  const { [RECORD]: _, ...rest } = annotations
  return withValueAt(workload, ['metadata', 'annotations'], rest)
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
