// What people see on a terminal while work takes longer than a second, and the one line that every command ends with. Nothing of it in a pipe.

import { performance } from 'node:perf_hooks'
import type { Outcome } from '../inject-workload.ts'
import type { Resource } from '../lib/model/index.ts'
import { writeFully } from './stdio.ts'
import { isTerminal } from './terminal.ts'

export interface Progress {
  /** Called with each workload when it is done. */
  readonly onOutcome: (outcome: Outcome) => void
  /** Called with each workload whose injection is removed. */
  readonly onTakenOff: (resource: Resource) => void
  /** Called after each file that is written, with the number of files done and the number of all files. */
  readonly onWritten: (done: number, all: number) => void
  /** Clears the progress line, before anything else is printed. */
  readonly clear: () => void
  /** Prints the summary in one line. */
  readonly end: (summary: string) => void
}

/** From the start of the program. */
const QUIET_MS = 1000
const EVERY_MS = 100

/**
 * Shows nothing unless standard error is a terminal.
 * @param files in the order in which they are worked on
 */
export async function progressOver(files: readonly { readonly path: string }[]): Promise<Progress> {
  if (!(await isTerminal(2))) return SILENT
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
      show(() => `${filesBefore(resource)}, ${count(taken, 'injection')} taken off`)
    },
    onWritten: (done, all) => show(() => `${done}/${all} files written`),
    clear: () => writeFully(2, shown ? '\r\x1b[K' : ''),
    end: summary => writeFully(2, `${summary}\n`),
  }
}

const SILENT: Progress = { onOutcome: () => {}, onTakenOff: () => {}, onWritten: () => {}, clear: () => {}, end: () => {} }

/** `12 files`, `1 file`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
