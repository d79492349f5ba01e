// The data of the pod page. Texts, origins and lines are there once and are named by their index; each pod is a run of lines (line-stream.ts).

/** Whose a line is: decides its colour and sign. */
export type WriterKind = 'user' | 'template' | 'own' | 'policy' | 'rule' | 'lock' | 'server' | 'controller'

/** `injected` and `changed` (by policies alone) change the pod; `error` forbids it. */
export type PodState = 'injected' | 'changed' | 'unchanged' | 'error'

export interface PodData {
  readonly texts: readonly string[]
  readonly writers: readonly WriterData[]
  /** Each is writer, line, writer, line …; the last one wrote the value. Line 0 means no line. */
  readonly origins: readonly (readonly number[])[]
  /** Text, origin, and who replaced the line plus 1, or 0; three numbers for each line. */
  readonly lines: readonly number[]
  readonly sources: readonly SourceData[]
  readonly pods: readonly PodEntry[]
  /** Findings about anything but workloads. */
  readonly findings: readonly FindingData[]
}

export interface WriterData {
  readonly kind: WriterKind
  readonly label: string
  /** Index of a source, or what it is in a sentence. */
  readonly source?: number
  readonly about?: string
}

/** A template's text, or the manifest of a policy. */
export interface SourceData {
  readonly title: string
  /** Position of its first line: `istio.yaml:12`; empty if it is not known. */
  readonly file: string
  /** The number in the file of its first line. */
  readonly start: number
  readonly lines: readonly string[]
  /** The line that shows what it does, counted from 1; 0 for none. */
  readonly main: number
  /** Of a policy: the source of its binding. */
  readonly binding?: number
}

export interface PodEntry {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** First line; 0 if it is not known. */
  readonly line: number
  /** The path of the pod template in the workload, as index of a text that is empty for a Pod. */
  readonly template: number
  readonly state: PodState
  /** Indexes of texts. */
  readonly summary: number
  readonly because: number
  readonly trace: readonly number[]
  /** Entries of the trace for lines of the workload's file, in order. */
  readonly mark?: string
  readonly marked: readonly number[]
  /** See line-stream.ts. */
  readonly stream: readonly number[]
  /** Of each line whose first writer is the user, the line in the manifest: as the difference to the one before, times two, or one more than that below zero; a stream. */
  readonly yours: readonly number[]
  readonly file: number
  readonly findings: readonly FindingData[]
}

/** Texts by their indexes. */
export interface FindingData {
  readonly severity: 'error' | 'warning' | 'info'
  readonly code: number
  readonly message: number
  /** By lines. */
  readonly hint: readonly number[]
  /** `Namespace shop`, where it is not the pod that it stands with. */
  readonly of?: string
  readonly place: string
  /** The index of the line in the pod, or -1. */
  readonly line: number
}
