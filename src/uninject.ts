// Removes injections: byte for byte by their records, or by Istio's own annotations where there is no record.

import { configuredInjection, type InjectionHooks } from './inject-again.ts'
import { STATUS } from './lib/istio/names.ts'
import {
  append,
  type Diagnostic,
  type FieldPath,
  InjectError,
  type InjectInput,
  locate,
  type Position,
  type Resource,
  type UninjectInput,
  type UninjectResult,
  type Workload,
} from './lib/model/index.ts'
import { holdsSomething, parseDocuments } from './lib/yaml/index.ts'
import { Allows } from './read/allows.ts'
import { encryptedRefusal } from './read/encrypted.ts'
import { type ReadResult, read } from './read/read.ts'
import { RECORD, recordText, takeOffByStatus } from './record/index.ts'
import { listedParts, podPathsIn, recordFindings } from './reversible/record-check.ts'
import { keysOf, presentBefore, type TakenOffInput, takeOffInjections, userEditsIn } from './reversible/take-off.ts'
import { unprovenWarning, userEditWarning } from './reversible/user-edits.ts'
import { answerFile } from './write/answer.ts'
import { editedFile, withFiles } from './write/edited-files.ts'
import { editsOf } from './write/edits-of.ts'
import { inOrder } from './write/results.ts'
import { writeAll } from './write/write.ts'

/**
 * Removes the injections from manifests, or from the items of a ResourceList. Configuration is needed only for the kinds that it adds, and to confirm what users'
 * own injectors and templates added.
 * If there is any error, nothing is removed.
 * @param onTakenOff called with each workload whose injection is removed by its record
 * @throws InjectError only if `resourceList` is not a ResourceList; all other errors are in `diagnostics`
 * @example uninject({ files: inject({ files }).files }).files // the texts of `files`
 */
export function uninject({ fromStatus = false, ...input }: UninjectInput & InjectionHooks, onTakenOff?: OnTakenOff): UninjectResult {
  const reading = { ...input, action: fromStatus ? 'UninjectFromStatus' : 'Uninject' } as const
  return takeOffAll(reading, read(reading), onTakenOff)
}

type OnTakenOff = (resource: Resource) => void

/** As `uninject`, of an input that was read with its function config's own action. */
export function takeOffAll(input: InjectInput & InjectionHooks, original: ReadResult, onTakenOff?: OnTakenOff): UninjectResult {
  const recorded = original.resources.filter(({ value }) => recordText(value) !== undefined)
  const byRecord = takeOffInjections(original, recorded, onTakenOff)
  const given = byRecord.changed ? read(withFiles(input, byRecord.files)) : original
  const userEdits = userEditsIn(given, byRecord)
  const removedEdits = given.resources.flatMap(resource => (userEdits(resource) ?? []).map(edit => userEditWarning(resource, edit, 'removed')))
  // A pod that was injected before our injection stays injected.
  const left = given.workloads.filter(({ resource }) => userEdits(resource) === undefined)
  const isForced = original.config.action === 'UninjectFromStatus'
  const byStatus = isForced
    ? takeOffStatuses(given, left, input.trustRecord === true)
    : { ...NOTHING, diagnostics: [...byRecord.diagnostics, ...unrecorded(given, left)] }

  const configured = configuredInjection(input, { files: byRecord.files, keyOf: keysOf(given) })
  const doubts = doubtsAbout({ original, given, taken: byRecord, configured, isTrusted: input.trustRecord === true })
  const inInput = (at: Position): Position => byRecord.positionInInput(at)
  const found = [
    ...original.diagnostics,
    ...doubts.map(finding => moved(finding, inInput)),
    ...removedEdits.map(finding => moved(finding, inInput)),
    ...byStatus.diagnostics.map(finding => moved(finding, inInput)),
  ]
  const diagnostics = inOrder(new Allows(original).without(found))
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  const taken = [...recorded.filter(resource => !byRecord.failed.has(resource)), ...byStatus.taken]
  const files = failed ? original.files : given.files.map(file => editedFile(file, byStatus.byFile.get(file) ?? []))
  const answers = () => files.map(file => answerFile(file, { documents: parseDocuments(file, holdsSomething), edits: [], diagnostics }))
  return { files: input.resourceList === undefined ? files : answers(), diagnostics, taken: failed ? [] : taken }
}

interface TakenByRecord {
  readonly original: ReadResult
  readonly given: ReadResult
  readonly taken: TakenOffInput
  readonly configured: ReturnType<typeof configuredInjection>
  readonly isTrusted: boolean
}

