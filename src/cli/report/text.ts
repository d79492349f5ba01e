// Formats a report as text: the findings, then the files that would change.

import { visible } from '../../lib/model/index.ts'
import { type PrintOptions, printDiagnostics } from '../print.ts'
import type { Report } from './report.ts'

/** The report as text; for `explain` its table of decisions. */
export function formatText({ findings, files, explained }: Report, options?: PrintOptions): string {
  if (explained !== undefined) return explained.table
  return printDiagnostics(findings, options) + files.flatMap(({ path, changed }) => (changed ? [`${visible(path)}\n`] : [])).join('')
}
