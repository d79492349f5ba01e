// Random numbers from a seed, so that a failing case can be run again.

/** Gives an integer from 0 to `below` - 1. */
export type Random = (below: number) => number

/** Mulberry32. */
export function random(seed: number): Random {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
}

/** True in `percent` of 100 cases. */
export function chance(next: Random, percent: number): boolean {
  return next(100) < percent
}

export function pick<T>(next: Random, list: readonly [T, ...T[]]): T {
  return list[next(list.length)] ?? list[0]
}