/** Findings about records that remove or change parts that nothing shows to be injected. */
function doubtsAbout({ original, given, taken, configured, isTrusted }: TakenByRecord): Diagnostic[] {
  const present = presentBefore(given, taken)
  const podPathOf = podPathsIn(original.workloads)
  return given.resources.flatMap(resource => {
    const before = present(resource)
    if (before === undefined) return []
    const podPath = podPathOf(resource)
    const unproven = before.unproven.length === 0 ? [] : [unprovenWarning(resource, before.unproven)]
    return [...before.notes(), ...unproven, ...recordFindings({ resource, podPath, present: before.value, configured: () => configured(resource), isTrusted })]
  })
}

interface TakenByStatus extends Pick<ReturnType<typeof editsOf>, 'byFile' | 'diagnostics'> {
  readonly taken: readonly Resource[]
}

const NOTHING: TakenByStatus = { byFile: new Map(), diagnostics: [], taken: [] }

function takeOffStatuses({ documents }: ReadResult, workloads: readonly Workload[], trustsStatus: boolean): TakenByStatus {
  const notes: Diagnostic[] = []
  const changes = workloads.flatMap(workload => {
    const { resource, podPath } = workload
    const isUnusable = recordText(resource.value) !== undefined && !isWithStatus(workload)
    const refusal = isUnusable ? unusable(resource) : isWithStatus(workload) ? encryptedRefusal(resource, documents) : undefined
    if (refusal !== undefined) {
      notes.push(refusal)
      return []
    }
    try {
      const { value, notes: found, doubtful } = takeOffByStatus(resource.value, podPath, { leaveOutDefaults: true, trustsStatus })
      if (doubtful.length > 0) throw unconfirmedStatus(doubtful, [...podPath, 'metadata', 'annotations', STATUS])
      append(
        notes,
        found.map(note => locate(note, resource)),
      )
      return value === resource.value ? [] : [{ workload, change: { path: resource.path, after: value } }]
    } catch (error) {
      if (!(error instanceof InjectError)) throw error
      notes.push(locate(error.diagnostic, resource))
      return []
    }
  })
  const edits = editsOf(documents, changes, (document, group) => ({
    edits: writeAll({ document, changes: group.map(({ change }) => change) }),
    diagnostics: [],
  }))
  return { byFile: edits.byFile, diagnostics: [...notes, ...edits.diagnostics], taken: changes.map(({ workload }) => workload.resource) }
}

/** The error about a workload that neither its record nor a status can take an injection off. */
function unusable(resource: Resource): Diagnostic {
  const message = `the annotation ${RECORD} cannot be used, and there is no status of Istio from which the injection could be removed`
  const hint = 'restore the annotation from Git; without it, remove the injected parts by hand'
  return locate({ code: 'record-invalid', severity: 'error', message, hint, field: ['metadata', 'annotations', RECORD] }, resource)
}

/** Warnings about injected workloads without a record. */
function unrecorded({ documents }: ReadResult, workloads: readonly Workload[]): Diagnostic[] {
  const injected = workloads.filter(workload => recordText(workload.resource.value) === undefined && isWithStatus(workload))
  return injected.map(workload => encryptedRefusal(workload.resource, documents) ?? recordMissing(workload))
}

function isWithStatus({ resource, podPath }: Pick<Workload, 'resource' | 'podPath'>): boolean {
  try {
    return takeOffByStatus(resource.value, podPath).value !== resource.value
  } catch (error) {
    if (error instanceof InjectError) return true
    throw error
  }
}

function recordMissing({ resource }: Workload): Diagnostic {
  const message = `this workload is injected, but it has no annotation ${RECORD} from which the injection could be removed`
  const hint = 'remove it with `inject-sidecars uninject --from-status` (in a function config: `action: UninjectFromStatus`)'
  return locate({ code: 'record-missing', severity: 'error', message, hint }, resource)
}

function unconfirmedStatus(parts: readonly string[], field: FieldPath): InjectError {
  const message = `the annotation ${STATUS} lists parts that nothing else shows to be injected: ${listedParts(parts)}`
  const hint =
    'if custom templates of Istio added them, use `--trust-record`, which removes them; else remove these names from the annotation, or restore it from Git'
  return new InjectError({ code: 'record-forged', message, hint, field })
}

function moved(diagnostic: Diagnostic, inInput: (at: Position) => Position): Diagnostic {
  return diagnostic.at === undefined ? diagnostic : { ...diagnostic, at: inInput(diagnostic.at) }
}
