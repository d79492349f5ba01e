// The input of the pod page, before texts are shared: what the command line knows about each workload.

import type { FindingData, PodState, WriterKind } from './pod-data.ts'

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
  /** Everyone who wrote the value, the last one at the end. */
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
  readonly state: PodState
  readonly summary: string
  readonly because: string
  /** As `explain --trace` has it; the indentation is the level. */
  readonly trace: readonly string[]
  readonly mark?: string
  readonly marked: readonly number[]
  readonly lines: readonly PageLine[]
  readonly findings: readonly PageFinding[]
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

export interface PageFinding extends Omit<FindingData, 'code' | 'message' | 'hint'> {
  readonly code: string
  readonly message: string
  /** By lines. */
  readonly hint: readonly string[]
}

export interface PodPageInput {
  readonly pods: readonly PagePod[]
  readonly sources: ReadonlyMap<string, PageSource>
  readonly findings: readonly PageFinding[]
}
