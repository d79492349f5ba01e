// Limits the number of findings: hundreds of thousands would need more memory than their input, and help no reader.

import type { Diagnostic } from './diagnostic.ts'

/** Maximum number of reported findings of one kind. */
const MOST_ALIKE = 1000
/** Maximum number of reported findings in one run. */
const MOST = 10_000

/** A finding for each of the first thousand items, and one that says how many more there are. */
export function findingsOn<T>(items: Iterable<T>, findingOn: (item: T) => Diagnostic): Diagnostic[] {
  const reported: Diagnostic[] = []
  let count = 0
  for (const item of items) if (++count <= MOST_ALIKE + 1) reported.push(findingOn(item))
  return withCount(reported, { most: MOST_ALIKE, count, what: 'like this' })
}

/** The first ten thousand findings, and one that says how many more there are. */
export function limited(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return withCount(findings.slice(0, MOST + 1), { most: MOST, count: findings.length, what: 'findings' })
}

function withCount(reported: Diagnostic[], { most, count, what }: { most: number; count: number; what: string }): Diagnostic[] {
  const last = reported[most]
  return last === undefined || count === most + 1
    ? reported
    : reported.with(most, { ...last, message: `${last.message}; and ${count - most - 1} more ${what}` })
}
