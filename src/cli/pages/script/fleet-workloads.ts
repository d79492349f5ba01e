// Decodes the workloads of the fleet page's data.

import type { DriftRow, FindingRow, FleetData, SidecarRow, TextId } from '../fleet-data.ts'
import { pageData } from './dom.ts'

export interface Finding {
  readonly severity: string
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly where: string
}

export interface DriftGroup {
  readonly kind: string
  readonly pods: number
  readonly names: readonly string[]
  readonly differences: readonly string[]
}

export interface Drift {
  readonly pods: number
  readonly same: number
  readonly groups: readonly DriftGroup[]
}

export interface Workload {
  readonly source: string
  readonly namespace: string
  readonly kind: string
  readonly name: string
  readonly where: string
  readonly state: string
  /** '' if there is no proxy. */
  readonly version: string
  readonly image: string
  /** Undefined if there is no proxy. */
  readonly native: boolean | undefined
  readonly revision: string
  readonly injectors: readonly string[]
  readonly policies: readonly string[]
  readonly why: readonly string[]
  readonly sidecars: readonly { readonly name: string; readonly image: string; readonly native: boolean }[]
  readonly findings: readonly Finding[]
  readonly drift: Drift | undefined
  /** Text that the filter searches, in lower case. */
  readonly text: string
}

export function readWorkloads(): readonly Workload[] {
  const { texts, rows } = pageData<FleetData>()
  const textOf = (id: TextId) => texts[id] ?? ''
  const locationText = (file: TextId, line: number) => (file === 0 ? '' : `${textOf(file)}${line === 0 ? '' : `:${line}`}`)
  const findingOf = ([severity, code, message, hint, file, line]: FindingRow): Finding => ({
    ...{ severity: textOf(severity), code: textOf(code), message: textOf(message), hint: textOf(hint) },
    where: locationText(file, line),
  })
  const sidecarOf = ([name, image, native]: SidecarRow) => ({ name: textOf(name), image: textOf(image), native: native === 1 })
  const driftOf = ([pods, same, groups]: DriftRow): Drift => ({
    pods,
    same,
    groups: groups.map(([kind, differing, names, differences]) => ({ kind: textOf(kind), pods: differing, names, differences: differences.map(textOf) })),
  })
  return rows.map(row => {
    const [source, namespace, kind, name, file, line, state, version, image, native, revision, injectors, policies, why, sidecars, findings, drift] = row
    const workload = {
      ...{ source: textOf(source), namespace: textOf(namespace), kind: textOf(kind), name, where: locationText(file, line), state: textOf(state) },
      ...{ version: textOf(version), image: textOf(image), native: native === -1 ? undefined : native === 1, revision: textOf(revision) },
      ...{ injectors: injectors.map(textOf), policies: policies.map(textOf), why: why.map(textOf) },
      ...{ sidecars: sidecars.map(sidecarOf), findings: findings.map(findingOf), drift: drift === 0 ? undefined : driftOf(drift) },
    }
    return { ...workload, text: searched(workload) }
  })
}

function searched(workload: Omit<Workload, 'text'>): string {
  const { source, namespace, kind, name, where, version, image, revision, injectors, policies, sidecars, findings } = workload
  const others = [
    ...injectors,
    ...policies,
    ...sidecars.flatMap(sidecar => [sidecar.name, sidecar.image]),
    ...findings.flatMap(({ code, message }) => [code, message]),
  ]
  return [`${kind} ${namespace}/${name}`, source, where, version, image, revision, ...others].join(' ').toLowerCase()
}
