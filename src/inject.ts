// The whole flow: read ─▶ select ─▶ render ─▶ merge ─▶ postprocess ─▶ write. The four in the middle, for one workload, are in inject-workload.ts.

import { injectWorkload, type Outcome, workBudget } from './inject-workload.ts'
import type { Decision, Diagnostic, InjectInput, InjectResult, Position, SourceFile, Workload } from './lib/model/index.ts'
import { type ReadResult, read } from './read/read.ts'
import { recordedEdits } from './reversible/recorded-edits.ts'
import { presentBefore, takeOffInjections, userEditsIn } from './reversible/take-off.ts'
import { checkExpectations } from './select/expect.ts'
import { explainResults } from './select/explain.ts'
import { type SelectionSources, select } from './select/select.ts'
import { unknownKinds } from './select/unknown-kinds.ts'
import { takeOffAll } from './uninject.ts'
import { answered } from './write/answer.ts'
import { editedFile, withFiles } from './write/edited-files.ts'
import { editsOf } from './write/edits-of.ts'
import { Repetitions } from './write/repeat.ts'
import { inOrder } from './write/results.ts'

export type { InjectInput, InjectResult } from './lib/model/index.ts'

/** For those who tell people what happened. */
export interface InjectDetails extends InjectResult {
  /** The input as it was read. */
  readonly original: ReadResult
  /** The same without earlier injections. */
  readonly given: ReadResult
  /** The texts with what can be injected, also where errors forbid to write any of it. */
  readonly attempted: readonly SourceFile[]
  /** Of the workloads of `given`, in their order. */
  readonly outcomes: readonly Outcome[]
  /** The workloads of `given` that are changed in `attempted`, or would be. */
  readonly written: ReadonlySet<Workload>
  readonly placeInInput: (position: Position) => Position
}

/** What may be handed in beside the input. */
export interface InjectHooks extends Pick<SelectionSources, 'conditionCompiler'> {
  /** Is told of each workload when it is done. */
  readonly onOutcome?: (outcome: Outcome) => void
  /**
   * What the outcomes need not keep, as it takes memory: their changes, which are pods before and after; or the decisions as well, which know all that was
   * asked about a pod. Decisions that the function config asks for are kept.
   */
  readonly forgets?: 'changes' | 'decisions'
  /** Whether texts are wanted of those workloads alone that were injected before, which may come to the same again: the others change, and that is all. */
  readonly onlyLooks?: boolean
}

/**
 * Injects sidecars into manifests, or into the items of a ResourceList. The same input gives the same bytes; on any error nothing is injected.
 * Where the function config asks for it, injections are taken off instead.
 * @throws InjectError only where there is nothing to answer with: the input is not a ResourceList
 * @example
 * const { files, diagnostics } = inject({ files: [{ path: 'web.yaml', text }] })
 */
export function inject(input: InjectInput & InjectHooks): InjectResult {
  const original = read(input)
  if (original.config.action !== 'Inject') return { ...takeOffAll(input, original), decisions: [] }
  return injectRead({ forgets: 'changes', ...input }, original)
}

/** As `inject`, of an input that was read, with what is needed to say why. */
export function injectRead(input: InjectInput & InjectHooks, original: ReadResult): InjectDetails {
  const off = takeOffInjections(
    original,
    original.workloads.map(({ resource }) => resource),
  )
  const given = off.changed ? read(withFiles(input, off.files)) : original
  const decide = select({ ...input, ...given, ...given.injectors })
  const budgeted = { ...given, budget: workBudget(given.workloads.length) }
  const { explain, expect } = original.config
  const keep = input.forgets === undefined ? whole : input.forgets === 'changes' || explain || expect.length > 0 ? withoutChange : withoutDecision
  const outcomes: Outcome[] = []
  const injected = function* () {
    for (const workload of given.workloads) {
      const outcome = injectWorkload(workload, budgeted, decide)
      input.onOutcome?.(outcome)
      outcomes.push(keep(outcome))
      yield outcome
    }
  }
  const userEdits = userEditsIn(given, off)
  const present = presentBefore(given, off)
  const repetitions = new Repetitions()
  const edits = editsOf(given.documents, injected(), (document, group) => {
    const changes = group.map(change => {
      const { resource } = change.workload
      return { ...change, userEdits: userEdits(resource) ?? [], present: present(resource) }
    })
    return input.onlyLooks && changes.every(change => change.present === undefined) ? NO_EDITS : recordedEdits(document, changes, repetitions)
  })

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
  const editsIn = (file: SourceFile) => edits.byFile.get(file) ?? []
  const attempted = given.files.map(file => editedFile(file, editsIn(file)))
  const answers = () => files.map(file => answered(file, { documents, edits: failed ? [] : editsIn(file), diagnostics }))
  return {
    files: input.resourceList !== undefined ? answers() : failed ? files : attempted,
    attempted,
    decisions,
    diagnostics,
    original,
    given,
    outcomes,
    written: edits.written,
    placeInInput: off.placeInInput,
  }
}

const NO_EDITS = { edits: [], diagnostics: [] }

function whole(outcome: Outcome): Outcome {
  return outcome
}

function withoutDecision({ workload, diagnostics }: Outcome): Outcome {
  return { workload, diagnostics }
}

function withoutChange({ workload, decision, diagnostics }: Outcome): Outcome {
  return { workload, diagnostics, ...(decision === undefined ? {} : { decision }) }
}

/** What is to be said about the outcome as a whole. */
function verdicts({ resources, config }: ReadResult, decisions: readonly Decision[]): Diagnostic[] {
  const explained = config.explain ? explainResults(decisions) : []
  return [...unknownKinds(resources, config.workloads), ...checkExpectations(config.expect, decisions, config.resource), ...explained]
}
