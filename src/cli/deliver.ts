// Delivers changed manifests: to standard output, into their files, or as a diff.

import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { append, attempt, type Diagnostic, type SourceFile } from '../lib/model/index.ts'
import { isChanged } from '../write/edited-files.ts'
import { unifiedDiff } from './diff.ts'
import { STDIN } from './function-mode.ts'
import type { Progress } from './progress.ts'
import { replaceFile, syncFolder } from './replace-file.ts'
import { writeFully } from './stdio.ts'
import { codeOf } from './system-error.ts'
import { removeLeftovers } from './temporary-files.ts'
import { isTerminal, wantsColours } from './terminal.ts'

/** A file and its new text. */
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
 * Writes every change into its file. If one file cannot be written, the others are written nevertheless.
 * @returns an error for each such file
 */
export function writeChanges(changes: readonly FileChange[], { onWritten, twins = NO_TWINS, folders = [] }: WriteOptions): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const files = changes.filter(({ after }) => after.path !== STDIN)
  // The files that links point at may be elsewhere.
  const written = new Set(files.map(({ after }) => realFolderOf(after.path)))
  for (const folder of new Set([...folders.map(realPathOf), ...written])) append(diagnostics, removeLeftovers(folder))
  files.forEach(({ before, after }, i) => {
    append(diagnostics, attempt(diagnostics, () => replaceFile(after.path, after.text, { expected: before.text, twins: twins.get(after.path) ?? [] })) ?? [])
    onWritten(i + 1, files.length)
  })
  for (const folder of written) attempt(diagnostics, () => syncFolder(folder))
  return diagnostics
}

export interface WriteOptions extends Pick<Progress, 'onWritten'> {
  /** Other hard links to files. */
  readonly twins?: ReadonlyMap<string, readonly string[]>
  /** Folders in which killed runs may have left temporary files. */
  readonly folders?: readonly string[]
}

const NO_TWINS: ReadonlyMap<string, readonly string[]> = new Map()

function realFolderOf(path: string): string {
  return dirname(realPathOf(path))
}

/** The real path; the path itself if there is no such file, which writing then reports. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return path
  }
}

/** The changes as unified diffs on standard output. */
export async function printDiffs(changes: readonly FileChange[]): Promise<void> {
  const look = { visible: await isTerminal(1), coloured: await wantsColours(1) }
  for (const { before, after } of changes) writeFully(1, unifiedDiff(before, after, look))
}

/** The pieces of one stream of documents for several files; a single file is printed unchanged. */
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
