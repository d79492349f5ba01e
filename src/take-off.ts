// Takes earlier injections of ours off the input before anything is decided, so that injecting again is injecting the original.

import { type Diagnostic, InjectError, locate, type Position, type SourceFile, type SourceMap, type Workload } from './lib/model/index.ts'
import { applyEdits, type Document, type Edit } from './lib/yaml/index.ts'
import type { ReadResult } from './read/read.ts'
import type { UserEdit } from './record/index.ts'
import { recordText, takeOffEdits } from './recorded-edits.ts'

export interface TakenOffInput {
  /** The texts in the order of the input; the same objects where nothing was taken off. */
  readonly files: readonly SourceFile[]
  /** Whether any text changed. */
  readonly changed: boolean
  /** What users had changed inside of injected parts, by what `keysOf` names the workload. */
  readonly userEdits: ReadonlyMap<string, readonly UserEdit[]>
  /** Records that cannot be read. */
  readonly diagnostics: readonly Diagnostic[]
  /** A place in a text of `files` as a place in the input. */
  readonly placeInInput: (position: Position) => Position
}

/** The input without the injections that have a record. */
export function takeOffInjections(given: ReadResult): TakenOffInput {
  const keyOf = keysOf(given)
  const userEdits = new Map<string, readonly UserEdit[]>()
  const diagnostics: Diagnostic[] = []
  const byFile = new Map<SourceFile, Edit[]>()
  for (const [document, group] of recordedWorkloads(given)) {
    for (const workloads of document.hasAliases ? [group] : group.map(workload => [workload])) {
      const [first] = workloads
      if (first === undefined) continue
      try {
        const taken = takeOffEdits(
          document,
          workloads.map(({ resource }) => resource.path),
        )
        workloads.forEach((workload, i) => {
          userEdits.set(keyOf(workload), taken.userEdits[i] ?? [])
        })
        byFile.set(document.file, [...(byFile.get(document.file) ?? []), ...taken.edits])
      } catch (error) {
        if (!(error instanceof InjectError)) throw error
        diagnostics.push(locate({ ...error.diagnostic, field: ['metadata', 'annotations'] }, first.resource))
      }
    }
  }
  const files = given.files.map(file => {
    const edits = byFile.get(file)
    return edits === undefined ? file : { path: file.path, text: applyEdits(file.text, edits) }
  })
  const shifts = new Map(given.files.flatMap((file, i) => (byFile.has(file) ? [[file.path, shiftOf(file, byFile.get(file) ?? [], files[i])] as const] : [])))
  return { files, changed: byFile.size > 0, userEdits, diagnostics, placeInInput: position => shifts.get(position.file)?.(position) ?? position }
}

/** What users had changed inside of the injections that were taken off, for the workloads of the new reading. */
export function userEditsIn(given: ReadResult, { userEdits }: TakenOffInput): (workload: Workload) => readonly UserEdit[] {
  const keyOf = keysOf(given)
  return workload => userEdits.get(keyOf(workload)) ?? []
}

/** Names workloads by where they stand: the same before and after an injection is taken off. */
function keysOf({ documents }: ReadResult): (workload: Workload) => string {
  const indexes = new Map<SourceMap, number>(documents.map((document, index) => [document, index]))
  return ({ resource }) => `${indexes.get(resource.source)} ${JSON.stringify(resource.path)}`
}

function recordedWorkloads({ documents, workloads }: ReadResult): Map<Document, Workload[]> {
  const known = new Map<SourceMap, Document>(documents.map(document => [document, document]))
  const recorded = new Map<Document, Workload[]>()
  for (const workload of workloads) {
    const document = known.get(workload.resource.source)
    if (document === undefined || recordText(workload.resource.value) === undefined) continue
    recorded.set(document, [...(recorded.get(document) ?? []), workload])
  }
  return recorded
}

/** Lines move where lines went; a line that was changed has no columns to move. */
function shiftOf(before: SourceFile, edits: readonly Edit[], after: SourceFile | undefined): (position: Position) => Position {
  const sorted = edits.toSorted((a, b) => a.offset - b.offset)
  const starts = lineStarts(after?.text ?? '')
  const startsBefore = lineStarts(before.text)
  return position => {
    let offset = (starts[position.line - 1] ?? 0) + position.column - 1
    for (const edit of sorted) {
      if (offset < edit.offset + edit.text.length) break
      offset += edit.length - edit.text.length
    }
    const index = startsBefore.findLastIndex(start => start <= offset)
    return { ...position, line: index + 1, column: offset - (startsBefore[index] ?? 0) + 1 }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
