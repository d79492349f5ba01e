// How the nodes of a text are written: their indentation and quotes, counted. The fast reader counts while it reads; for other texts the nodes are gone through.

import type { Node, ScalarNode } from './node.ts'
import { looksTyped, stringStyles } from './string-style.ts'

/** How often something was seen, by its index. */
export type Habits = number[]

export const SINGLE_QUOTED = 0
export const DOUBLE_QUOTED = 1
/** Strings that need no quotes, and have none. */
export const PLAIN = 2
/** Columns from a mapping's key to the keys of the mapping below it: behind this index, one for each number of columns. */
export const STEPS = 3
/** Columns from a mapping's key to the dashes of the list below it. */
export const SEQ_INDENTS = STEPS + 16
/** Columns from a dash to what stands behind it. */
export const DASH_WIDTHS = SEQ_INDENTS + 16
const LENGTH = DASH_WIDTHS + 16

export function noHabits(): Habits {
  return new Array(LENGTH).fill(0)
}

/** Counts one; more columns than anybody indents by are no habit. */
export function countColumns(habits: Habits, kind: typeof STEPS | typeof SEQ_INDENTS | typeof DASH_WIDTHS, columns: number): void {
  if (columns >= 0 && columns < 16) habits[kind + columns] = (habits[kind + columns] ?? 0) + 1
}

/** Counts a string without quotes. */
export function countPlain(habits: Habits, text: string): void {
  if (stringStyles(text).plain && !looksTyped(text)) habits[PLAIN] = (habits[PLAIN] ?? 0) + 1
}

export function countQuoted(habits: Habits, isSingle: boolean): void {
  const kind = isSingle ? SINGLE_QUOTED : DOUBLE_QUOTED
  habits[kind] = (habits[kind] ?? 0) + 1
}

/** What was seen between two counts: indexes, each with how often. */
export type HabitsSeen = readonly number[]

const NO_HABITS_SEEN: HabitsSeen = []

export function habitsSince(before: Habits, after: Habits): HabitsSeen {
  let seen: number[] | undefined
  for (let i = 0; i < after.length; i++) {
    const times = (after[i] ?? 0) - (before[i] ?? 0)
    if (times === 0) continue
    seen ??= []
    seen.push(i, times)
  }
  return seen ?? NO_HABITS_SEEN
}

/** Adds to `habits` what was seen elsewhere, and answers with them. */
export function addHabits(habits: Habits, seen: HabitsSeen): Habits {
  for (let i = 0; i < seen.length; i += 2) {
    const index = seen[i] ?? 0
    habits[index] = (habits[index] ?? 0) + (seen[i + 1] ?? 0)
  }
  return habits
}

/** The number of columns that was seen most often; of several, the least. */
export function commonest(habits: Habits, kind: typeof STEPS | typeof SEQ_INDENTS | typeof DASH_WIDTHS): number | undefined {
  let best: number | undefined
  let most = 0
  for (let columns = 0; columns < 16; columns++) {
    const times = habits[kind + columns] ?? 0
    if (times > most) [best, most] = [columns, times]
  }
  return best
}

/** The habits of the nodes below `root`. */
export function habitsOf(text: string, root: Node): Habits {
  const habits = noHabits()
  count(root, text, habits)
  return habits
}

function count(node: Node, text: string, habits: Habits): void {
  if (node.kind === 'scalar') countScalar(node, habits)
  else if (node.kind === 'map') {
    for (const { start, value } of node.entries) {
      if (!node.flow) countBelow(start, value, { text, habits })
      count(value, text, habits)
    }
  } else if (node.kind === 'seq') {
    for (const { start, value } of node.items) {
      const isWide = value.kind === 'map' || value.kind === 'scalar'
      if (!node.flow && isWide && isBesideDash(text, start, value)) countColumns(habits, DASH_WIDTHS, value.start - start)
      count(value, text, habits)
    }
  }
}

function countBelow(start: number, value: Node, { text, habits }: { text: string; habits: Habits }): void {
  if ((value.kind !== 'map' && value.kind !== 'seq') || value.flow) return
  countColumns(habits, value.kind === 'map' ? STEPS : SEQ_INDENTS, columnOf(text, value.content) - columnOf(text, start))
}

function countScalar(node: ScalarNode, habits: Habits): void {
  if (node.style === 'single' || node.style === 'double') countQuoted(habits, node.style === 'single')
  else if (node.style === 'plain') countPlain(habits, node.text)
}

/** An empty element stands right behind its dash, as no other can. */
export function isBesideDash(text: string, dash: number, { start, end }: Node): boolean {
  return start > dash && end > start && !text.slice(dash, start).includes('\n')
}

/** The column of `offset` on its line, from 0. */
export function columnOf(text: string, offset: number): number {
  const start = lineStartOf(text, offset)
  return offset - start - (text.charCodeAt(start) === BOM ? 1 : 0)
}

export function lineStartOf(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

const BOM = 0xfeff
