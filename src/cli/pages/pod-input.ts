// The types of the pod page's input: the data of each workload, before texts are shared.

import type { PodState, WriterKind } from './pod-data.ts'

export interface PageWriter {
  readonly kind: WriterKind
  readonly label: string
  /** The key of a source. */
  readonly source?: string
  /** Description, if there is no source. */
  readonly about?: string
}

export interface PageLine {
  readonly text: string
  /** All writers of the value in order. */
  readonly origins: readonly { readonly writer: PageWriter; readonly line?: number }[]
  readonly replacedBy?: PageWriter
  /** The line of the manifest, of what the user wrote. */
  readonly manifestLine?: number
}

export interface PagePod {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly template: string
  /** The injectors: `Istio (revision default) with template sidecar`; '' for none. */
  readonly by: string
  /** The policies that change the workload; '' for none. */
  readonly policies: string
  /** The trace as in `explain --trace`; the indentation shows the level. */
  readonly trace: readonly string[]
  /** What stands in the trace for a line of the workload's file, and the lines in their order. */
  readonly mark: string
  readonly marked: readonly number[]
  readonly lines: readonly PageLine[]
  /** The lines that differ from what the manifest carries, by index; absent where it carries no injection, or is as it would be injected. */
  readonly differing?: readonly number[]
  /** The manifest's lines of the pod template. */
  readonly excerpt?: { readonly start: number; readonly lines: readonly string[] }
}

export interface PageSource {
  readonly title: string
  readonly file: string
  readonly start: number
  readonly lines: readonly string[]
  readonly main: number
  /** The key of the binding's source. */
  readonly binding?: string
}

export interface PageFinding {
  readonly severity: 'error' | 'warning' | 'info'
  readonly code: string
  readonly message: string
  /** The lines of the hint. */
  readonly hint: readonly string[]
  /** `Namespace shop`, where it is not the workload that it stands with; '' otherwise. */
  readonly of: string
  readonly file: string
  /** Line and column; 0 where they are not known. */
  readonly line: number
  readonly column: number
}

/** The data that is known once every workload has been processed. */
export interface PodPageEnd {
  /** State and findings of each pod, in the order in which they were added. */
  readonly pods: readonly { readonly state: PodState; readonly findings: readonly { readonly finding: PageFinding; readonly line: number }[] }[]
  readonly sources: ReadonlyMap<string, PageSource>
  /** Findings about anything but workloads. */
  readonly others: readonly PageFinding[]
}

/** Builds the page pod by pod, and keeps only their encoded lines. */
export interface PodPageWriter {
  readonly add: (pod: PagePod) => void
  /** The text of the page. */
  readonly page: (end: PodPageEnd) => string
}
