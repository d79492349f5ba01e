// Runs as a KRM function: reads a ResourceList from standard input, writes the injected one to standard output, and findings to standard error as well,
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
 * Runs the function, and returns the exit code.
 * @throws InjectError if the input is not a ResourceList; standard output is then empty, and the exit code must not be 0
 */
export async function runFunction(): Promise<number> {
  const { text } = decodeText(STDIN, readStdin())
  const { files, diagnostics } = await injectLazily({ resourceList: { path: STDIN, text: withoutMark(text) }, readSource })
  writeFully(2, printDiagnostics(diagnostics))
  for (const file of files) writeFully(1, piecesOf(file))
  return exitCodeOf(diagnostics)
}

/** The text without a byte order mark: a ResourceList is written without one. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
