// Computes a workload's injected value with its record, including the user's edits of an earlier injection.

import { append, type Diagnostic, equal, type FieldPath, type Json, type Workload } from '../lib/model/index.ts'
import { type InjectionRecord, keepEdits, printRecord, recordOf, type UserEdit, undoOf, valueAtUnit, withoutBookkeeping, withRecord } from '../record/index.ts'
import type { Change } from '../write/index.ts'
import { addedBy, injectedValue } from './record-check.ts'
import { unprovenWarning, userEditWarning } from './user-edits.ts'

/** A workload as it stands in the input, with an earlier injection. */
export interface PresentWorkload {
  /** With its record. */
  readonly value: Json
  /** The region of the document that holds the workload (`regionAt`). */
  readonly region: FieldPath
  readonly text: string
  /** Computes warnings about text that removing the injection cannot restore. */
  readonly notes: () => readonly Diagnostic[]
  /** Values that were removed or restored although no digest proves that injection wrote them. */
  readonly unproven: readonly UserEdit[]
  /** Number of workloads whose injections were removed together with this one, including itself. */
  readonly together: number
}

export interface RecordedChange {
  readonly workload: Workload
  /** To the pod template, before and after injection as Kubernetes decodes it. */
  readonly change: Change
  /** The user's changes of an earlier injection. */
  readonly userEdits?: readonly UserEdit[]
  /** The workload as it is in the input, if an earlier injection was removed from it. */
  readonly present?: PresentWorkload | undefined
}

/** A workload with its injection, ready to be written. */
export interface Injected {
  readonly path: FieldPath
  /** The injected workload with the user's edits, without its record. */
  readonly kept: Json
  readonly record: InjectionRecord
  readonly present: PresentWorkload | undefined
}

/** The injected workload of a change, ready for its record. Findings about edits of the user are added to `diagnostics`. */
export function injectedOf(recordedChange: RecordedChange, diagnostics: Diagnostic[]): Injected {
  const { workload, present } = recordedChange
  const { resource, podPath } = workload
  const { value, kept } = keptOf(recordedChange, diagnostics)
  const undo = undoOf(withoutBookkeeping(resource.value), withoutBookkeeping(withRecord(value, ''))) ?? null
  const added = addedBy({ before: resource.value, after: value, podPath })
  return { path: resource.path, kept, record: recordOf(undo, withoutBookkeeping(value), added), present }
}

/** The injected workload of a change, without and with the edits of the user that stay. Findings about these are added to `diagnostics`. */
export function keptOf(
  { workload, change, userEdits = [], present }: RecordedChange,
  diagnostics: Diagnostic[],
): { readonly value: Json; readonly kept: Json } {
  const { resource } = workload
  const value = injectedValue(workload, change)
  const { value: kept, kept: stayed, lost } = keepEdits(value, userEdits)
  append(
    diagnostics,
    stayed.map(edit => userEditWarning(resource, edit, 'kept')),
  )
  append(
    diagnostics,
    lost.map(edit => userEditWarning(resource, edit, 'lost')),
  )
  const doubtful = (present?.unproven ?? []).filter(unit => !equal(valueAtUnit(value, unit.path) ?? null, unit.value))
  if (doubtful.length > 0) diagnostics.push(unprovenWarning(resource, doubtful))
  return { value, kept }
}

/** Parts of a record that depend on the text of the manifest. */
export type WayBack = Partial<Pick<InjectionRecord, 'texts' | 'beside' | 'back' | 'lost'>>

/** The injected value with its record. */
export function recorded(injected: Injected, wayBack: WayBack = {}): Json {
  return withRecord(injected.kept, recordedText(injected, wayBack))
}

/** The text of the record. */
export function recordedText({ record }: Injected, wayBack: WayBack): string {
  return printRecord({ ...record, ...wayBack })
}
