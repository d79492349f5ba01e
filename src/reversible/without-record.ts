// Computes edits that inject workloads without a record, for texts that are not injected again.

import { append, type Diagnostic } from '../lib/model/index.ts'
import type { Document } from '../lib/yaml/index.ts'
import { writeParts } from '../write/index.ts'
import { keptOf, type RecordedChange } from './apply.ts'
import { asOneEdit, type RecordedEdits } from './round-trip.ts'

/**
 * The smallest edits that inject the workloads. Removal is not tried, as there is no record.
 *
 * @param changes those of one document that have to be made together
 * @throws InjectError `internal` when no edit can be proven right
 */
export function unrecordedEdits(document: Document, changes: readonly RecordedChange[]): RecordedEdits {
  const diagnostics: Diagnostic[] = []
  const injected = changes.map(change => {
    const { kept } = keptOf(change, diagnostics)
    append(diagnostics, change.present?.notes() ?? [])
    return { path: change.workload.resource.path, after: kept }
  })
  return { edits: writeParts({ document, changes: injected }).flatMap(asOneEdit), diagnostics }
}
