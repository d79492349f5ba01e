// Findings for the page: with the workload that they are about and the line of its pod that they mean, or by themselves.

import type { PageFinding } from '#pages'
import { pathIn } from '../../lib/k8s/element-names.ts'
import { at, type Diagnostic, describe, type FieldPath, type Json, type Position, type ResourceRef, type Workload } from '../../lib/model/index.ts'
import type { DiffLine } from '../../origins/origins.ts'
import { placeOf } from '../report/report.ts'

export interface PlacedFindings {
  readonly of: (workload: Workload, finished: Finished) => PageFinding[]
  /** Those of no workload. */
  readonly others: readonly PageFinding[]
}

interface Finished {
  readonly lines: readonly DiffLine[]
  readonly pod: Json | undefined
}

/** Distributes the findings over the workloads. Each is shown once; of two workloads by one name, the one in the finding's file has it. */
export function findingsOf(diagnostics: readonly Diagnostic[], workloads: readonly Workload[], placeInInput: (position: Position) => Position): PlacedFindings {
  const named = new Map<string, Workload[]>()
  for (const workload of workloads) {
    const key = keyOf(workload.resource.ref)
    const known = named.get(key)
    if (known === undefined) named.set(key, [workload])
    else known.push(workload)
  }
  const placed = new Map<Workload | undefined, Diagnostic[]>()
  for (const diagnostic of diagnostics) {
    const candidates = diagnostic.resource === undefined ? [] : (named.get(keyOf(diagnostic.resource)) ?? [])
    const workload = nearest(candidates, diagnostic, placeInInput)
    const known = placed.get(workload)
    if (known === undefined) placed.set(workload, [diagnostic])
    else known.push(diagnostic)
  }
  return {
    of: (workload, finished) => (placed.get(workload) ?? []).map(diagnostic => findingData(diagnostic, lineOf(diagnostic, workload, finished), '')),
    others: (placed.get(undefined) ?? []).map(diagnostic =>
      findingData(diagnostic, -1, diagnostic.resource === undefined ? '' : describe(diagnostic.resource)),
    ),
  }
}

function keyOf(ref: ResourceRef): string {
  return `${ref.apiVersion} ${describe(ref)}`
}

/** Of workloads by one name, the last one that begins in the finding's file before it. */
function nearest(candidates: readonly Workload[], { at: position }: Diagnostic, placeInInput: (position: Position) => Position): Workload | undefined {
  if (candidates.length < 2 || position === undefined) return candidates[0]
  const starts = candidates.map(({ resource }) => placeInInput(resource.source.positionOf(resource.path)))
  const i = starts.findLastIndex(({ file, line }) => file === position.file && line <= position.line)
  return candidates[i] ?? candidates[0]
}

function findingData(diagnostic: Diagnostic, line: number, of: string): PageFinding {
  const { severity, code, message, hint } = diagnostic
  const place = placeOf(diagnostic)
  const shown = place === undefined ? '' : place.at === undefined ? place.path : `${place.path}:${place.at.line}:${place.at.column}`
  return {
    severity,
    code,
    message: message.trim(),
    hint: hint?.trim().split('\n') ?? [],
    ...(of === '' ? {} : { of }),
    place: shown,
    line,
  }
}

/** The line of the finished pod that shows the field, or the nearest one around it; -1 where the field is not of the pod. */
function lineOf({ field }: Diagnostic, { resource, podPath }: Workload, { lines, pod }: Finished): number {
  const isOfPod = field !== undefined && field.length > podPath.length && podPath.every((step, i) => field[i] === step)
  if (!isOfPod || pod === undefined) return -1
  const inTemplate = field.slice(podPath.length)
  for (let length = inTemplate.length; length > 0; length--) {
    const path = pathIn(pod, at(resource.value, podPath) ?? null, inTemplate.slice(0, length))
    const index = path === undefined ? -1 : lines.findIndex(line => line.replacedBy === undefined && samePath(line.path, path))
    if (index >= 0) return index
  }
  return -1
}

/** Whether the line begins the value at the path: of an element of a list, its first field. */
function samePath(line: FieldPath, path: FieldPath): boolean {
  const isElement = typeof path.at(-1) === 'number'
  return path.every((step, i) => line[i] === step) && (line.length === path.length || (isElement && line.length > path.length))
}
