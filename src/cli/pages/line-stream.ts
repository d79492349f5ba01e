// Lists of numbers that repeat parts of one another, such as the lines of pods with the same sidecar, as literals and copies of what came before.

/** Shorter repeats take as much room as the numbers themselves. */
const SHORTEST = 4
/** Candidates for the start of a repeat: more of them find few longer ones. */
const CANDIDATES = 16

/**
 * Encodes lists one after another. A number from 0 stands for itself; `-n, back` for n numbers from so far back, in all lists that were encoded.
 * @example const encode = encoder(); encode([1, 2, 3, 4, 5]); encode([9, 1, 2, 3, 4, 5]) // [9, -5, 6]
 */
export function encoder(): (list: readonly number[]) => number[] {
  const all: number[] = []
  const starts = new Map<string, number[]>()
  return list => {
    const encoded: number[] = []
    const base = all.length
    let at = 0
    while (at < list.length) {
      const { length, from } = longest(list, at, { all, candidates: starts.get(keyAt(list, at)) ?? [] })
      if (length >= SHORTEST) encoded.push(-length, all.length + at - from)
      else encoded.push(list[at] ?? 0)
      at += length >= SHORTEST ? length : 1
    }
    for (const number of list) all.push(number)
    for (let i = base; i + SHORTEST <= all.length; i++) remember(starts, keyAt(all, i), i)
    return encoded
  }
}

function longest(list: readonly number[], at: number, { all, candidates }: { readonly all: readonly number[]; readonly candidates: readonly number[] }) {
  let best = { length: 0, from: 0 }
  for (const from of candidates) {
    let length = 0
    while (at + length < list.length && from + length < all.length && list[at + length] === all[from + length]) length++
    if (length >= best.length) best = { length, from }
  }
  return best
}

function keyAt(list: readonly number[], at: number): string {
  return list.slice(at, at + SHORTEST).join()
}

function remember(starts: Map<string, number[]>, key: string, at: number): void {
  const known = starts.get(key)
  if (known === undefined) starts.set(key, [at])
  else {
    known.push(at)
    // The nearest ones are left, whose distances are short.
    if (known.length > CANDIDATES) known.shift()
  }
}
