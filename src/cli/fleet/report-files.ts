// Reports in JSON that other runs have left: files, and the files in folders.

import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { NamedReport } from '../../fleet/merge.ts'
import { looksLikeReport, reportReader } from '../../fleet/read-report.ts'
import { attempt, type Diagnostic } from '../../lib/model/index.ts'
import { readManifest } from '../files.ts'
import { findManifests } from '../find-manifests.ts'
import { STDIN } from '../function-mode.ts'
import { readStdin } from '../stdio.ts'
import { codeOf } from '../system-error.ts'
import { decodeText } from '../text.ts'

/**
 * The reports in files and in folders, where every `.json` file has to be one. Any other file gives a diagnostic, and the rest is still read.
 * @example readReports(['reports/'], diagnostics).map(({ name }) => name) // ['billing', 'shop']
 */
export function readReports(paths: readonly string[], diagnostics: Diagnostic[]): NamedReport[] {
  const reader = reportReader()
  const files = paths.filter(path => path !== '-').flatMap(path => attempt(diagnostics, () => findManifests([path], { skips: false }).paths) ?? [])
  const texts = [
    ...(paths.includes('-') ? [() => decodeText(STDIN, readStdin())] : []),
    ...files.filter(path => paths.includes(path) || path.endsWith('.json')).map(path => () => readManifest(path)),
  ]
  return texts.flatMap(
    read =>
      attempt(diagnostics, (): NamedReport[] => {
        const file = read()
        return [{ name: basename(file.path).replace(/\.json$/, ''), report: reader.read(file) }]
      }) ?? [],
  )
}

const BEGINNING = 64

/** Whether a path names a file, not a folder, that begins as a report does. Unreadable files are reported when they are read. */
export function isReportFile(path: string): boolean {
  if (!path.endsWith('.json') || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
  const buffer = Buffer.alloc(BEGINNING)
  try {
    const file = openSync(path, 'r')
    try {
      return looksLikeReport(buffer.toString('utf8', 0, readSync(file, buffer, 0, BEGINNING, 0)))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return false
  }
}
