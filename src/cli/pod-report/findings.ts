// Assigns findings to workloads for the page. Findings about a namespace are also shown with its workloads.

import type { PageFinding } from '#pages'
import { type Diagnostic, describe, type FieldPath, type Position, type ResourceRef, type Workload } from '../../lib/model/index.ts'
import { findingPosition } from '../report/report.ts'

/** A finding, and the field of its resource. */
export interface PlacedFinding {
  readonly finding: PageFinding
  readonly field: FieldPath | undefined
}

export interface PlacedFindings {
  /** The findings of a workload, then those of its namespace. */
  readonly of: (workload: Workload) => readonly PlacedFinding[]
  /** Those of no workload. */
  readonly others: readonly PageFinding[]
}

/** Distributes the findings over the workloads. Of two workloads with one name, the one in the finding's file gets it. */
export function findingsOf(
  diagnostics: readonly Diagnostic[],
  workloads: readonly Workload[],
  positionInInput: (position: Position) => Position,
): PlacedFindings {
  const named = new Map<string, Workload[]>()
  for (const workload of workloads) add(named, keyOf(workload.resource.ref), workload)
  const placed = new Map<Workload, PlacedFinding[]>()
  const namespaces = new Map<string, PlacedFinding[]>()
  const others: PageFinding[] = []
  for (const diagnostic of diagnostics) {
    const { resource, field } = diagnostic
    const candidates = resource === undefined ? [] : (named.get(keyOf(resource)) ?? [])
    const workload = nearest(candidates, diagnostic, positionInInput)
    if (workload !== undefined) {
      add(placed, workload, { finding: findingData(diagnostic, ''), field })
      continue
    }
    const finding = findingData(diagnostic, resource === undefined ? '' : describe(resource))
    others.push(finding)
    if (resource?.kind === 'Namespace') add(namespaces, resource.name, { finding, field: undefined })
  }
  return { of: workload => [...(placed.get(workload) ?? []), ...(namespaces.get(workload.namespace) ?? [])], others }
}

function add<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const known = lists.get(key)
  if (known === undefined) lists.set(key, [item])
  else known.push(item)
}

function keyOf(ref: ResourceRef): string {
  return `${ref.apiVersion} ${describe(ref)}`
}

/** The workload with a name that begins last in the finding's file before the finding. */
function nearest(candidates: readonly Workload[], { at: position }: Diagnostic, positionInInput: (position: Position) => Position): Workload | undefined {
  if (candidates.length < 2 || position === undefined) return candidates[0]
  const starts = candidates.map(({ resource }) => positionInInput(resource.source.positionOf(resource.path)))
  const i = starts.findLastIndex(({ file, line }) => file === position.file && line <= position.line)
  return candidates[i] ?? candidates[0]
}

function findingData(diagnostic: Diagnostic, of: string): PageFinding {
  const { severity, code, message, hint } = diagnostic
  const place = findingPosition(diagnostic)
  return {
    ...{ severity, code, of, message: message.trim(), hint: hint?.trim().split('\n') ?? [] },
    ...{ file: place?.path ?? '', line: place?.at?.line ?? 0, column: place?.at?.column ?? 0 },
  }
}
