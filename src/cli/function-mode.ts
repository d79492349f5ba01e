// The KRM function: a ResourceList on standard input, the injected one on standard output, findings as text on standard error too,
// because kustomize drops results and kpt shows four lines of them.

import { piecesOf } from '../write/edited-files.ts'
import { exitCodeOf } from './exit-code.ts'
import { readSource } from './files.ts'
import { injectLazily } from './inject-lazily.ts'
import { printDiagnostics } from './print.ts'
import { readStdin, writeFully } from './stdio.ts'
import { decodeText } from './text.ts'

export const STDIN = '<stdin>'

/**
 * Answers with the exit code.
 * @throws InjectError where there is nothing to answer with; then standard output stays empty, and the exit code must not be 0
 */
export async function runFunction(): Promise<number> {
  const { text } = decodeText(STDIN, readStdin())
  const { files, diagnostics } = await injectLazily({ resourceList: { path: STDIN, text: withoutMark(text) }, readSource })
  writeFully(2, printDiagnostics(diagnostics))
  for (const file of files) writeFully(1, piecesOf(file))
  return exitCodeOf(diagnostics)
}

/** A ResourceList is written without a byte order mark, also when the input has one. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
