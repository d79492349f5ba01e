// Which lines of a pod stay in sight, and which are folded.

import type { Line } from './line-table.ts'

/** Runs of unchanged lines that are shorter stay in sight. */
const SHORTEST_FOLD = 4

/** Changed lines, their parents, and one line before and after. */
export function keptLines(lines: readonly Line[], around: (i: number) => readonly number[]): ReadonlySet<number> {
  const kept = new Set<number>()
  lines.forEach(({ isChanged }, i) => {
    if (!isChanged) return
    for (const line of [...around(i), i - 1, i, i + 1]) if (line >= 0 && line < lines.length) kept.add(line)
  })
  return kept
}

interface Folds {
  readonly kept: ReadonlySet<number>
  readonly unfolded: ReadonlySet<number>
  readonly count: number
}

/** The end of the run of lines that are folded from `start`; `start` where the run is too short. */
export function foldEnd(start: number, { kept, unfolded, count }: Folds): number {
  const isFolded = (i: number) => i >= 0 && i < count && !kept.has(i) && !unfolded.has(i)
  let [first, end] = [start, start]
  while (isFolded(end)) end++
  // The run may have begun before: it was then too short as a whole.
  while (isFolded(first - 1)) first--
  return end - first < SHORTEST_FOLD ? start : end
}
