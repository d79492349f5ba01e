// Compresses lists of numbers that repeat parts of one another, such as the lines of pods with the same sidecar, as literals and copies of earlier parts.

/** Minimum length of a copy; shorter ones take as much space as the numbers themselves. */
const SHORTEST = 4
/** Maximum number of candidates for a copy; more of them find few longer copies. */
const CANDIDATES = 16

/**
 * Creates an encoder for lists. `n + 1` encodes the number n; `0, length, back` copies `length` numbers from `back` positions before, across all encoded lists.
 * @example const encode = encoder(); encode([1, 2, 3, 4, 5]); encode([9, 1, 2, 3, 4, 5]) // [10, 0, 5, 6]
 */
export function encoder(): (list: readonly number[]) => number[] {
  const all: number[] = []
  /** The last index for each hash, and for each index the previous one with the same hash. */
  const last = new Map<number, number>()
  const before: number[] = []
  return list => {
    const encoded: number[] = []
    const base = all.length
    let at = 0
    while (at < list.length) {
      const { length, from } = longest(list, at, { all, last, before })
      if (length >= SHORTEST) encoded.push(0, length, all.length + at - from)
      else encoded.push((list[at] ?? 0) + 1)
      at += length >= SHORTEST ? length : 1
    }
    for (const number of list) all.push(number)
    // The last places of the list before begin a run only now.
    for (let place = Math.max(0, base - SHORTEST + 1); place + SHORTEST <= all.length; place++) {
      if (before.length > place) continue
      const hash = hashAt(all, place)
      before.push(last.get(hash) ?? -1)
      last.set(hash, place)
    }
    return encoded
  }
}

interface Known {
  readonly all: readonly number[]
  readonly last: ReadonlyMap<number, number>
  readonly before: readonly number[]
}

function longest(list: readonly number[], at: number, { all, last, before }: Known): { readonly length: number; readonly from: number } {
  let best = { length: 0, from: 0 }
  if (at + SHORTEST > list.length) return best
  // The nearest ones first, whose distances are short.
  let from = last.get(hashAt(list, at)) ?? -1
  for (let tried = 0; from >= 0 && tried < CANDIDATES; tried++) {
    let length = 0
    while (at + length < list.length && from + length < all.length && list[at + length] === all[from + length]) length++
    if (length > best.length) best = { length, from }
    from = before[from] ?? -1
  }
  return best
}

/** The hash of the numbers at an index, as many as the shortest copy has. */
function hashAt(list: readonly number[], at: number): number {
  let hash = 0
  for (let i = at; i < at + SHORTEST; i++) hash = (Math.imul(hash, 31_337) + (list[i] ?? 0)) | 0
  return hash
}
