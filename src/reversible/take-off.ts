// Removes earlier injections by this program from the input before anything is decided, so that injecting again starts from the original.

import { append, type Diagnostic, InjectError, locate, type Position, type Resource, type SourceFile, type SourceMap } from '../lib/model/index.ts'
import { applyEdits, type Document, type Edit, EditError } from '../lib/yaml/index.ts'
import { encryptedRefusal } from '../read/encrypted.ts'
import type { ReadResult } from '../read/read.ts'
import { invalidRecord, RECORD, recordText, type UserEdit } from '../record/index.ts'
import type { PresentWorkload } from './apply.ts'
import { groupsToTakeOff, takeOffEdits } from './take-off-edits.ts'
import { notRestorable } from './user-edits.ts'

export interface TakenOffInput {
  /** The texts in the order of the input; the same objects for unchanged files. */
  readonly files: readonly SourceFile[]
  /** Whether any text changed. */
  readonly changed: boolean
  /** Users' changes of injected parts, by the key of the resource (`keysOf`). */
  readonly userEdits: ReadonlyMap<string, readonly UserEdit[]>
  /** Values before those changes, by the same keys. */
  readonly present: ReadonlyMap<string, PresentWorkload>
  /** Resources whose injection could not be taken off, because of what the diagnostics say. */
  readonly failed: ReadonlySet<Resource>
  /** Records that cannot be read. */
  readonly diagnostics: readonly Diagnostic[]
  /** Converts a position in a text of `files` to one in the input. */
  readonly positionInInput: (position: Position) => Position
}

/**
 * The input without the injections that have a record. Records that cannot be read are reported in `diagnostics`, and their resources are in `failed`.
 * @param resources the workloads
 * @param onTakenOff called with each workload when it is done
 */
export function takeOffInjections(given: ReadResult, resources: readonly Resource[], onTakenOff?: (resource: Resource) => void): TakenOffInput {
  const keyOf = keysOf(given)
  const userEdits = new Map<string, readonly UserEdit[]>()
  const present = new Map<string, PresentWorkload>()
  const diagnostics: Diagnostic[] = []
  const failed = new Set<Resource>()
  const byFile = new Map<SourceFile, Edit[]>()
  for (const [document, group] of recordedResources(given, resources)) {
    const known = new Map(group.map(resource => [resource.path, resource]))
    for (const paths of groupsToTakeOff(document, [...known.keys()])) {
      const together = paths.flatMap(path => known.get(path) ?? [])
      const [first] = together
      if (first === undefined) continue
      const refusals = together.flatMap(resource => encryptedRefusal(resource, given.documents) ?? [])
      if (refusals.length > 0) {
        for (const resource of together) failed.add(resource)
        append(diagnostics, refusals)
        continue
      }
      try {
        const taken = takeOffEdits(document, paths)
        if (!areApart(document.file, byFile.get(document.file) ?? [], taken.edits)) throw invalidRecord('its texts overlap those of another record')
        const notes = () => {
          const lost = taken.lost()
          return lost.length === 0 ? [] : [notRestorable(first, lost)]
        }
        together.forEach((resource, i) => {
          userEdits.set(keyOf(resource), taken.userEdits[i] ?? [])
          present.set(keyOf(resource), {
            ...presentIn(document, resource, together.length),
            unproven: taken.unproven[i] ?? [],
            notes: i === 0 ? notes : () => [],
          })
          onTakenOff?.(resource)
        })
        const edits = byFile.get(document.file)
        if (edits === undefined) byFile.set(document.file, [...taken.edits])
        else for (const edit of taken.edits) edits.push(edit)
      } catch (error) {
        if (!(error instanceof InjectError)) throw error
        for (const resource of together) failed.add(resource)
        diagnostics.push(locate({ ...error.diagnostic, field: ['metadata', 'annotations', RECORD] }, first))
      }
    }
  }
  const files = given.files.map(file => {
    const edits = byFile.get(file)
    return edits === undefined ? file : { path: file.path, text: applyEdits(file.text, edits) }
  })
  const shifts = new Map(given.files.flatMap((file, i) => (byFile.has(file) ? [[file.path, shiftOf(file, byFile.get(file) ?? [], files[i])] as const] : [])))
  return {
    files,
    changed: byFile.size > 0,
    userEdits,
    present,
    failed,
    diagnostics,
    positionInInput: position => shifts.get(position.file)?.(position) ?? position,
  }
}

/** Whether the edits of one record do not overlap those of the records before it in the file. */
function areApart({ text }: SourceFile, earlier: readonly Edit[], edits: readonly Edit[]): boolean {
  const last = earlier.at(-1)
  if (last === undefined || edits.every(({ offset }) => offset >= last.offset + last.length)) return true
  try {
    applyEdits(text, [...earlier, ...edits])
    return true
  } catch (error) {
    if (error instanceof EditError) return false
    throw error
  }
}

/** Users' changes of the removed injections, for the resources of the second read; undefined if no injection was removed. */
export function userEditsIn(given: ReadResult, { userEdits }: TakenOffInput): (resource: Resource) => readonly UserEdit[] | undefined {
  const keyOf = keysOf(given)
  return resource => userEdits.get(keyOf(resource))
}

function presentIn(document: Document, { path, value }: Resource, together: number): Omit<PresentWorkload, 'notes' | 'unproven'> {
  const { path: region, start, end } = document.regionAt(path)
  return { value, region, text: document.file.text.slice(start, end), together }
}

/** The workload as it stood in the input, for the resources of the new reading. */
export function presentBefore(given: ReadResult, { present }: TakenOffInput): (resource: Resource) => PresentWorkload | undefined {
  const keyOf = keysOf(given)
  return resource => present.get(keyOf(resource))
}

/** Keys of resources by document and path, which are the same before and after an injection is removed. */
export function keysOf({ documents }: ReadResult): (resource: Resource) => string {
  const indexes = new Map<SourceMap, number>(documents.map((document, index) => [document, index]))
  return ({ source, path }) => `${indexes.get(source)} ${JSON.stringify(path)}`
}

function recordedResources({ documents }: ReadResult, resources: readonly Resource[]): Map<Document, Resource[]> {
  const known = new Map<SourceMap, Document>(documents.map(document => [document, document]))
  const recorded = new Map<Document, Resource[]>()
  for (const resource of resources) {
    const document = known.get(resource.source)
    if (document === undefined || recordText(resource.value) === undefined) continue
    const group = recorded.get(document)
    if (group === undefined) recorded.set(document, [resource])
    else group.push(resource)
  }
  return recorded
}

/** Computes how lines move when edits remove lines; columns of changed lines are not converted. */
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
