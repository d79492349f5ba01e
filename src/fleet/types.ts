// The types of a fleet's report: the workloads of one or many repositories with their sidecars. All values are plain and equal to the JSON form
// (fn-config/report.schema.json).

import type { Severity } from '../lib/model/index.ts'

/** Version of the JSON form. New fields need no new version; existing fields keep their name and meaning. */
export const FLEET_SCHEMA = 1

/**
 * The states of workloads, those that need attention first:
 * - `error`: it should be injected and cannot be, or whether it should cannot be decided.
 * - `conflict`: two injectors or two webhooks contradict each other.
 * - `outdated`: it is injected in Git, and injecting it now gives something else.
 * - `at-render`: it is not injected in Git, and injection would inject it.
 * - `injected`: it is injected in Git, and up to date.
 * - `not-injected`: nothing injects it.
 */
export const STATES = ['error', 'conflict', 'outdated', 'at-render', 'injected', 'not-injected'] as const

export type State = (typeof STATES)[number]

/** Display name of a state. */
export const STATE_NAMES: Readonly<Record<State, string>> = {
  error: 'Error',
  conflict: 'Conflict',
  outdated: 'Outdated',
  'at-render': 'Injected at render',
  injected: 'Injected in Git',
  'not-injected': 'Not injected',
}

export interface FleetReport {
  readonly workloads: readonly FleetWorkload[]
  /** Findings that are not about a single workload: configuration, files. */
  readonly findings: readonly FleetFinding[]
  /** Of a comparison with running pods; absent where there was none. */
  readonly pods?: FleetPods
}

export interface FleetPods {
  readonly pods: number
  /** Finished, or being deleted: not compared. */
  readonly ended: number
  /** Number of pods of no workload in the report. */
  readonly others: number
}

export interface FleetWorkload {
  /** The report from which the workload comes: a repository, a cluster. */
  readonly source?: string
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  /** `migrate-*` for a generated name. */
  readonly name: string
  /** Position of the name; absent for standard input. */
  readonly file?: string
  readonly line?: number
  readonly state: State
  /** Sentences: why it is injected, or not. */
  readonly why: readonly string[]
  /** The revision of Istio; absent if Istio does not inject it. */
  readonly revision?: string
  /** Istio's proxy; absent where there is none. */
  readonly proxy?: FleetProxy
  /** The other injected containers that run beside the workload's own. */
  readonly sidecars: readonly FleetSidecar[]
  /** `istio/default`, `own/log-shipper`. */
  readonly injectors: readonly string[]
  /** Names of the MutatingAdmissionPolicies that change it. */
  readonly policies: readonly string[]
  readonly findings: readonly FleetFinding[]
  /** Differences of its running pods; absent if they were not compared. */
  readonly drift?: FleetDrift
}

export interface FleetSidecar {
  readonly name: string
  readonly image: string
  /** Whether it is an init container that keeps running. */
  readonly native: boolean
}

export interface FleetProxy {
  readonly image: string
  /** The version in the image's tag, without the variant; absent if there is only a digest. */
  readonly version?: string
  readonly native: boolean
}

export interface FleetFinding {
  readonly source?: string
  readonly severity: Severity
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly file?: string
  readonly line?: number
}

export interface FleetDrift {
  /** Number of compared pods. */
  readonly pods: number
  /** Number of pods that are as rendered. */
  readonly same: number
  readonly groups: readonly FleetDriftGroup[]
}

/** Pods that differ in the same way. */
export interface FleetDriftGroup {
  /** `not-injected`, `other-webhook`, `other-version`, `other-configuration`, `edited`. */
  readonly kind: string
  readonly pods: number
  /** The first few. */
  readonly names: readonly string[]
  /** `spec.containers[istio-proxy].image: rendered "…", running "…"`; the first few. */
  readonly differences: readonly string[]
}
