// Finds the known name that a misspelt one most likely means.

/**
 * The name in `known` with the fewest edits from `name` (letters added, left out, changed or two swapped; capitals do not count),
 * if that is few enough for a typing error; undefined otherwise.
 * @example nearest('revisons', ['revisions', 'namespace']) // 'revisions'
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  // A longer name is not a typing error, and comparing it would take time.
  if (name.length > 100) return undefined
  const wanted = name.toLowerCase()
  let best: string | undefined
  let fewest = Math.min(name.length - 1, Math.max(1, Math.floor(name.length / 3))) + 1
  for (const candidate of [...known].sort()) {
    if (Math.abs(candidate.length - name.length) >= fewest) continue
    const edits = distance(wanted, candidate.toLowerCase())
    if (edits < fewest) {
      fewest = edits
      best = candidate
    }
  }
  return best
}

/** Optimal string alignment distance. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    before = above
    above = row
  }
  return above[b.length] ?? 0
}
