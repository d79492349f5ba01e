// Shows progress on a terminal when work takes longer than a second, and the summary that ends every command on a terminal and in CI.

import { performance } from 'node:perf_hooks'
import type { Outcome } from '../inject-workload.ts'
import type { Diagnostic, Resource } from '../lib/model/index.ts'
import { codeUrl } from './help-command.ts'
import { writeFully } from './stdio.ts'
import { isCi, isTerminal } from './terminal.ts'

export interface Progress {
  /** Called with each workload when it is done. */
  readonly onOutcome: (outcome: Outcome) => void
  /** Called with each workload whose injection is removed. */
  readonly onTakenOff: (resource: Resource) => void
  /** Called after each written file with the number of written files and of all files. */
  readonly onWritten: (done: number, all: number) => void
  /** Clears the progress line, before anything else is printed. */
  readonly clear: () => void
  /** Prints links to explanations of the findings, and the summary in one line. */
  readonly end: (summary: string, findings: readonly Diagnostic[]) => void
}

/** Milliseconds from the start of the program without progress. */
const QUIET_MS = 1000
const EVERY_MS = 100

/**
 * The progress of a run. If standard error is not a terminal, only the summary in CI is shown.
 * @param files in the order in which they are worked on
 */
export async function progressOver(files: readonly { readonly path: string }[]): Promise<Progress> {
  if (!(await isTerminal(2))) return isCi() ? { ...SILENT, end } : SILENT
  const places = new Map(files.map(({ path }, index) => [path, index]))
  let [injected, skipped, taken, next, shown] = [0, 0, 0, QUIET_MS, false]
  const show = (text: () => string) => {
    const now = performance.now()
    if (now < next) return
    next = now + EVERY_MS
    shown = true
    writeFully(2, `\r\x1b[K${text()}`)
  }
  const filesBefore = ({ source, path }: Resource) => `${places.get(source.positionOf(path).file) ?? 0}/${files.length} files`
  return {
    onOutcome: ({ workload, decision }) => {
      if ((decision?.injections.length ?? 0) > 0) injected++
      else skipped++
      show(() => `${filesBefore(workload.resource)}, ${injected} injected, ${skipped} skipped`)
    },
    onTakenOff: resource => {
      taken++
      show(() => `${filesBefore(resource)}, ${count(taken, 'injection')} removed`)
    },
    onWritten: (done, all) => show(() => `${done}/${all} files written`),
    clear: () => writeFully(2, shown ? '\r\x1b[K' : ''),
    end,
  }
}

const SILENT: Progress = { onOutcome: () => {}, onTakenOff: () => {}, onWritten: () => {}, clear: () => {}, end: () => {} }

/** Maximum number of codes with a link; more would hide the findings. */
const EXPLAINED = 5

function end(summary: string, findings: readonly Diagnostic[]): void {
  const codes = new Set(findings.flatMap(({ code, severity }) => (severity === 'info' ? [] : code)))
  const addresses = [...codes].slice(0, EXPLAINED).map(code => `${code}: ${codeUrl(code)}\n`)
  writeFully(2, `${addresses.join('')}${summary}\n`)
}

/** A number with a noun in its singular or plural: `12 files`, `1 file`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
