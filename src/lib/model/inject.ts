// The input and the result of an injection, for programs that use the library.

import type { Decision } from './decision.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Action, RecordSetting } from './function-config.ts'
import type { Resource, SourceFile } from './resource.ts'

/** A KRM ResourceList, or manifests. */
export interface InjectInput {
  /** With its own function config. */
  readonly resourceList?: SourceFile
  readonly files?: readonly SourceFile[]
  /** A SidecarInjector or a ConfigMap; absent: as Istio would. */
  readonly functionConfig?: SourceFile
  /** Replaces the function config's own action. */
  readonly action?: Action
  /** The namespace of workloads that name none, instead of the function config's `cluster.defaultNamespace`. */
  readonly namespace?: string
  /** Used if neither names a namespace. */
  readonly assumedNamespace?: string
  /** Records are believed also where they take back what no injection can have changed; a warning names it. */
  readonly trustRecord?: boolean
  /** Instead of the function config's `record`. */
  readonly record?: RecordSetting
  /** Whether the text of this path stays where it will be injected again, which decides with `record: Auto`; absent: all `files` stay. */
  readonly staysInPlace?: (path: string) => boolean
  /** Gives the files of one entry of the function config's `sources`; absent where there is no file system. Throws InjectError. */
  readonly readSource?: (path: string) => readonly SourceFile[]
}

export interface InjectResult {
  /** The texts in the order of the input: injected, or as they were when there is an error. A ResourceList carries its results. */
  readonly files: readonly SourceFile[]
  /** One for each workload that could be read. */
  readonly decisions: readonly Decision[]
  /** The worst first. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface UninjectInput extends Pick<InjectInput, 'resourceList' | 'files' | 'functionConfig' | 'trustRecord'> {
  /** Also take off injections without a readable record, from Istio's status annotation, as completely as possible. */
  readonly fromStatus?: boolean
}

export interface UninjectResult extends Pick<InjectResult, 'files' | 'diagnostics'> {
  /** Those that were injected. */
  readonly taken: readonly Resource[]
}
