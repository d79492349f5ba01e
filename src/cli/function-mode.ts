// The KRM function: a ResourceList on standard input, the injected one on standard output, findings as text on standard error too,
// because kustomize drops results and kpt shows four lines of them.

import { type Diagnostic, InjectError } from '../lib/model/index.ts'
import { exitCodeOf } from './exit-code.ts'
import { readSource } from './files.ts'
import { injectLazily } from './inject-lazily.ts'
import { printDiagnostics } from './print.ts'
import { readStdin, writeFully } from './stdio.ts'
import { decodeText } from './text.ts'

export const STDIN = '<stdin>'

/** Answers with the exit code. Whatever fails, standard output holds every item or nothing at all, and then the code is not 0. */
export async function runFunction(): Promise<number> {
  try {
    const { text } = decodeText(STDIN, readStdin())
    const { files, diagnostics } = await injectLazily({ resourceList: { path: STDIN, text: withoutMark(text) }, readSource })
    writeFully(2, printDiagnostics(diagnostics))
    for (const file of files) writeFully(1, file.text)
    return exitCodeOf(diagnostics)
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    return failed(error.diagnostic)
  }
}

function failed(diagnostic: Diagnostic): number {
  writeFully(2, printDiagnostics([diagnostic]))
  return exitCodeOf([diagnostic])
}

/** A ResourceList is written without byte order mark, whoever sent one. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
