// The edits of one document that take recorded injections off.

import { at, equal, type FieldPath, InjectError } from '../lib/model/index.ts'
import type { Document } from '../lib/yaml/index.ts'
import {
  invalidRecord,
  type KnownUnits,
  readRecord,
  recordText,
  takeOff,
  type UserEdit,
  visitInjected,
  withBookkeepingOf,
  withoutBookkeeping,
  withoutRecord,
} from '../record/index.ts'
import { type Spelling, type TextEdit, writeAll } from '../write/index.ts'

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

/** What becomes of the workload at `path`, and the exact texts for it. */
export function takenOffAt(document: Document, path: FieldPath, known?: KnownUnits) {
  const value = at(document.value, path) ?? null
  const record = readRecord(recordText(value) ?? '')
  const recorded = withoutRecord(withoutBookkeeping(value))
  if (known === undefined && record.digests.hidesEdit(visit => visitInjected(record.undo, recorded, visit))) {
    throw invalidRecord('a value that was injected was changed, and which one cannot be told')
  }
  const { value: bare, edits } = takeOff(recorded, record.undo, known ?? record.digests)
  const spellings: Spelling[] = record.texts.map(text => ({ ...text, path: [...path, ...text.path] }))
  const after = withBookkeepingOf(value, bare)
  if (!IDENTITY.every(field => equal(at(after, field), at(value, field)))) throw invalidRecord('it would make another resource of this one')
  return { change: { path, after }, edits, spellings }
}
