// What goes into an injection and what comes out of it, as programs see it.

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
  /** Instead of the one that the function config asks for. */
  readonly action?: Action
  /** The namespace of workloads that name none, instead of the function config's `cluster.defaultNamespace`. */
  readonly namespace?: string
  /** The same where neither says one. */
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
  /** Also what has no record, or a damaged one, as well as it can be done. */
  readonly fromStatus?: boolean
}

export interface UninjectResult extends Pick<InjectResult, 'files' | 'diagnostics'> {
  /** Those that were injected. */
  readonly taken: readonly Resource[]
}
