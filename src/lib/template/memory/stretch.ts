// Neighbouring statements that were taken from the memory together: next time they are looked up as one, and their text is one and the same.

import type { Value } from '../assign.ts'
import type { Input } from './inputs.ts'
import type { Entry, Remembered } from './memory.ts'

/** Something that was taken: a statement, or a stretch of them. */
export interface Taken {
  readonly of: Remembered
  readonly entry: Entry
}

export interface Stretch extends Taken {
  /** Index of the unit behind it. */
  readonly end: number
}

/** What is `taken` in order, as one. */
export function stretchOf(taken: readonly Taken[], end: number): Stretch {
  const inputs = new Map<Input, unknown>()
  const outside = new Map<number, Value>()
  const assigned = new Map<number, Value>()
  let text = ''
  let work = 0
  for (const { of, entry } of taken) {
    for (const [i, input] of of.inputs.entries()) inputs.set(input, entry.tokens[i])
    // What an earlier one has set need not be looked at.
    for (const [i, slot] of of.reads.entries()) {
      if (!assigned.has(slot) && !outside.has(slot)) outside.set(slot, entry.variables[i])
    }
    for (const [i, slot] of of.sets.entries()) assigned.set(slot, entry.assigned[i])
    text += entry.text
    work += entry.work
  }
  const last = taken.findLast(({ entry }) => entry.node !== undefined)?.entry
  return {
    end,
    of: { inputs: [...inputs.keys()], reads: [...outside.keys()], sets: [...assigned.keys()] },
    entry: {
      ...{ tokens: [...inputs.values()], variables: [...outside.values()], assigned: [...assigned.values()] },
      ...{ text, work, node: last?.node, site: last?.site },
    },
  }
}
