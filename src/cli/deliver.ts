// Delivers changed manifests: to standard output, into their files, or as a diff.

import { dirname } from 'node:path'
import { attempt, type Diagnostic, type SourceFile } from '../lib/model/index.ts'
import { isChanged } from '../write/edited-files.ts'
import { unifiedDiff } from './diff.ts'
import { removeLeftovers, replaceFile } from './files.ts'
import { STDIN } from './function-mode.ts'
import type { Progress } from './progress.ts'
import { writeFully } from './stdio.ts'
import { isTerminal, wantsColours } from './terminal.ts'

/** A file, and what it is to become. */
export interface FileChange {
  readonly before: SourceFile
  readonly after: SourceFile
}

/** The files whose text changed, each with both texts. */
export function changesOf(before: readonly SourceFile[], after: readonly SourceFile[]): FileChange[] {
  return after.flatMap((file, i) => {
    const old = before[i]
    return old === undefined || !isChanged(old, file) ? [] : [{ before: old, after: file }]
  })
}

/**
 * Writes every change into its file. One file that cannot be written does not keep the others from it.
 * @returns an error for each such file
 */
export function writeChanges(changes: readonly FileChange[], { onWritten }: Pick<Progress, 'onWritten'>): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const files = changes.filter(({ after }) => after.path !== STDIN)
  for (const folder of new Set(files.map(({ after }) => dirname(after.path)))) attempt(diagnostics, () => removeLeftovers(folder))
  files.forEach(({ before, after }, i) => {
    attempt(diagnostics, () => replaceFile(after.path, after.text, before.text))
    onWritten(i + 1, files.length)
  })
  return diagnostics
}

/** The changes as unified diffs on standard output. */
export async function printDiffs(changes: readonly FileChange[]): Promise<void> {
  const look = { visible: await isTerminal(1), coloured: await wantsColours(1) }
  for (const { before, after } of changes) writeFully(1, unifiedDiff(before, after, look))
}

/** Several files as one stream of documents, piece by piece; a single one is not touched. */
export function* stream(files: readonly SourceFile[]): Iterable<string> {
  for (const [index, { text }] of files.entries()) {
    const body = index === 0 ? text : text.replace(/^\ufeff/, '')
    const separator = index === 0 || startsDocument(body) ? '' : body.startsWith('%') ? '...\n' : '---\n'
    yield separator
    yield body
    if (index < files.length - 1 && body !== '' && !body.endsWith('\n')) yield '\n'
  }
}

function startsDocument(text: string): boolean {
  return /^(?:#.*\r?\n|[ \t]*\r?\n)*---(?:\s|$)/.test(text)
}
