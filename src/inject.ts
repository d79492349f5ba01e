// The whole flow: read ─▶ select ─▶ render ─▶ merge ─▶ postprocess ─▶ write. inject-workload.ts has select to postprocess, for one workload.

import { lintAfterwards } from './admit/policy-lint.ts'
import { policyRun } from './admit/policy-run.ts'
import { type InjectionHooks, injectedAgain } from './inject-again.ts'
import { type Outcome, workBudget } from './inject-workload.ts'
import { injectAsWritten } from './injectable.ts'
import {
  append,
  type Decision,
  type Diagnostic,
  type InjectInput,
  type InjectResult,
  type Json,
  type Observe,
  type Position,
  type SourceFile,
  type Workload,
} from './lib/model/index.ts'
import { Allows } from './read/allows.ts'
import { type ReadResult, read } from './read/read.ts'
import { isMirroredImage } from './reversible/mirrored-images.ts'
import { injectedValue, podPathsIn, recordFindings } from './reversible/record-check.ts'
import { recordsFor } from './reversible/record-setting.ts'
import { type RecordedEdits, recordedEdits } from './reversible/round-trip.ts'
import { presentBefore, takeOffInjections, userEditsIn } from './reversible/take-off.ts'
import { unrecordedEdits } from './reversible/without-record.ts'
import { withEveryOwn } from './select/every-own.ts'
import { checkExpectations } from './select/expect.ts'
import { explainResults } from './select/explain.ts'
import { namespaceFindings } from './select/label-names.ts'
import { select } from './select/select.ts'
import { unknownKinds } from './select/unknown-kinds.ts'
import { takeOffAll } from './uninject.ts'
import { answerFile } from './write/answer.ts'
import { editedFile, withFiles } from './write/edited-files.ts'
import { editsOf } from './write/edits-of.ts'
import { inOrder } from './write/results.ts'

export type { InjectInput, InjectResult } from './lib/model/index.ts'

/** The result of an injection with the data that `explain` and `check` need. */
export interface InjectDetails extends Omit<InjectResult, 'decisions'> {
  /** The input as it was read. */
  readonly original: ReadResult
  /** The input without earlier injections. */
  readonly given: ReadResult
  /** The texts with all possible injections, even if errors forbid writing them. */
  readonly attempted: readonly SourceFile[]
  /** The workloads of `given` that are changed in `attempted`, or that `lookAt` finds to be changed. */
  readonly written: ReadonlySet<Workload>
  readonly positionInInput: (position: Position) => Position
  /** The allowances of the input; `diagnostics` has no allowed findings. */
  readonly allows: Allows
}

/** Optional callbacks of a run. */
export interface InjectHooks extends InjectionHooks {
  /** Receives the input that was read, before the first outcome. */
  readonly onRead?: (given: Pick<InjectDetails, 'original' | 'given' | 'positionInInput'>) => void
  /** Receives the outcome of each workload of `given`, in order. Outcomes are not kept otherwise, as each holds two pods and a trace. */
  readonly onOutcome?: (outcome: Outcome) => void
  /** Creates the observer that receives a workload's pod after each writer, for `explain --pod`. */
  readonly observerOf?: (workload: Workload) => Observe
}

/**
 * Injects sidecars into manifests, or into the items of a ResourceList. The same input gives the same bytes; on any error nothing is injected.
 * If the function config has the action `Uninject`, injections are removed instead.
 * @throws InjectError only if `resourceList` is not a ResourceList; all other errors are in `diagnostics`
 * @example
 * const { files, diagnostics } = inject({ files: [{ path: 'web.yaml', text }] })
 */
export function inject(input: InjectInput & InjectHooks): InjectResult {
  const decisions: Decision[] = []
  const onOutcome = (outcome: Outcome) => {
    if (outcome.decision !== undefined) decisions.push(outcome.decision)
    input.onOutcome?.(outcome)
  }
  return { ...injectWithoutDecisions({ ...input, onOutcome }), decisions }
}

/** As `inject`, but the result has no decisions, which take memory. */
export function injectWithoutDecisions(input: InjectInput & InjectHooks): Omit<InjectResult, 'decisions'> {
  const original = read(input)
  return original.config.action === 'Inject' ? injectRead(input, original) : takeOffAll(input, original)
}

/** As `inject`, for an input that was read already; the result also holds what `explain` and `check` need. */
export function injectRead(input: InjectInput & InjectHooks, original: ReadResult): InjectDetails {
  const records = recordsFor(input, original)
  const edit: typeof recordedEdits = (document, changes) => (records(document.file) ? recordedEdits(document, changes) : unrecordedEdits(document, changes))
  return run(input, original, { edit, keepsMirrors: false })
}

/**
 * As `injectRead`, for callers that write nothing: edits are computed only for workloads with a record, to tell whether they are outdated.
 * Other workloads are in `written` if they would change. An image that a later step points to a mirror is not a finding: no injection will overwrite it.
 */
