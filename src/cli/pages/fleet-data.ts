// Encodes the data of the fleet page: workloads are short lists, and texts are indexes into one list of texts, so that 500 workloads take far less than a megabyte.

import type { FleetDrift, FleetFinding, FleetReport, FleetWorkload } from '../../fleet/types.ts'

/** The number of a text in `FleetData.texts`; 0 is the empty text. */
export type TextId = number

export interface FleetData {
  readonly texts: readonly string[]
  readonly rows: readonly FleetRow[]
}

/** A workload. `native`: 1 for a native sidecar, 0 for a container, -1 where there is no proxy. */
export type FleetRow = readonly [
  source: TextId,
  namespace: TextId,
  kind: TextId,
  name: string,
  file: TextId,
  line: number,
  state: TextId,
  version: TextId,
  image: TextId,
  native: 1 | 0 | -1,
  revision: TextId,
  injectors: readonly TextId[],
  policies: readonly TextId[],
  why: readonly TextId[],
  sidecars: readonly SidecarRow[],
  findings: readonly FindingRow[],
  drift: DriftRow | 0,
]

export type SidecarRow = readonly [name: TextId, image: TextId, native: 1 | 0]
export type FindingRow = readonly [severity: TextId, code: TextId, message: TextId, hint: TextId, file: TextId, line: number]
export type DriftRow = readonly [pods: number, same: number, groups: readonly DriftGroupRow[]]
export type DriftGroupRow = readonly [kind: TextId, pods: number, names: readonly string[], differences: readonly TextId[]]

/**
 * The page's data for a report.
 * @example fleetData(report).rows.length // 5000
 */
export function fleetData({ workloads }: FleetReport): FleetData {
  const ids = new Map<string, TextId>([['', 0]])
  const id = (text: string | undefined): TextId => {
    const known = ids.get(text ?? '')
    if (known !== undefined) return known
    ids.set(text ?? '', ids.size)
    return ids.size - 1
  }
  const rows = workloads.map(workload => rowOf(workload, id))
  return { texts: [...ids.keys()], rows }
}

type Id = (text: string | undefined) => TextId

function rowOf({ proxy, drift, ...workload }: FleetWorkload, id: Id): FleetRow {
  return [
    id(workload.source),
    id(workload.namespace),
    id(workload.kind),
    workload.name,
    id(workload.file),
    workload.line ?? 0,
    id(workload.state),
    id(proxy === undefined ? '' : (proxy.version ?? 'unknown')),
    id(proxy?.image),
    proxy === undefined ? -1 : proxy.native ? 1 : 0,
    id(workload.revision),
    workload.injectors.map(id),
    workload.policies.map(id),
    workload.why.map(id),
    workload.sidecars.map(({ name, image, native }): SidecarRow => [id(name), id(image), native ? 1 : 0]),
    workload.findings.map(finding => findingRow(finding, id)),
    drift === undefined ? 0 : driftRow(drift, id),
  ]
}

function findingRow({ severity, code, message, hint, file, line }: FleetFinding, id: Id): FindingRow {
  return [id(severity), id(code), id(message), id(hint), id(file), line ?? 0]
}

function driftRow({ pods, same, groups }: FleetDrift, id: Id): DriftRow {
  return [pods, same, groups.map(({ kind, pods: differing, names, differences }): DriftGroupRow => [id(kind), differing, names, differences.map(id)])]
}
