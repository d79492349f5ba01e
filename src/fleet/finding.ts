// Converts findings to their form in the report of a fleet: plain values with file and line.

import type { Diagnostic, Position } from '../lib/model/index.ts'
import type { FleetFinding } from './types.ts'

/**
 * A finding in a report.
 * @example findingOf(diagnostic) // { severity: 'error', code: 'file-unreadable', message: 'a.yaml: does not exist' }
 */
export function findingOf({ severity, code, message, hint, at, file }: Diagnostic): FleetFinding {
  const place = file === undefined ? (at === undefined ? {} : fileAndLine(at)) : { file: file.path }
  return { severity, code, message, ...(hint === undefined ? {} : { hint }), ...place }
}

/** The file and line of a position; standard input and the like are not files. */
export function fileAndLine({ file, line }: Position): { readonly file?: string; readonly line?: number } {
  return file.startsWith('<') ? {} : { file, line }
}
