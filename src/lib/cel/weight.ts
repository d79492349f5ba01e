// Measures the work of walking a value, to limit it: shared parts can occur many times at each level.

import { CelMap, type CelValue, isList, Optional, Struct } from './value.ts'

/** The number of values in a value, including itself. A shared part counts each time, but is visited once. */
function weightOf(value: CelValue, known: Map<CelValue, number> = new Map()): number {
  if (typeof value !== 'object' || value === null) return 1
  const before = known.get(value)
  if (before !== undefined) return before
  let weight = 1
  for (const part of partsOf(value)) weight += weightOf(part, known)
  known.set(value, weight)
  return weight
}

function partsOf(value: CelValue & object): Iterable<CelValue> {
  if (isList(value)) return value
  if (value instanceof CelMap) return Array.from(value.entries(), ([, item]) => item)
  if (value instanceof Struct) return value.fields.values()
  return value instanceof Optional && value.value !== undefined ? [value.value] : []
}

/** The work of walking all arguments. */
export function byWeight(args: readonly CelValue[]): number {
  return args.reduce((sum: number, arg) => sum + weightOf(arg), 0)
}

/** The work of walking two arguments side by side. */
export function byLighter(args: readonly CelValue[]): number {
  return args.some(arg => typeof arg !== 'object' || arg === null) ? 1 : Math.min(...args.map(arg => weightOf(arg)))
}

/** The work of comparing each element of a list with each other. */
export function byWeightSquared([list]: readonly CelValue[]): number {
  return isList(list ?? null) ? weightOf(list ?? null) * (list as readonly CelValue[]).length : 1
}

/** The work of comparing each element of a list with each one of another. */
export function byProductOfWeights(args: readonly CelValue[]): number {
  return args.reduce((product: number, arg) => product * weightOf(arg), 1)
}
