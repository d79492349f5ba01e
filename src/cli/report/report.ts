// The data of a report. Each format is a function from this data to text.

import { type Decision, type Diagnostic, type Json, type Position, visible } from '../../lib/model/index.ts'

export interface Report {
  /** `check`, `explain` … */
  readonly command: string
  /** The most severe first. */
  readonly findings: readonly Diagnostic[]
  /** The processed files in order. */
  readonly files: readonly FileReport[]
  /** The decisions of `explain`. */
  readonly explained?: Explained
  /** The text of the pod page, for commands that process pods. */
  readonly pods?: () => string
}

export interface FileReport {
  readonly path: string
  /** Whether the command changed it, or would. */
  readonly changed: boolean
}

/** Decisions, and their replacement in formats without decisions. */
export interface Explained {
  readonly decisions: readonly Decision[]
  readonly table: string
  readonly json: Json
}

/** Formats a report. `coloured` applies to text on a terminal. */
export type FormatReport = (report: Report, options?: { readonly coloured: boolean }) => string

/** The file of a finding, with line and column if they are known. An item of a ResourceList has the name of its original file, without a line. */
export function findingPosition({ file, at }: Diagnostic): { readonly path: string; readonly at?: Position } | undefined {
  if (file !== undefined) return { path: file.path }
  // Standard input and the like are not files.
  return at === undefined || at.file.startsWith('<') ? undefined : { path: at.file, at }
}

/** The message with its hint. */
export function textOf({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message}\n${hint}`
}

/** The message, then each line of the hint, all without control characters. */
export function visibleLinesOf({ message, hint }: Diagnostic): string[] {
  return [visible(message.trim()), ...(hint === undefined ? [] : hint.trim().split('\n').map(visible))]
}
