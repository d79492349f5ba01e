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
  const { output, messages, exitCode } = await answer(readStdin())
  writeFully(2, messages)
  writeFully(1, output)
  return exitCode
}

/** The answer to a ResourceList. */
interface Answer {
  /** The pieces of the new ResourceList. */
  readonly output: readonly string[]
  readonly messages: string
  readonly exitCode: number
}

/**
 * What the function writes for the bytes of a ResourceList.
 * @throws InjectError if the input is not a ResourceList
 * @example (await answer(Buffer.from('apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n'))).exitCode // 0
 */
export async function answer(bytes: Buffer): Promise<Answer> {
  const { text } = decodeText(STDIN, bytes)
  const { files, diagnostics } = await injectLazily({ resourceList: { path: STDIN, text: withoutMark(text) }, readSource })
  return { output: files.flatMap(piecesOf), messages: printDiagnostics(diagnostics), exitCode: exitCodeOf(diagnostics) }
}

/** The text without a byte order mark: a ResourceList is written without one. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
