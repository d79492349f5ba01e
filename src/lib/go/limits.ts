// Limits the size of texts and lists, the nesting of values and the work of a function, so that hostile input cannot exhaust memory or time. Go has none.

import { GoError, type Meter } from './value.ts'

export type { Meter } from './value.ts'

/** Longest text that a function may build, in UTF-16 code units: 4 Mi. The API server takes no object that is longer than 3 MiB. */
export const MAX_TEXT = 4 * 1024 * 1024
/** Most items that a function may put into a list. */
export const MAX_ITEMS = 1_000_000
/** Deepest nesting of lists and maps that is walked. Go's own JSON decoder stops at 10,000. */
export const MAX_DEPTH = 1000

/**
 * Limits the length of a text.
 * @throws GoError if a text of this length would be too long
 */
export function checkText(length: number): void {
  if (length > MAX_TEXT) throw new GoError(`the result would be ${length} characters long: more than ${MAX_TEXT} are refused`)
}

/**
 * Limits the length of a list.
 * @throws GoError if a list of this many items would be too long
 */
export function checkItems(count: number | bigint): void {
  if (count > MAX_ITEMS) throw new GoError(`the result would have ${count} items: more than ${MAX_ITEMS} are refused`)
}

/**
 * Limits the nesting of values; a map that contains itself is infinitely deep.
 * @throws GoError if values are nested too deep
 */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new GoError(`values are nested more than ${MAX_DEPTH} deep`)
}

/** The most work that one function may do, and by default one execution. A unit is about a quarter of a microsecond. */
export const MAX_WORK = 2_000_000

/** A meter that has counted nothing yet. */
export function createMeter(): Meter {
  return { spent: 0 }
}

/**
 * Adds work to a meter.
 * @throws GoError if the sum is more than MAX_WORK
 */
export function spend(meter: Meter, work: number): void {
  meter.spent += work
  if (meter.spent <= MAX_WORK) return
  meter.spent = 0
  throw new GoError(`this would take too long: more than ${MAX_WORK} units of work are refused`)
}