export function lookAt(input: InjectInput & InjectHooks, original: ReadResult): InjectDetails {
  const edit: typeof recordedEdits = (document, changes) =>
    changes.every(({ present }) => present === undefined) ? NO_EDITS : recordedEdits(document, changes)
  return run(input, original, { edit, keepsMirrors: true })
}

const NO_EDITS: RecordedEdits = { edits: [], diagnostics: [] }

interface RunOptions {
  readonly edit: typeof recordedEdits
  /** Whether images of injected containers that point to a mirror are left unchanged. */
  readonly keepsMirrors: boolean
}

function run(input: InjectInput & InjectHooks, original: ReadResult, { edit, keepsMirrors }: RunOptions): InjectDetails {
  const off = takeOffInjections(
    original,
    original.workloads.map(({ resource }) => resource),
  )
  const given = off.changed ? read(withFiles(input, off.files)) : original
  const decide = select({ ...input, ...given, ...given.injectors })
  const { explain, expect } = original.config
  const decisions: Decision[] = []
  const found: Diagnostic[] = [...given.diagnostics, ...off.diagnostics]
  const policies = policyRun(given, input.policyEngine, found)
  const budgeted = { ...given, budget: workBudget(given.workloads.length), policyRun: policies }
  const userEdits = userEditsIn(given, off)
  const present = presentBefore(given, off)
  const findingsOf = ({ workload, change }: Outcome): readonly Diagnostic[] => {
    const { resource, podPath } = workload
    const before = present(resource)
    if (before === undefined) return []
    const again = injectedValue(workload, change)
    const injectAgain = (value: Json) => injectedAgain(workload, value, { given: budgeted, decide })
    const configured = () => injectedAgain(workload, resource.value, { given: budgeted, decide: withEveryOwn(decide, given.config.injectors) })
    return recordFindings({ resource, podPath, present: before.value, again, injectAgain, configured, isTrusted: input.trustRecord === true })
  }
  input.onRead?.({ original, given, positionInInput: off.positionInInput })
  const injected = function* () {
    for (const workload of given.workloads) {
      const observe = input.observerOf?.(workload)
      const outcome = injectAsWritten(workload, observe === undefined ? budgeted : { ...budgeted, observe }, decide)
      if (outcome.decision !== undefined && (explain || expect.length > 0)) decisions.push(outcome.decision)
      append(found, outcome.diagnostics)
      append(found, findingsOf(outcome))
      input.onOutcome?.(outcome)
      yield outcome
    }
  }
  const edits = editsOf(given.documents, injected(), (document, group) => {
    const changes = group.map(change => {
      const { workload } = change
      const { resource } = workload
      const edited = userEdits(resource) ?? []
      const injected = keepsMirrors && edited.length > 0 ? injectedValue(workload, change.change) : undefined
      const lasting = injected === undefined ? edited : edited.filter(userEdit => !isMirroredImage(injected, userEdit))
      return { ...change, userEdits: lasting, present: present(resource) }
    })
    return edit(document, changes)
  })
  if (off.changed) append(found, othersTakenOff({ original, given, present, isTrusted: input.trustRecord === true }))
  append(found, [...edits.diagnostics, ...(policies === undefined ? [] : lintAfterwards(policies)), ...verdicts(given, decisions)])
  const inInput = found.map(diagnostic => (diagnostic.at === undefined ? diagnostic : { ...diagnostic, at: off.positionInInput(diagnostic.at) }))
  const allows = new Allows(original)
  const diagnostics = inOrder(allows.without(inInput))
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  const { files, documents } = failed ? original : given
  const editsIn = (file: SourceFile) => edits.byFile.get(file) ?? []
  const attempted = given.files.map(file => editedFile(file, editsIn(file)))
  const answers = () => files.map(file => answerFile(file, { documents, edits: failed ? [] : editsIn(file), diagnostics }))
  return {
    files: input.resourceList !== undefined ? answers() : failed ? files : attempted,
    attempted,
    diagnostics,
    original,
    given,
    written: edits.written,
    positionInInput: off.positionInInput,
    allows,
  }
}

interface TakenOff {
  readonly original: ReadResult
  readonly given: ReadResult
  readonly present: ReturnType<typeof presentBefore>
  readonly isTrusted: boolean
}

/** Findings about records that leave a resource without a pod template, so that it is not injected again. */
function othersTakenOff({ original, given, present, isTrusted }: TakenOff): Diagnostic[] {
  const workloads = new Set(given.workloads.map(({ resource }) => resource))
  const podPathOf = podPathsIn(original.workloads)
  return given.resources.flatMap(resource => {
    const before = workloads.has(resource) ? undefined : present(resource)
    if (before === undefined) return []
    return recordFindings({ resource, podPath: podPathOf(resource), present: before.value, again: resource.value, isTrusted })
  })
}

/** The findings about the whole input, after all workloads were processed. */
function verdicts({ resources, config, namespaces }: ReadResult, decisions: readonly Decision[]): Diagnostic[] {
  const explained = config.explain ? explainResults(decisions) : []
  return [
    ...unknownKinds(resources, config.workloads),
    ...namespaceFindings(namespaces, config),
    ...checkExpectations(config.expect, decisions, config.resource),
    ...explained,
  ]
}
