// The input and the result of an injection, for programs that use the library.

import type { Decision } from './decision.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Action, RecordSetting } from './function-config.ts'
import type { Resource, SourceFile } from './resource.ts'

/** Input of an injection: a KRM ResourceList, or manifests. */
export interface InjectInput {
  /** A KRM ResourceList with its own function config, instead of `files`. */
  readonly resourceList?: SourceFile
  /** Manifests, with Istio's configuration among them or in `sources`. */
  readonly files?: readonly SourceFile[]
  /** A SidecarInjector or a ConfigMap. If absent, Istio's sidecars are injected as by its webhook. */
  readonly functionConfig?: SourceFile
  /** Replaces the function config's own action. */
  readonly action?: Action
  /** Namespace of workloads without `metadata.namespace`; overrides the function config's `cluster.defaultNamespace`. */
  readonly namespace?: string
  /** Namespace of workloads without one if neither `namespace` nor the function config sets it. */
  readonly assumedNamespace?: string
  /** Whether records are also applied to fields that injection cannot have changed; a warning lists these. */
  readonly trustRecord?: boolean
  /** Overrides the function config's `record`. */
  readonly record?: RecordSetting
  /** Whether the injected text of a path is kept and injected again, which decides with `record: Auto`. If absent, this holds for all `files`. */
  readonly staysInPlace?: (path: string) => boolean
  /**
   * Returns the files of one entry of the function config's `sources`. If absent, `sources` are an error.
   * @throws InjectError
   */
  readonly readSource?: (path: string) => readonly SourceFile[]
}

/** Result of an injection. */
export interface InjectResult {
  /** Texts in the order of the input: injected, or unchanged if there is an error. A ResourceList has `results`. */
  readonly files: readonly SourceFile[]
  /** One decision for each workload that could be read, with its reasons. */
  readonly decisions: readonly Decision[]
  /** Findings, sorted by severity, errors first. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Input of the removal of injections. */
export interface UninjectInput extends Pick<InjectInput, 'resourceList' | 'files' | 'functionConfig' | 'readSource' | 'trustRecord'> {
  /** Whether injections without a valid record are removed as well, by Istio's own annotations. */
  readonly fromStatus?: boolean
}

/** Result of the removal of injections. */
export interface UninjectResult extends Pick<InjectResult, 'files' | 'diagnostics'> {
  /** Resources whose injection was removed. */
  readonly taken: readonly Resource[]
}
