// Decides which values of variables are stored with an execution, and which count as equal.

import { Box } from '../../go/value.ts'
import type { Value } from '../assign.ts'
import { isLighter } from '../weigh.ts'

// In characters; an item counts as 16.
const MAX_WEIGHT = 4096

/** Whether a value may be kept: small, and not of the data, of which some parts would live longer than they should. */
export function isSmall(value: Value): boolean {
  if (value instanceof Box) return !isObject(value.value) && isLighter(value, MAX_WEIGHT)
  return isLighter(value, MAX_WEIGHT)
}

/** Whether no pure function can tell the two apart, without looking further than into lists of plain values. */
export function isSameValue(a: Value, b: Value): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => Object.is(item, b[i]))
  return a instanceof Box && b instanceof Box && a.type === b.type && !isObject(a.value) && Object.is(a.value, b.value)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
