// The result of comparing running pods with rendered workloads: plain values, for every form of report.

import type { FieldPath, Json, Workload } from '../lib/model/index.ts'

/** The kinds of differences in order of precedence: the first one is the kind of the pod. */
export const DRIFT_KINDS = ['not-injected', 'other-webhook', 'other-version', 'other-configuration', 'edited'] as const

/**
 * - `not-injected`: none of the injected containers is there.
 * - `other-webhook`: injected by another revision, or by a webhook that is not in the rendered configuration.
 * - `other-version`: an injected container has another image.
 * - `other-configuration`: what is injected differs, the images are the same.
 * - `edited`: what the manifest says itself differs: edited in the cluster, or not rolled out.
 */
export type DriftKind = (typeof DRIFT_KINDS)[number]

/** One differing field; a side that does not have it is absent. */
export interface Difference {
  readonly kind: DriftKind
  /** Elements of lists by their names: `['spec', 'containers', 'web', 'image']`. */
  readonly path: FieldPath
  readonly rendered?: Json
  readonly running?: Json
}

/** Pods of one workload that differ in the same way. */
export interface DriftGroup {
  /** The first of the kinds of its differences. */
  readonly kind: DriftKind
  readonly differences: readonly Difference[]
  readonly pods: number
  /** The first few. */
  readonly names: readonly string[]
}

export interface WorkloadDrift {
  readonly workload: Workload
  /** Number of compared pods: neither finished nor being deleted. */
  readonly pods: number
  /** Number of pods that are as rendered. */
  readonly same: number
  readonly groups: readonly DriftGroup[]
}

export interface DriftReport {
  /** The workloads in the order of the manifests. */
  readonly workloads: readonly WorkloadDrift[]
  readonly pods: number
  /** Finished, or being deleted: not compared. */
  readonly ended: number
  /** Number of pods of other workloads than those of the manifests. */
  readonly others: number
}
