// Completes the output ResourceList: adds the results and removes the guards.

import type { Diagnostic, SourceFile } from '../lib/model/index.ts'
import { type Document, type Edit, holdsSomething, parseDocuments } from '../lib/yaml/index.ts'
import { editedFile } from './edited-files.ts'
import { guardEdits } from './guards.ts'
import { resultEdits } from './results.ts'

/** The documents of a ResourceList, the edits to make, and the findings to add. */
export interface ResourceListAnswer {
  readonly documents: readonly Document[]
  readonly edits: readonly Edit[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The text of the ResourceList with its edits made, its results, and without guards: the function did run. With an error the guards stay. */
export function answerFile(file: SourceFile, { documents, edits, diagnostics }: ResourceListAnswer): SourceFile {
  if (edits.length === 0 || !documents.some(({ hasAliases }) => hasAliases)) return editedFile(file, [...edits, ...closingEdits(documents, diagnostics)])
  // An alias that is written out by one may have its anchor in what the other takes away.
  const edited = editedFile(file, edits)
  return editedFile(edited, closingEdits(parseDocuments(edited, holdsSomething), diagnostics))
}

function closingEdits(documents: readonly Document[], diagnostics: readonly Diagnostic[]): Edit[] {
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  return [...(failed ? [] : guardEdits(documents)), ...resultEdits(documents, diagnostics)]
}
