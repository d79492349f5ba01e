// The data of a report, before it has a format. Each format is a function from this data to text.

import { type Decision, type Diagnostic, type Json, type Position, visible } from '../../lib/model/index.ts'

export interface Report {
  /** `check`, `explain` … */
  readonly command: string
  /** The worst first. */
  readonly findings: readonly Diagnostic[]
  /** The files that were looked at, in order. */
  readonly files: readonly FileReport[]
  /** Of `explain` only. */
  readonly explained?: Explained
  /** The text of the pod page, of commands that look at pods. */
  readonly pods?: () => string
}

export interface FileReport {
  readonly path: string
  /** Whether the command changed it, or would. */
  readonly changed: boolean
}

/** Decisions, and what the formats that know nothing of them show instead. */
export interface Explained {
  readonly decisions: readonly Decision[]
  readonly table: string
  readonly json: Json
}

/** `coloured` is for a terminal, and for text only. */
export type FormatReport = (report: Report, options?: { readonly coloured: boolean }) => string

/** The file, and the place in it where that is known. An item of a ResourceList is named by the file that it came from, in which no line is known. */
export function placeOf({ file, at }: Diagnostic): { readonly path: string; readonly at?: Position } | undefined {
  if (file !== undefined) return { path: file.path }
  // Standard input and the like are not files.
  return at === undefined || at.file.startsWith('<') ? undefined : { path: at.file, at }
}

/** The message with its hint. */
export function textOf({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message}\n${hint}`
}

/** The message, then each line of the hint, every one of them a text that steers nothing. */
export function visibleLinesOf({ message, hint }: Diagnostic): string[] {
  return [visible(message.trim()), ...(hint === undefined ? [] : hint.trim().split('\n').map(visible))]
}
