// Removes an injection without a record: one by `istioctl kube-inject`, by the live webhook, or by this program if the record was lost.

import { workloadOf } from '../lib/istio/owner.ts'
import { nameOf, type Pod } from '../lib/k8s/pod.ts'
import { at, type Diagnostic, equal, type FieldPath, InjectError, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'
import { RECORD } from './record.ts'
import { checkClaims } from './status-claims.ts'
import { type Note, type StatusFacts, statusFacts } from './status-facts.ts'
import { restoredMetadata } from './status-metadata.ts'
import { firstApplication, restoredSpec } from './status-spec.ts'

export interface TakenOffByStatus {
  /** The workload as it most likely was; the input itself when nothing is injected in it. */
  readonly value: JsonObject
  /** Findings about uncertain parts without a record: warnings if they matter, infos if the result means the same. Fields are relative to the workload's root. */
  readonly notes: readonly Diagnostic[]
  /** Parts that stay, because the status lists them but they have no name of Istio's: `spec.containers[log-shipper]`. None if the status is trusted. */
  readonly doubtful: readonly string[]
}

export interface StatusOptions {
  /** Whether API server defaults are left out of restored probes, for manifests. */
  readonly leaveOutDefaults?: boolean
  /** Whether everything that the status lists is removed. Otherwise only parts with the names of Istio's templates are, and volumes that only those mount. */
  readonly trustsStatus?: boolean
}

/**
 * Removes an injection by what Istio itself leaves on a pod: the status, the overrides, and the environment of its agent (docs/uninject.md).
 * Anyone may have written the status.
 * @throws InjectError `annotation-invalid` when the status or the overrides cannot be read, `record-forged` when the status names what is the user's
 * @example takeOffByStatus(deployment, ['spec', 'template']).value
 */
export function takeOffByStatus(
  workload: JsonObject,
  podPath: FieldPath,
  { leaveOutDefaults = false, trustsStatus = false }: StatusOptions = {},
): TakenOffByStatus {
  const notes: Diagnostic[] = []
  const doubtful: string[] = []
  const doubt = trustsStatus ? undefined : (part: string) => doubtful.push(part)
  const name = podPath.length === 0 ? undefined : nameOf(at(workload, ['metadata']))
  let value = workload
  for (const metadataPath of metadataPaths(podPath)) {
    const options: Options = { podPath, metadataPath, name, leaveOutDefaults, doubt, note: note => notes.push(note) }
    value = takeOffPod(value, options)
  }
  return { value: value === workload ? workload : withoutRecord(value), notes, doubtful }
}

/** Paths at which injection writes pod metadata; for a CronJob kube-inject writes it on the jobs (istio-rules.md, 3.1). */
function metadataPaths(podPath: FieldPath): FieldPath[] {
  const own = [...podPath, 'metadata']
  const job = podPath.slice(0, -2)
  return equal([...podPath], CRON_JOB) ? [own, [...job, 'metadata']] : [own]
}

const CRON_JOB: Json[] = ['spec', 'jobTemplate', 'spec', 'template']

interface Options {
  readonly podPath: FieldPath
  readonly metadataPath: FieldPath
  /** Absent for a Pod, which may have an owner. */
  readonly name: string | undefined
  readonly leaveOutDefaults: boolean
  readonly doubt: StatusFacts['doubt']
  readonly note: Note
}

function takeOffPod(workload: JsonObject, { podPath, metadataPath, name, leaveOutDefaults, doubt, note }: Options): JsonObject {
  const specPath = [...podPath, 'spec']
  const [metadata, spec] = [at(workload, metadataPath), at(workload, specPath)]
  if (!isObject(metadata) || !isObject(spec)) return workload
  const pod: Pod = { metadata, spec }
  const facts = located(metadataPath, () => statusFacts(pod))
  if (facts === undefined) return workload
  located(metadataPath, () => checkClaims(pod, { ...facts, doubt }, note))
  const restored = restoredSpec(spec, { ...facts, leaveOutDefaults, doubt }, { note, field: specPath })
  const workloadName = name ?? workloadOf(pod).name
  const left = restoredMetadata(metadata, { ...facts, workloadName, application: firstApplication(restored, facts), note, field: metadataPath })
  return replaced(replaced(workload, specPath, restored), metadataPath, Object.keys(left).length > 0 ? left : undefined)
}

/** Converts the field of an error, which is relative to the pod, to the workload; the pod's metadata may be elsewhere. */
function located<Result>(metadataPath: FieldPath, step: () => Result): Result {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof InjectError) || error.diagnostic.field === undefined) throw error
    throw new InjectError({ ...error.diagnostic, field: [...metadataPath.slice(0, -1), ...error.diagnostic.field] }, { cause: error })
  }
}

/** Replaces or removes the part at `path`, all of whose steps exist. */
function replaced(value: JsonObject, path: FieldPath, by: Json | undefined): JsonObject {
  const [step, ...rest] = path
  const result: JsonObject = {}
  for (const [key, child] of Object.entries(value)) {
    const after = key !== step ? child : rest.length === 0 ? by : isObject(child) ? replaced(child, rest, by) : child
    if (after !== undefined) set(result, key, after)
  }
  return result
}

/** Removes a record that could not be used. */
function withoutRecord(workload: JsonObject): JsonObject {
  const annotations = at(workload, ['metadata', 'annotations'])
  if (!isObject(annotations) || !Object.hasOwn(annotations, RECORD)) return workload
  const { [RECORD]: _record, ...rest } = annotations
  return replaced(workload, ['metadata', 'annotations'], Object.keys(rest).length > 0 ? rest : undefined)
}
