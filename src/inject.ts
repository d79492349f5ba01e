// The whole flow: read ─▶ select ─▶ render ─▶ merge ─▶ postprocess ─▶ write. The four in the middle, for one workload, are in inject-workload.ts.

import { injectWorkload } from './inject-workload.ts'
import type { Decision, Diagnostic, SourceFile } from './lib/model/index.ts'
import { applyEdits, type Edit } from './lib/yaml/index.ts'
import { type ReadInput, type ReadResult, read } from './read/read.ts'
import { recordedEdits } from './recorded-edits.ts'
import { checkExpectations } from './select/expect.ts'
import { explainResults } from './select/explain.ts'
import { type SelectionSources, select } from './select/select.ts'
import { unknownKinds } from './select/unknown-kinds.ts'
import { takeOffInjections, userEditsIn } from './take-off.ts'
import { editsOf } from './write/edits-of.ts'
import { guardEdits } from './write/guards.ts'
import { inOrder, resultEdits } from './write/results.ts'

/** A ResourceList or manifests; CEL's compiler is handed in because few need it. */
export type InjectInput = ReadInput & Pick<SelectionSources, 'conditionCompiler'>

export interface InjectResult {
  /** The texts in the order of the input: injected, or as they were when there is an error. A ResourceList carries its results. */
  readonly files: readonly SourceFile[]
  /** One for each workload that could be read. */
  readonly decisions: readonly Decision[]
  /** The worst first. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Injects sidecars into manifests, or into the items of a ResourceList. The same input gives the same bytes; on any error nothing is injected.
 * @throws InjectError only where there is nothing to answer with: the input is not a ResourceList
 * @example
 * const { files, diagnostics } = inject({ files: [{ path: 'web.yaml', text }] })
 */
export function inject(input: InjectInput): InjectResult {
  const original = read(input)
  const off = takeOffInjections(original)
  const given = off.changed ? read(withFiles(input, off.files)) : original
  const decide = select({ ...input, ...given, ...given.injectors })
  const outcomes = given.workloads.map(workload => injectWorkload(workload, given, decide))
  const userEdits = userEditsIn(given, off)
  const edits = editsOf(given.documents, outcomes, (document, group) =>
    recordedEdits(
      document,
      group.map(change => ({ ...change, userEdits: userEdits(change.workload) })),
    ),
  )

  const decisions = outcomes.flatMap(({ decision }) => decision ?? [])
  const found = [
    ...given.diagnostics,
    ...off.diagnostics,
    ...outcomes.flatMap(outcome => outcome.diagnostics),
    ...edits.diagnostics,
    ...verdicts(given, decisions),
  ]
  const diagnostics = inOrder(found.map(diagnostic => (diagnostic.at === undefined ? diagnostic : { ...diagnostic, at: off.placeInInput(diagnostic.at) })))
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  const { files, documents } = failed ? original : given
  const results = input.resourceList === undefined ? [] : resultEdits(documents, diagnostics)
  const guards = input.resourceList === undefined ? [] : guardEdits(documents, given.resources)
  return {
    files: files.map(file => edited(file, [...(failed ? [] : [...(edits.byFile.get(file) ?? []), ...guards]), ...results])),
    decisions,
    diagnostics,
  }
}

/** What is to be said about the outcome as a whole. */
function verdicts({ resources, config }: ReadResult, decisions: readonly Decision[]): Diagnostic[] {
  const explained = config.explain ? explainResults(decisions) : []
  return [...unknownKinds(resources, config.workloads), ...checkExpectations(config.expect, decisions, config.resource), ...explained]
}

function withFiles(input: InjectInput, files: readonly SourceFile[]): InjectInput {
  const [file] = files
  return input.resourceList === undefined || file === undefined ? { ...input, files } : { ...input, resourceList: file }
}

function edited(file: SourceFile, edits: readonly Edit[]): SourceFile {
  return edits.length === 0 ? file : { path: file.path, text: applyEdits(file.text, edits) }
}
