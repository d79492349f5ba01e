// Reports changes of a record that nothing in the manifest shows to be injected.

import { onceValue } from '../lib/go/sync.ts'
import {
  at,
  type Diagnostic,
  type FieldPath,
  isObject,
  type Json,
  type JsonObject,
  locate,
  type Resource,
  type Workload,
  warning,
  withValueAt,
} from '../lib/model/index.ts'
import { formatUnit, judgeRecord, RECORD, type Restoration, readRecord, recordText, type UnitPath, withoutRecord } from '../record/index.ts'
import { applyDifference } from '../write/apply-difference.ts'
import type { Change } from '../write/index.ts'
import { lostMounts } from './lost-mounts.ts'

export interface CheckedRecord {
  /** The workload after its record was taken off it. */
  readonly resource: Resource
  readonly podPath: FieldPath
  /** The workload with its injection and its record. */
  readonly present: Json
  /** The workload injected again; absent in a removal. */
  readonly again?: Json
  /** Injects a workload's value as `again` was; undefined where that fails. */
  readonly injectAgain?: (workload: Json) => Json | undefined
  /** The workload as the configuration would inject it now if every own injector selected it; undefined without a configuration. */
  readonly configured?: () => Json | undefined
  /** Whether a record that nothing in the manifest confirms is applied, with a warning (`--trust-record`). */
  readonly isTrusted: boolean
}

/** Errors `record-forged`, or warnings `record-trusted` and `mount-without-volume`, about an injection that was removed by its record. */
export function recordFindings({ resource, podPath, present, isTrusted, ...injection }: CheckedRecord): Diagnostic[] {
  const recorded = withoutRecord(present)
  if (!isObject(recorded)) return []
  const added = new Set(readRecord(recordText(present) ?? '').added)
  const { forged, trusted } = judgeRecord({ present: recorded, takenOff: resource.value, podPath, added, ...injection })
  const doubtful = isTrusted ? [...forged, ...trusted] : trusted
  const isReplaced = forged.every(({ was }) => was !== undefined)
  const hint = injection.again !== undefined ? INJECTION_HINT : isReplaced ? REPLACED_HINT : REMOVAL_HINT
  return [
    ...(forged.length === 0 || isTrusted ? [] : [locate(forgedRecord(forged, hint), resource)]),
    ...(doubtful.length === 0 ? [] : [locate(trustedRecord(doubtful), resource)]),
    ...lostMounts({ resource, podPath, before: recorded, after: injection.again ?? resource.value }),
  ]
}

const REMOVAL_HINT =
  'if the mesh, your own injectors or templates added this, give the configuration that did (files or folders, or `-f`); else restore the annotation from Git, or, if you know that the record is right, use `--trust-record`'
const REPLACED_HINT =
  'injection replaced or removed this, and no configuration shows what was there before: if you know that the record is right, use `--trust-record`; else restore the annotation from Git'
const INJECTION_HINT =
  'if the configuration has stopped adding this, or you know that the record is right, inject once with `--trust-record`; else restore the annotation from Git'

/** The paths of pod templates before any record was applied, because a record may remove a pod template. */
export function podPathsIn(original: readonly Workload[]): (resource: Resource) => FieldPath {
  const podPaths = onceValue(() => new Map(original.map(({ resource, podPath }) => [JSON.stringify(resource.ref), podPath])))
  // Of a kind that the function config does not name here.
  return ({ ref }) => podPaths().get(JSON.stringify(ref)) ?? ['spec', 'template']
}

function forgedRecord(forged: readonly Restoration[], hint: string): Diagnostic {
  const message = `the annotation ${RECORD} would change what nothing else shows to be injected: ${listed(forged)}`
  return { code: 'record-forged', severity: 'error', message, hint, field: ['metadata', 'annotations', RECORD] }
}

function trustedRecord(restored: readonly Restoration[]): Diagnostic {
  const message = `only the annotation ${RECORD} says that injection did this, and it is taken back: ${listed(restored)}`
  return warning({ code: 'record-trusted', message, field: ['metadata', 'annotations', RECORD] })
}

const MAX_LISTED = 10

function listed(restored: readonly Restoration[]): string {
  return listedParts(
    restored
      .slice(0, MAX_LISTED)
      .map(({ path, now, was }) => `${formatUnit(path)} ${was === undefined ? 'goes' : now === undefined ? 'comes back' : 'changes'}`),
    restored.length,
  )
}

/** Names of parts for a message; of many only the first. */
export function listedParts(parts: readonly string[], count = parts.length): string {
  const more = count - Math.min(parts.length, MAX_LISTED)
  return `${parts.slice(0, MAX_LISTED).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}

/** The workload with its pod template as injection made it, in the manifest's own spelling; the workload itself where nothing is injected. */
export function injectedValue({ resource }: Workload, change: Change | undefined): JsonObject {
  if (change === undefined) return resource.value
  const { before, after } = change
  const path = change.path.slice(resource.path.length)
  const raw = at(resource.value, path) ?? null
  const injected = before === undefined ? after : applyDifference({ raw, typed: before, final: after })
  return withValueAt(resource.value, path, injected) as JsonObject
}

/** Additions that nothing in the injected manifest marks as injected: containers of users' own templates, and their additions to the user's parts. */
export function addedBy({ before, after, podPath }: { readonly before: Json; readonly after: Json; readonly podPath: FieldPath }): string[] {
  if (!isObject(after)) return []
  const { forged } = judgeRecord({ present: after, takenOff: before, podPath, added: new Set(), looksAround: false })
  const isInPod = (path: UnitPath) => podPath.every((step, i) => path[i] === step)
  return forged.filter(({ was }) => was === undefined).map(({ path }) => formatUnit(isInPod(path) ? path.slice(podPath.length) : path))
}
