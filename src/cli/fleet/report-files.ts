// Reads the JSON reports of other runs, from files and folders.

import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { findManifests } from '#find-manifests'
import type { NamedReport } from '../../fleet/merge.ts'
import { looksLikeReport, reportReader } from '../../fleet/read-report.ts'
import { attempt, type Diagnostic, type SourceFile } from '../../lib/model/index.ts'
import { readManifest } from '../files.ts'
import { STDIN } from '../function-mode.ts'
import { onePerFile } from '../gather.ts'
import { readStdin } from '../stdio.ts'
import { codeOf } from '../system-error.ts'
import { decodeText } from '../text.ts'

/**
 * The reports in files and in folders, in which every `.json` file must be a report. A broken one becomes a diagnostic, and the others are still read.
 * Each has the name of its file; where several files have one name, as `a/report.json` and `b/report.json`, it is the whole path.
 * @example readReports(['reports/'], diagnostics).map(({ name }) => name) // ['billing', 'shop']
 */
export function readReports(paths: readonly string[], diagnostics: Diagnostic[]): NamedReport[] {
  const reader = reportReader()
  const found = paths.filter(path => path !== '-').flatMap(path => attempt(diagnostics, () => findManifests([path], { skips: false }).paths) ?? [])
  const files = onePerFile(found.filter(path => paths.includes(path) || path.endsWith('.json'))).paths
  const short = (path: string) => basename(path).replace(EXTENSION, '')
  const isUsedTwice = (path: string) => files.some(other => other !== path && short(other) === short(path))
  const read = (load: () => SourceFile, name: string): NamedReport[] => attempt(diagnostics, () => [{ name, report: reader.read(load()) }]) ?? []
  return [
    ...(paths.includes('-') ? read(() => decodeText(STDIN, readStdin()), 'standard input') : []),
    ...files.flatMap(path => read(() => readManifest(path), isUsedTwice(path) ? path.replace(EXTENSION, '') : short(path))),
  ]
}

const EXTENSION = /\.json$/

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
