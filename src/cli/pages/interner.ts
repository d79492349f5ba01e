// Gives equal items one index, so that each is in a page's data once.

import { encodedNumbers } from './numbers.ts'

export interface Interner<Item, Kept> {
  readonly index: (item: Item) => number
  readonly all: () => readonly Kept[]
}

/**
 * Makes an interner. Items with equal keys get the same index; what is kept of the first one stands for all of them.
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

/** Lists of numbers, of which only the encoded form is kept: with their lengths, or without where all are of one length. */
export function lists({ withLengths }: { readonly withLengths: boolean }): Interner<readonly number[], string> {
  return interner(
    list => encodedNumbers(list),
    list => encodedNumbers(withLengths ? [list.length, ...list] : list),
  )
}

/** Shorter texts are one part. */
const SHORTEST_SPLIT = 24

/** Texts in parts: names, paths and fields of JSON that many long texts have. */
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
