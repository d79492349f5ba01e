// Prints findings on standard error, with colours if that is a terminal.

import type { Diagnostic } from '../lib/model/index.ts'
import { printDiagnostics } from './print.ts'
import { writeFully } from './stdio.ts'
import { wantsColours } from './terminal.ts'

/** Prints the errors and warnings of a command, if there are any. */
export async function showFindings(findings: readonly Diagnostic[]): Promise<void> {
  if (findings.length > 0) writeFully(2, printDiagnostics(findings, { coloured: await wantsColours(2) }))
}
