// The trace of a decision for the page, in which thousands of workloads share their lines: those of a workload's own file are numbers beside the texts.

import type { PagePod } from '#pages'
import type { Decision, Position } from '../../lib/model/index.ts'
import { traceLines } from '../../select/explain.ts'

/** A character for private use. Where a text has it already, more of them stand for a line. */
const MARK = '\ue000'

/** The trace without its heading, with a mark for each line of the file, and these lines in their order. */
export function markedTrace(decision: Decision, file: string, positionInInput: (position: Position) => Position): Pick<PagePod, 'trace' | 'mark' | 'marked'> {
  const plain = traceLines(decision, () => '').join('')
  let mark = MARK
  while (plain.includes(mark)) mark += MARK
  const marked: number[] = []
  const trace = traceLines(decision, position => {
    const place = positionInInput(position)
    if (place.file !== file) return ` (${place.file}:${place.line})`
    marked.push(place.line)
    return ` (${mark})`
  })
  // The heading has no place.
  return { trace: trace.slice(1), mark, marked }
}
