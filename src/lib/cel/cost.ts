// Counts the cost of an evaluation in the units of cel-go's cost tracker, and stops the evaluation at the limit.

import { countCodePoints } from './source.ts'
import { CelError, CelMap, type CelValue, isList, Opaque, type Result } from './value.ts'

export type CostRule = (args: readonly Result[], result: Result) => number

/** Counts the cost of one evaluation, and also what CEL's cost does not limit: rounds of loops and sizes of results. */
export class Meter {
  used = 0
  #rounds = 0
  #produced = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @throws CostExceeded beyond the limit */
  charge(units: number): void {
    this.used += units
    if (this.used > this.#limit) throw new CostExceeded()
  }

  /** Counts rounds of a loop, or work of the same duration. */
  work(rounds: number): void {
    this.#rounds += rounds
    if (this.#rounds > MAX_ROUNDS) throw new CostExceeded()
  }

  /** Counts the size of a call's result. */
  produced(result: Result): void {
    if (typeof result !== 'string' && !isList(result)) return
    this.#produced += typeof result === 'string' ? result.length : result.length * ITEM
    if (this.#produced > MAX_PRODUCED) throw new CostExceeded()
  }
}

const MAX_ROUNDS = 5_000_000
const MAX_PRODUCED = 50_000_000
// Size of a list item, in characters.
const ITEM = 20

/**
 * Ends an evaluation whose result would be too large to hold.
 * @throws CostExceeded
 */
export function checkLength(length: number): void {
  if (length > MAX_PRODUCED) throw new CostExceeded()
}

/**
 * Ends an evaluation whose result would have too many items.
 * @throws CostExceeded
 */
export function checkItems(count: number): void {
  checkLength(count * ITEM)
}

/** Thrown to stop an evaluation at its cost limit. */
export class CostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded')
  }
}

/** Thrown to stop an evaluation where a function of the API server panics. */
export class Panic extends Error {
  constructor(message: string) {
    super(`internal error: ${message}`)
  }
}

/** Code points of a text, bytes, elements; 1 for all else. */
export function sizeOf(value: Result | undefined): number {
  if (typeof value === 'string') return countCodePoints(value)
  if (value instanceof Uint8Array) return value.length
  if (isList(value ?? null)) return (value as readonly CelValue[]).length
  if (value instanceof CelMap) return value.size
  return value instanceof Opaque ? (value.size ?? 1) : 1
}

/** The cost of reading a value once: a tenth of its size, rounded up. */
export function traversal(size: number): number {
  return Math.ceil(size * 0.1)
}

export const bySize: CostRule = ([first]) => traversal(sizeOf(first))
export const byDoubleSize: CostRule = ([first]) => Math.ceil(sizeOf(first) * 0.2)
export const bySmaller: CostRule = ([a, b]) => traversal(Math.min(sizeOf(a), sizeOf(b)))
export const bySum: CostRule = ([a, b]) => traversal(sizeOf(a) + sizeOf(b))
export const byPattern: CostRule = ([text, pattern]) => traversal(sizeOf(text) + 1) * Math.ceil(sizeOf(pattern) * 0.25)

/** A cost of 1 for each scalar in a value, and for each ten bytes of a text. */
export const byContents: CostRule = ([first]) => contents(first)

function contents(value: Result | undefined): number {
  if (value === undefined || value instanceof CelError) return 1
  if (typeof value === 'string') return Math.floor(new TextEncoder().encode(value).length / 10)
  if (value instanceof Uint8Array) return Math.floor(value.length / 10)
  if (isList(value)) return value.reduce((sum: number, item) => sum + contents(item), 0)
  if (value instanceof CelMap) return [...value.entries()].reduce((sum, [key, item]) => sum + contents(key) + contents(item), 0)
  return 1
}
