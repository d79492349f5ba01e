// The structure of a YAML text without its scalars' values: which mappings, lists and scalars there are, and how they nest.

import { YamlError } from './error.ts'
import { readYaml } from './reader.ts'
import { ALIAS, BLOCK_MAP, BLOCK_SEQ, FLOW_MAP, FLOW_SEQ, PAIR, RECORD_LENGTH } from './tape.ts'

export interface Structure {
  /** The same for two texts that differ in the values of scalars only. */
  readonly shape: string
  /** Whether a scalar that starts before the place goes on there. */
  readonly isInsideScalar: (offset: number) => boolean
}

const COLLECTIONS: ReadonlyMap<number, string> = new Map([
  [BLOCK_MAP, 'm'],
  [FLOW_MAP, 'm'],
  [PAIR, 'm'],
  [BLOCK_SEQ, 's'],
  [FLOW_SEQ, 's'],
  [ALIAS, 'a'],
])

/**
 * The structure of the first document of `text`; undefined where it cannot be read.
 * @example structureOf('a: b')?.shape === structureOf('c: "d e"')?.shape // true
 */
export function structureOf(text: string): Structure | undefined {
  try {
    const { tape } = readYaml(text)
    const starts: number[] = []
    const ends: number[] = []
    let shape = ''
    for (let index = 0; index < tape.length; index += RECORD_LENGTH) {
      const collection = COLLECTIONS.get(tape.kind(index))
      if (collection !== undefined) shape += `${collection}${(tape.next(index) - index) / RECORD_LENGTH}`
      else {
        shape += '.'
        starts.push(tape.content(index))
        ends.push(tape.end(index))
      }
    }
    return { shape, isInsideScalar: offset => isInside(starts, ends, offset) }
  } catch (error) {
    if (error instanceof YamlError) return undefined
    throw error
  }
}

function isInside(starts: readonly number[], ends: readonly number[], offset: number): boolean {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low > 0 && offset < (ends[low - 1] ?? 0)
}
