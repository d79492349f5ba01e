// Computes the edits of one document that remove recorded injections.

import { at, equal, type FieldPath, InjectError, type Json, withValuesAt } from '../lib/model/index.ts'
import { type Document, type Edit, EditError, loadYaml, unreadLine, YamlError } from '../lib/yaml/index.ts'
import {
  invalidRecord,
  type KnownUnits,
  pathInValue,
  type RecordedText,
  readRecord,
  recordText,
  takeOff,
  UnprovenUnits,
  type UserEdit,
  visitInjected,
  withBookkeepingOf,
  withoutBookkeeping,
  withoutRecord,
} from '../record/index.ts'
import { type Change, type Spelling, type TextEdit, writeAll } from '../write/index.ts'
import { editedPart, exactEdits, wholeOf } from './exact.ts'
import { unrestoredLines } from './unrestored.ts'
import type { LostLine } from './user-edits.ts'

export interface TakenOffEdits {
  readonly edits: readonly Edit[]
  /** In the order of the paths. */
  readonly userEdits: readonly (readonly UserEdit[])[]
  /** What is removed or restored although no digest proves that injection made it, in the order of the paths. */
  readonly unproven: readonly (readonly UserEdit[])[]
  /** Computes the user's lines that are not restored, redacted for messages. */
  readonly lost: () => readonly LostLine[]
}

/**
 * Groups workloads whose injections must be removed together: those of a document with aliases, with a record of the whole document, or with records that
 * restore aliases.
 */
export function groupsToTakeOff(document: Document, paths: readonly FieldPath[]): readonly (readonly FieldPath[])[] {
  const isWhole = (path: FieldPath) => {
    const text = recordText(at(document.value, path) ?? null)
    return text !== undefined && (text.includes('"back":[1,') || (text.includes('*') && bringsAliases(text)))
  }
  return document.hasAliases || paths.some(isWhole) ? [paths] : paths.map(path => [path])
}

/** Whether a record restores aliases; errors in the record are reported when it is applied. */
function bringsAliases(record: string): boolean {
  try {
    const { texts, beside = [] } = readRecord(record)
    return [...texts, ...beside].some(({ text }) => text.includes('*'))
  } catch (error) {
    if (error instanceof InjectError) return false
    throw error
  }
}

/**
 * The edits that remove recorded injections.
 *
 * @param paths of the workloads in the document; each has a record
 * @throws InjectError `record-invalid`
 */
export function takeOffEdits(document: Document, paths: readonly FieldPath[]): TakenOffEdits {
  const taken = paths.map(path => takenOffAt(document, path))
  const changes = taken.map(({ change }) => change)
  const userEdits = taken.map(({ edits }) => edits)
  const unproven = taken.map(each => each.unproven)
  const back = taken.find(({ record }) => record.back !== undefined)?.record.back
  const exact = back === undefined ? undefined : exactEdits(document, { changes, back })
  if (exact !== undefined) return { edits: exact, userEdits, unproven, lost: () => [] }
  const spellings = taken.flatMap(({ spellings: texts }) => texts)
  const { edits, unused } = smallestEdits(document, changes, spellings)
  const texts = [...(back?.edits ?? []), ...spellings].map(({ text }) => text)
  const lost = () => [
    ...taken.flatMap(({ record }) => (record.lost === undefined ? [] : [{ text: record.lost }])),
    ...textsMissing(document, edits, texts),
    ...stylesLost(withValuesAt(document.value, changes), unused),
    ...unrestoredLines(document, { edits, paths }),
  ]
  return { edits, userEdits, unproven, lost }
}

/** The lines of recorded texts that are not restored, because of a later edit by the user, or because their parent is gone. */
function textsMissing(document: Document, edits: readonly Edit[], texts: readonly string[]): LostLine[] {
  const formatted = texts.filter(saysMore)
  if (formatted.length === 0) return []
  const restored = editedPart(document, wholeOf(document), edits)
  return [...new Set(formatted.flatMap(text => linesMissing(restored, text)))].map(text => ({ text }))
}

/** The first lines of texts whose values are there but whose style could not be restored. */
function stylesLost(value: Json, unused: readonly Spelling[]): LostLine[] {
  const isUnchanged = ({ path, part, text }: Spelling) => part === 'value' && equal(valueOfText(text) ?? null, at(value, path) ?? null)
  return unused.filter(isUnchanged).map(({ path, text }) => {
    const key = path.at(-1)
    return { text: unreadLine(typeof key === 'string' ? `${key}:${text}` : `-${text}`, 0, { isManifest: true }).lineText.trim() }
  })
}

