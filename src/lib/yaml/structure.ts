// Reads the structure of a YAML text: the nesting of its mappings, lists and scalars, without the values of scalars.

import { YamlError } from './error.ts'
import { type ScalarStyle, STYLES } from './node.ts'
import { type Reading, readYaml } from './reader.ts'
import { ALIAS, BLOCK_MAP, BLOCK_SEQ, FLOW_MAP, FLOW_SEQ, PAIR, RECORD_LENGTH, type Tape } from './tape.ts'

export interface Structure {
  /** The same for two texts that differ in the values of scalars only. */
  readonly shape: string
  /** Whether the offset is inside of a scalar, behind its start. */
  readonly isInsideScalar: (offset: number) => boolean
  /** The scalar that contains the text between the two offsets. */
  readonly scalarAround: (start: number, end: number) => ScalarRange | undefined
}

/** Range of a scalar, with its quotes or the header of its block. */
export interface ScalarRange {
  readonly start: number
  readonly end: number
  readonly style: ScalarStyle
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
    return structureIn(readYaml(text))
  } catch (error) {
    if (error instanceof YamlError) return undefined
    throw error
  }
}

/** The structure of a reading. */
export function structureIn({ tape }: Reading): Structure {
  const scalars: number[] = []
  const starts: number[] = []
  for (let index = 0; index < tape.length; index += RECORD_LENGTH) {
    if (COLLECTIONS.has(tape.kind(index))) continue
    scalars.push(index)
    starts.push(tape.content(index))
  }
  const endOf = (place: number) => tape.end(scalars[place] ?? 0)
  return {
    get shape() {
      return shapeOf(tape)
    },
    isInsideScalar: offset => {
      const place = startingBefore(starts, offset) - 1
      return place >= 0 && offset < endOf(place)
    },
    scalarAround: (start, end) => {
      const place = startingBefore(starts, start + 1) - 1
      if (place < 0 || end > endOf(place)) return undefined
      return { start: starts[place] ?? 0, end: endOf(place), style: STYLES[tape.kind(scalars[place] ?? 0)] ?? 'plain' }
    },
  }
}

function shapeOf(tape: Tape): string {
  let shape = ''
  for (let index = 0; index < tape.length; index += RECORD_LENGTH) {
    const collection = COLLECTIONS.get(tape.kind(index))
    shape += collection === undefined ? '.' : `${collection}${(tape.next(index) - index) / RECORD_LENGTH}`
  }
  return shape
}

/** How many of the ascending numbers are less than `offset`. */
function startingBefore(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}
