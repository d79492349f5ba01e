// Equality and order of values: numbers compare across kinds, anything else is unequal to another kind (google/cel-spec, doc/langdef.md, "Equality").

import { compareStrings } from '../go/utf8.ts'
import { CelError, CelMap, type CelValue, Duration, isList, NO_OVERLOAD, Opaque, Optional, Struct, Timestamp, TypeValue, Uint } from './value.ts'

/** `a == b`. Only a value of an opaque type fails, against another kind. */
export function equals(a: CelValue, b: CelValue): boolean | CelError {
  if (a instanceof Opaque) return b instanceof Opaque && b.type === a.type ? sameOpaque(a, b) : NO_OVERLOAD
  return isEqual(a, b)
}

/** Equality of elements of lists and maps, which never fails. */
export function isEqual(a: CelValue, b: CelValue): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  const order = compareNumbers(a, b)
  if (order !== undefined) return order === 0
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i] ?? null))
  if (a instanceof CelMap) return b instanceof CelMap && sameMap(a, b)
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name
  if (a instanceof Optional) return b instanceof Optional && sameOptional(a, b)
  if (a instanceof Opaque) return b instanceof Opaque && a.type === b.type && sameOpaque(a, b)
  return a instanceof Struct && b instanceof Struct && a.type === b.type && sameFields(a, b)
}

function sameMap(a: CelMap, b: CelMap): boolean {
  if (a.size !== b.size) return false
  for (const [key, value] of a.entries()) {
    const other = b.get(key)
    if (other === undefined || !isEqual(value, other)) return false
  }
  return true
}

function sameOptional(a: Optional, b: Optional): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value
  return isEqual(a.value, b.value)
}

function sameOpaque(a: Opaque, b: Opaque): boolean {
  return a.same === undefined ? a.text === b.text : a.same(a.payload, b.payload)
}

function sameFields(a: Struct, b: Struct): boolean {
  if (a.fields.size !== b.fields.size) return false
  for (const [name, value] of a.fields) {
    const other = b.fields.get(name)
    if (other === undefined || !(a.more.same ?? isEqual)(value, other)) return false
  }
  return true
}

/** -1, 0 or 1; NaN where one is NaN; undefined where one is not a number. */
function compareNumbers(a: CelValue, b: CelValue): number | undefined {
  const x = a instanceof Uint ? a.value : a
  const y = b instanceof Uint ? b.value : b
  if ((typeof x !== 'bigint' && typeof x !== 'number') || (typeof y !== 'bigint' && typeof y !== 'number')) return undefined
  // An int meets a double as a double.
  return typeof x === typeof y ? order(x, y) : order(Number(x), Number(y))
}

function order<Value extends number | bigint>(x: Value, y: Value): number {
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return Math.sign(a.length - b.length)
}

/** The order of two values of kinds that have one: -1, 0 or 1, or a failure. */
export function compare(a: CelValue, b: CelValue): number | CelError {
  const numbers = compareNumbers(a, b)
  if (numbers !== undefined) return Number.isNaN(numbers) ? NAN : numbers
  if (typeof a === 'string' && typeof b === 'string') return Math.sign(compareStrings(a, b))
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b)
  if (a instanceof Timestamp && b instanceof Timestamp) return order(a.nanos, b.nanos)
  if (a instanceof Duration && b instanceof Duration) return order(a.nanos, b.nanos)
  return NO_OVERLOAD
}

/** Whether values of the kind have an order. */
export function isComparable(value: CelValue): boolean {
  return (
    ['boolean', 'string', 'bigint', 'number'].includes(typeof value) ||
    value instanceof Uint ||
    value instanceof Uint8Array ||
    value instanceof Timestamp ||
    value instanceof Duration
  )
}

const NAN = new CelError('NaN values cannot be ordered')
