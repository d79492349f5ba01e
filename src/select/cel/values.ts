// CEL values over JSON: integers are bigint, objects are Maps, so that no name of a field ever reaches a prototype.

import type { Json } from '../../lib/model/index.ts'

/** @example toCel({ a: [1, 1.5] }) // Map { 'a' => [1n, 1.5] } */
export function toCel(value: Json): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toCel)
  return new Map(Object.entries(value).map(([key, child]) => [key, toCel(child)]))
}

/** CEL's equality: numbers by value across their types, lists and maps by content. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isNumber(a) && isNumber(b)) return Number(a) === Number(b) && (typeof a === typeof b ? a === b : true)
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (a instanceof Map && b instanceof Map) return a.size === b.size && [...a].every(([key, value]) => b.has(key) && same(value, b.get(key)))
  return isTimed(a) && isTimed(b) && Number(a) === Number(b)
}

/** @throws Error for values that have no order */
export function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0
  if (isTimed(a) && isTimed(b)) return Math.sign(Number(a) - Number(b))
  throw new Error('no such overload')
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Timestamps and durations. */
function isTimed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map)
}

/** As Go compares strings: UTF-8 bytes sort as code points do. */
function compareCodePoints(a: string, b: string): number {
  const [x, y] = [[...a], [...b]]
  for (let i = 0; i < x.length && i < y.length; i++) {
    const order = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0)
    if (order !== 0) return order
  }
  return x.length - y.length
}
