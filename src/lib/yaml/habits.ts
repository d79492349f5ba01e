// Counts the styles of the nodes of a text: their indentation and quotes.

import { scalarText } from './node.ts'
import type { Reading } from './reader.ts'
import { looksTyped, stringStyles } from './string-style.ts'
import { ALIAS, BLOCK_MAP, BLOCK_SEQ, DOUBLE_SCALAR, FLOW_SEQ, PLAIN_SCALAR, SINGLE_SCALAR } from './tape.ts'

/** Numbers of occurrences, by index. */
export type Habits = number[]

export const SINGLE_QUOTED = 0
export const DOUBLE_QUOTED = 1
/** Index of strings that need no quotes, and have none. */
export const PLAIN = 2
/** Base index of the counts of indentation: columns from a mapping's key to the keys of the mapping below it are added to it. */
export const STEPS = 3
/** Base index of the counts of columns from a mapping's key to the dashes of the list below it. */
export const SEQ_INDENTS = STEPS + 16
/** Base index of the counts of columns from a dash to its element. */
export const DASH_WIDTHS = SEQ_INDENTS + 16
const LENGTH = DASH_WIDTHS + 16

function noHabits(): Habits {
  return new Array(LENGTH).fill(0)
}

/** Counts one; indentation of more columns than people use is ignored. */
function countColumns(habits: Habits, kind: typeof STEPS | typeof SEQ_INDENTS | typeof DASH_WIDTHS, columns: number): void {
  if (columns >= 0 && columns < 16) habits[kind + columns] = (habits[kind + columns] ?? 0) + 1
}

function countQuoted(habits: Habits, isSingle: boolean): void {
  const kind = isSingle ? SINGLE_QUOTED : DOUBLE_QUOTED
  habits[kind] = (habits[kind] ?? 0) + 1
}

/** The most frequent number of columns; of several, the smallest. */
export function commonest(habits: Habits, kind: typeof STEPS | typeof SEQ_INDENTS | typeof DASH_WIDTHS): number | undefined {
  let best: number | undefined
  let most = 0
  for (let columns = 0; columns < 16; columns++) {
    const times = habits[kind + columns] ?? 0
    if (times > most) [best, most] = [columns, times]
  }
  return best
}

/** The habits of the node that was noted at `index`, and of those in it. */
export function habitsOf(reading: Reading, index = 0): Habits {
  const habits = noHabits()
  if (index >= reading.tape.length) return habits
  count(reading, index, habits)
  habits[PLAIN] = plainIn(reading, index, Math.ceil(((habits[SINGLE_QUOTED] ?? 0) + (habits[DOUBLE_QUOTED] ?? 0)) / 4))
  return habits
}

/** Counts everything but strings without quotes. */
function count(reading: Reading, index: number, habits: Habits): void {
  const { tape } = reading
  const kind = tape.kind(index)
  const limit = tape.next(index)
  if (kind === SINGLE_SCALAR || kind === DOUBLE_SCALAR) countQuoted(habits, kind === SINGLE_SCALAR)
  else if (kind === BLOCK_SEQ || kind === FLOW_SEQ) {
    for (let child = tape.first(index); child < limit; child = tape.next(child)) {
      if (kind === BLOCK_SEQ) countBehindDash(reading, child, habits)
      count(reading, child, habits)
    }
  } else if (kind >= BLOCK_MAP) {
    for (let key = tape.first(index); key < limit; ) {
      const value = tape.next(key)
      if (kind === BLOCK_MAP) countBelow(reading, { start: tape.lead(key), value }, habits)
      count(reading, value, habits)
      key = tape.next(value)
    }
  }
}

/** The number of strings without quotes that need none, counted up to `most`. */
function plainIn(reading: Reading, index: number, most: number): number {
  if (most <= 0) return 0
  const { tape, text } = reading
  const kind = tape.kind(index)
  if (kind === PLAIN_SCALAR) return needsNoQuotes(scalarText(tape, text, index)) ? 1 : 0
  if (kind < BLOCK_MAP) return 0
  const isList = kind === BLOCK_SEQ || kind === FLOW_SEQ
  const limit = tape.next(index)
  let found = 0
  for (let child = tape.first(index); child < limit && found < most; ) {
    const value = isList ? child : tape.next(child)
    found += plainIn(reading, value, most - found)
    child = tape.next(value)
  }
  return found
}

function needsNoQuotes(text: string): boolean {
  return stringStyles(text).plain && !looksTyped(text)
}

function countBelow({ tape, text }: Reading, { start, value }: { start: number; value: number }, habits: Habits): void {
  const kind = tape.kind(value)
  if (kind !== BLOCK_MAP && kind !== BLOCK_SEQ) return
  countColumns(habits, kind === BLOCK_MAP ? STEPS : SEQ_INDENTS, columnOf(text, tape.content(value)) - columnOf(text, start))
}

function countBehindDash({ tape, text }: Reading, index: number, habits: Habits): void {
  const kind = tape.kind(index)
  if (kind === ALIAS || kind === BLOCK_SEQ || kind === FLOW_SEQ) return
  const dash = tape.lead(index)
  const node = { start: tape.propertiesOf(index)?.start ?? tape.content(index), end: tape.end(index) }
  if (isBesideDash(text, dash, node)) countColumns(habits, DASH_WIDTHS, node.start - dash)
}

/** Whether an element starts on the line of its dash; an empty one does not count. */
export function isBesideDash(text: string, dash: number, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return start > dash && end > start && !text.slice(dash, start).includes('\n')
}

/** The column of `offset` on its line, from 0. */
export function columnOf(text: string, offset: number): number {
  const start = lineStartOf(text, offset)
  return offset - start - (text.charCodeAt(start) === BOM ? 1 : 0)
}

/** The offset at which the line of `offset` starts. */
export function lineStartOf(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

const BOM = 0xfeff
