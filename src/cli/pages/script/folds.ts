// Decides which lines of a pod are shown, and which are folded.

import type { Line } from './line-table.ts'

/** Minimum length of a folded run of unchanged lines. */
const SHORTEST_FOLD = 4

/** The lines that are shown: changed lines, their parents, and one line before and after. */
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

/** The end of the folded run of lines that begins at `start`; `start` if the run is too short. */
export function foldEnd(start: number, { kept, unfolded, count }: Folds): number {
  const isFolded = (i: number) => i >= 0 && i < count && !kept.has(i) && !unfolded.has(i)
  let [first, end] = [start, start]
  while (isFolded(end)) end++
  // The run may have begun before: it was then too short as a whole.
  while (isFolded(first - 1)) first--
  return end - first < SHORTEST_FOLD ? start : end
}
