// Assigns one index to equal items, so that each occurs in a page's data once.

import { encodedNumbers } from './numbers.ts'

export interface Interner<Item, Kept> {
  readonly index: (item: Item) => number
  readonly all: () => readonly Kept[]
}

/**
 * Creates an interner. Items with equal keys get the same index, and the stored value of the first one.
 * @example const names = interner((name: string) => name, name => name); names.index('a') // 0
 */
export function interner<Item, Kept>(keyOf: (item: Item) => string, keep: (item: Item) => Kept): Interner<Item, Kept> {
  const indexes = new Map<string, number>()
  const kept: Kept[] = []
  return {
    index: item => {
      const key = keyOf(item)
      const known = indexes.get(key)
      if (known !== undefined) return known
      indexes.set(key, kept.length)
      return kept.push(keep(item)) - 1
    },
    all: () => kept,
  }
}

/** Creates an interner for lists of numbers, which keeps only their encoded form: with lengths, or without if all have one length. */
export function lists({ withLengths }: { readonly withLengths: boolean }): Interner<readonly number[], string> {
  return interner(
    list => encodedNumbers(list),
    list => encodedNumbers(withLengths ? [list.length, ...list] : list),
  )
}

/** Minimum length of a text that is split. */
const SHORTEST_SPLIT = 24

/** Creates an interner for texts, which are split into parts that many long texts share: names, paths, fields of JSON. */
export function texts(): Interner<string, string> & { readonly parts: () => readonly string[] } {
  const parts = interner<string, string>(
    part => part,
    part => part,
  )
  const partsOf = (text: string) => (text.length < SHORTEST_SPLIT ? [text] : text.split(/(?<=[,:{}/=])/))
  const own = interner<string, string>(
    text => text,
    text => {
      const indexes = partsOf(text).map(parts.index)
      return encodedNumbers([indexes.length, ...indexes])
    },
  )
  return { ...own, parts: parts.all }
}