/** The value of a text; undefined if it has none of its own, such as an alias. */
function valueOfText(text: string): Json | undefined {
  try {
    return loadYaml(text)
  } catch (error) {
    if (error instanceof YamlError) return undefined
    throw error
  }
}

/** The lines of `text` that are not in `restored`, redacted for messages. */
function linesMissing(restored: string, text: string): string[] {
  let start = 0
  return text.split('\n').flatMap(line => {
    const at = start
    start += line.length + 1
    return line.trim() === '' || restored.includes(line.trim()) ? [] : [unreadLine(text, at, { isManifest: true }).lineText.trim()]
  })
}

/** Maximum number of texts that are tried one by one. */
const MAX_TRIED = 30

interface SmallestEdits {
  readonly edits: readonly TextEdit[]
  /** Texts that cannot be written, because of what a user has edited since. */
  readonly unused: readonly Spelling[]
}

/** The smallest edits, with as many old spellings as fit. */
function smallestEdits(document: Document, changes: readonly Change[], spellings: readonly Spelling[]): SmallestEdits {
  const whole = editsWith(document, changes, spellings)
  if (whole !== undefined) return { edits: whole, unused: [] }
  let fitting: readonly Spelling[] = []
  if (spellings.length <= MAX_TRIED) {
    for (const spelling of spellings) {
      const more = [...fitting, spelling]
      if (editsWith(document, changes, more) !== undefined) fitting = more
    }
  }
  return { edits: editsWith(document, changes, fitting) ?? refused(), unused: spellings.filter(spelling => !fitting.includes(spelling)) }
}

function refused(): never {
  throw invalidRecord('what it says was there cannot be written')
}

/** The edits with these spellings; undefined if they cannot be proven. */
function editsWith(document: Document, changes: readonly Change[], spellings: readonly Spelling[]): readonly TextEdit[] | undefined {
  try {
    return writeAll({ document, changes, spellings, areExact: true })
  } catch (error) {
    if (error instanceof EditError || (error instanceof InjectError && error.diagnostic.code === 'internal')) return undefined
    throw error
  }
}

/** Whether a text has more than a value: a comment, an alias, trailing blanks, several lines. */
function saysMore(text: string): boolean {
  return /[#*&!{[\n]|[ \t]$/.test(text.trimStart())
}

/** Texts of a record of one workload, for its removal. */
export function spellingsIn(record: string, { path, after }: Change): Spelling[] {
  return spellingsOfTexts(readRecord(record).texts, after, path)
}

/** Texts with their paths in the document, without those whose path the user has removed. */
function spellingsOfTexts(texts: readonly RecordedText[], value: Json, path: FieldPath): Spelling[] {
  return texts.flatMap(text => {
    const inner = pathInValue(value, text.path)
    return inner === undefined || at(value, inner.slice(0, -1)) === undefined ? [] : [{ ...text, path: [...path, ...inner] }]
  })
}

/** Fields that identify a resource, which no injection changes. */
const IDENTITY: readonly FieldPath[] = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']]

/**
 * The workload at `path` without its injection, and the exact texts of its record.
 * @param known recognises the injection's units; without it the record's digests do
 * @throws InjectError `record-invalid`
 */
export function takenOffAt(document: Document, path: FieldPath, known?: KnownUnits) {
  const value = at(document.value, path) ?? null
  const record = readRecord(recordText(value) ?? '')
  const recorded = withoutRecord(withoutBookkeeping(value))
  if (known === undefined && record.digests.hidesEdit(visit => visitInjected(record.undo, recorded, visit))) {
    throw invalidRecord('a value that was injected was changed, and it is not known which one')
  }
  const unproven = known === undefined && record.digests.areShort ? new UnprovenUnits(record.digests) : undefined
  const { value: bare, edits } = takeOff(recorded, record.undo, known ?? unproven ?? record.digests)
  const after = withBookkeepingOf(value, bare)
  const spellings: Spelling[] = [...spellingsOfTexts(record.texts, after, path), ...spellingsOfTexts(record.beside ?? [], document.value, [])]
  if (!IDENTITY.every(field => equal(at(after, field), at(value, field)))) throw invalidRecord('it would make another resource of this one')
  return { change: { path, after }, edits, spellings, record, unproven: unproven?.found ?? [] }
}
