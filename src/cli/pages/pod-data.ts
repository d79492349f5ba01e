// The types of the pod page's data. Texts, origins, lines, traces and findings occur once and are referred to by index; each pod is a few lists of numbers.

/** The kind of a line's writer, which decides its colour and sign. `carried`: a line of an earlier injection that the manifest still has. */
export type WriterKind = 'user' | 'carried' | 'template' | 'own' | 'policy' | 'rule' | 'lock' | 'server' | 'controller'

/** Writers of injection: a line of theirs is a change. */
export const CHANGING: ReadonlySet<string> = new Set<WriterKind>(['template', 'own', 'policy', 'rule', 'lock'])

/** Writers that may write against each other, or against the user. Rules of Istio and the API server complete what others wrote. */
export const RIVALS: ReadonlySet<string> = new Set<WriterKind>(['template', 'own', 'policy'])

/** Writers of lines that the manifest has. */
export const MANIFEST: ReadonlySet<string> = new Set<WriterKind>(['user', 'carried'])

/** The states of workloads, the most severe first. `changed`: by policies only. */
export const POD_STATES = ['error', 'outdated', 'missing', 'injected', 'changed', 'unchanged'] as const
export type PodState = (typeof POD_STATES)[number]

/** Numbers in a text: see numbers.ts. */
export type Numbers = string

export interface PodData {
  /** The parts of which texts consist. */
  readonly parts: readonly string[]
  /** The number and indexes of the parts of each text. Texts of lines have no indentation. */
  readonly texts: Numbers
  readonly writers: readonly WriterData[]
  /** The number of writers of each origin, and index and line of each writer; the last one wrote the value. Line 0 means no line. */
  readonly origins: Numbers
  /** Indentation, text, origin, and who replaced the line plus 1, or 0; four numbers for each line. */
  readonly lines: Numbers
  /** The length and numbers of each list: lines of traces, writers of pods. */
  readonly lists: Numbers
  readonly sources: readonly SourceData[]
  readonly findings: readonly FindingData[]
  /** The indexes of findings that are about no workload. */
  readonly others: readonly number[]
  readonly pods: readonly PodEntry[]
}

export interface WriterData {
  readonly kind: WriterKind
  readonly label: string
  /** Index of a source, or what it is in a sentence. */
  readonly source?: number
  readonly about?: string
}

/** The text of a template, or the manifest of a policy. */
export interface SourceData {
  readonly title: string
  /** Position of its first line: `istio.yaml:12`; empty if it is not known. */
  readonly file: string
  /** The number in the file of its first line. */
  readonly start: number
  readonly lines: readonly string[]
  /** The line that shows what it does, counted from 1; 0 for none. */
  readonly main: number
  /** The source of the binding, for a policy. */
  readonly binding?: number
}

export type PodEntry = readonly [
  /** The numbers of `POD_FACTS`, then the texts of its images. */
  facts: Numbers,
  /** Its lines; see line-stream.ts. */
  stream: Numbers,
  /** The manifest's line of each line that the user wrote or that the manifest carries, as signed difference to the previous one; a stream. */
  yours: Numbers,
  /** Lines of the manifest that its trace names, as signed differences to where it begins. */
  marked: Numbers,
  /** Where the pod is compared with what its manifest carries: the lines that differ, each as difference to the one before. */
  differing: Numbers,
  /** Indentation and text of each line of the manifest's pod template; a stream. */
  excerpt: Numbers,
  /** Index of each finding, and the index of the line that it means plus 1, or 0. */
  findings: Numbers,
]

/** The first numbers of a pod's facts. `line` 0 is not known; `by`, `policies` and `template` are texts; `trace` and `writers` are lists. */
export const POD_FACTS = [
  ...(['kind', 'namespace', 'name', 'file', 'line', 'template', 'state', 'by', 'policies', 'trace'] as const),
  ...(['writers', 'changed', 'contested', 'compared', 'excerptStart', 'mark'] as const),
] as const
export type PodFact = (typeof POD_FACTS)[number]

/** Texts by their indexes. */
export type FindingData = readonly [
  severity: number,
  code: number,
  message: number,
  hint: readonly number[],
  /** `Namespace shop`, where it is not the workload that it stands with. */
  of: number,
  file: number,
  /** Line and column; 0 where they are not known. */
  line: number,
  column: number,
]

export const SEVERITIES = ['error', 'warning', 'info'] as const
