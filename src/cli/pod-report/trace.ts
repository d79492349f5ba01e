// Prepares the trace of a decision for the page. Line numbers of a workload's own file are replaced by marks, so that thousands of workloads share the texts.

import type { PagePod } from '#pages'
import type { Decision, Position } from '../../lib/model/index.ts'
import { traceLines } from '../../select/explain.ts'

/** The mark, a private-use character; it is repeated if a text already has it. */
const MARK = '\ue000'

/** The trace without its heading and with a mark for each line number of the file, and these numbers in order. */
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
