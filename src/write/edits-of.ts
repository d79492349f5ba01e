// Collects the edits of all workloads' changes by file.

import { append, type Diagnostic, InjectError, locate, type SourceFile, type SourceMap, type Workload } from '../lib/model/index.ts'
import type { Document, Edit } from '../lib/yaml/index.ts'
import type { Change } from './write.ts'

/** A workload, and what is to change in its document. */
export interface WorkloadChange {
  readonly workload: Workload
  readonly change?: Change
}

export interface Edits {
  readonly byFile: ReadonlyMap<SourceFile, readonly Edit[]>
  /** The workloads whose changes these are. */
  readonly written: ReadonlySet<Workload>
  /** Findings of writing, and changes that could not be verified, which are bugs of ours. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Changes of one document that have to be made together. */
export type ChangeGroup = readonly [Required<WorkloadChange>, ...Required<WorkloadChange>[]]

/** Writes one group; throws InjectError where it cannot. */
export type WriteGroup = (document: Document, group: ChangeGroup) => { readonly edits: readonly Edit[]; readonly diagnostics: readonly Diagnostic[] }

/**
 * The edits that make the changes. A change that can be made alone is written before the next one is read, so that it need not be kept. Errors of single
 * workloads become diagnostics.
 * @param documents the documents that hold the workloads
 * @param changes paths and values from the document's root
 * @param writeGroup writes the changes that must be made together
 * @example editsOf(documents, [{ workload, change: { path, before, after } }], writeGroup).byFile.get(file)
 */
export function editsOf(documents: readonly Document[], changes: Iterable<WorkloadChange>, writeGroup: WriteGroup): Edits {
  const known = new Map<SourceMap, Document>(documents.map(document => [document, document]))
  const byFile = new Map<SourceFile, Edit[]>()
  const written = new Set<Workload>()
  const diagnostics: Diagnostic[] = []
  for (const group of groupsOf(changes, known)) {
    const { resource } = group[0].workload
    const document = known.get(resource.source)
    if (document === undefined) throw new Error(`${resource.ref.kind} ${resource.ref.name} stands in no document of the input`)
    try {
      const { edits, diagnostics: found } = writeGroup(document, group)
      append(diagnostics, found)
      const all = byFile.get(document.file)
      if (all === undefined) byFile.set(document.file, [...edits])
      else append(all, edits)
      for (const { workload } of group) written.add(workload)
    } catch (error) {
      if (!(error instanceof InjectError)) throw error
      diagnostics.push(locate(error.diagnostic, resource))
    }
  }
  return { byFile, written, diagnostics }
}

/** One change each, except in a document with aliases: there, what is changed at one place may be seen at another. */
function* groupsOf(changes: Iterable<WorkloadChange>, known: ReadonlyMap<SourceMap, Document>): Iterable<ChangeGroup> {
  const shared = new Map<SourceMap, [Required<WorkloadChange>, ...Required<WorkloadChange>[]]>()
  for (const { workload, change } of changes) {
    if (change === undefined) continue
    const { source } = workload.resource
    const group = shared.get(source)
    if (group !== undefined) group.push({ workload, change })
    else if (known.get(source)?.hasAliases) shared.set(source, [{ workload, change }])
    else yield [{ workload, change }]
  }
  yield* shared.values()
}
