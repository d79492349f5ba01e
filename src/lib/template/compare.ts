// Implements the builtins eq, ne, lt, le, gt, ge (text/template documentation: Functions).

import { sprintf } from '../go/fmt.ts'
import { compareStrings } from '../go/utf8.ts'
import { Box, GoError, type GoType, type GoValue, typeOf, wrap } from '../go/value.ts'
import type { Value } from './assign.ts'
import { isIntKind, isUintKind } from './assign.ts'
import { indirectInterface } from './truth.ts'
import { isTooHeavy } from './weigh.ts'

const NO_COMPARISON = 'missing argument for comparison'
const BAD_TYPE = 'invalid type for comparison'

type BasicKind = 'bool' | 'complex' | 'int' | 'float' | 'string' | 'uint'

/** The kind of comparison that a value takes part in; undefined for nil, no value, and values of other than basic types. */
function basicKind(value: Value): BasicKind | undefined {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'bigint':
      return 'int'
    case 'number':
      return 'float'
    case 'boolean':
      return 'bool'
    default:
      return value instanceof Box ? boxKind(value.type) : undefined
  }
}

function boxKind({ kind }: GoType): BasicKind | undefined {
  switch (kind) {
    case 'bool':
    case 'string':
      return kind
    case 'float32':
    case 'float64':
      return 'float'
    case 'complex128':
      return 'complex'
    default:
      return isIntKind(kind) ? 'int' : isUintKind(kind) ? 'uint' : undefined
  }
}

function raw(value: Value): unknown {
  return value instanceof Box ? value.value : value
}

function isInteger(kind: BasicKind | undefined): boolean {
  return kind === 'int' || kind === 'uint'
}

function badComparison(a: Value, b: Value): GoError {
  return new GoError(`incompatible types for comparison: ${nameOf(a)} and ${nameOf(b)}`)
}

function nameOf(value: Value): string {
  return typeOf(value ?? null)?.name ?? '<nil>'
}

/**
 * Whether the first value equals any of the others. Integers compare by value whatever their types.
 * @throws GoError for values that cannot be compared
 */
export function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new GoError(NO_COMPARISON)
  return others.some(other => equals(first, other))
}

/**
 * Whether two values are equal, as `eq` compares them.
 * @throws GoError for values that cannot be compared
 */
export function equals(a: Value, b: Value): boolean {
  // The most frequent and the fastest case.
  if (typeof a === 'string' && typeof b === 'string') return a === b
  const kindA = basicKind(a)
  const kindB = basicKind(b)
  if (kindA !== kindB) {
    if (isInteger(kindA) && isInteger(kindB)) return raw(a) === raw(b)
    if (indirectInterface(a) === undefined || indirectInterface(b) === undefined) return false
    throw badComparison(a, b)
  }
  if (kindA === 'complex') return isSameComplex(raw(a), raw(b))
  if (kindA !== undefined) return raw(a) === raw(b)
  return equalsOther(indirectInterface(a), indirectInterface(b))
}

function isSameComplex(a: unknown, b: unknown): boolean {
  const x = a as { re: number; im: number }
  const y = b as { re: number; im: number }
  return x.re === y.re && x.im === y.im
}

function equalsOther(a: Value, b: Value): boolean {
  const typeA = typeOf(a ?? null)
  const typeB = typeOf(b ?? null)
  if (typeA !== undefined && typeB !== undefined && typeA.kind !== typeB.kind) {
    throw new GoError(sprintf('non-comparable types %s: %v, %v: %v', shown(a), typeA.name, typeB.name, shown(b)))
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b)
  if (typeB !== undefined && !isComparable(typeB)) throw new GoError(sprintf('non-comparable type %s: %v', shown(b), typeB.name))
  return isIdentical(a, b)
}

/** A value for an error message. */
function shown(value: Value): GoValue {
  return isTooHeavy(value) ? '...' : (value ?? null)
}

function isNil(value: Value): boolean {
  return value === undefined || (value instanceof Box && value.value === null && value.type.kind !== 'struct')
}

/** Whether Go's == is defined for the type. */
function isComparable(type: GoType): boolean {
  switch (type.kind) {
    case 'slice':
    case 'map':
    case 'func':
      return false
    case 'array':
      return type.elem === undefined || isComparable(type.elem)
    case 'struct':
      return (type.fields?.() ?? []).every(field => isComparable(field.type))
    default:
      return true
  }
}

/** Go's == of two values of any type. */
function isIdentical(a: Value, b: Value): boolean {
  if (!(a instanceof Box) || !(b instanceof Box)) return a === b
  if (a.type.name !== b.type.name) return false
  switch (a.type.kind) {
    case 'complex128':
      return isSameComplex(a.value, b.value)
    case 'struct':
      return a.value === b.value || isSameStruct(a, b)
    case 'array':
      return isSameArray(a, b)
    // The box of a pointer may be a new one each time it is read, so the values behind the pointers are compared.
    case 'pointer':
      return a === b || a.value === b.value || (raw(a.value as Value) === raw(b.value as Value) && typeof raw(a.value as Value) === 'object')
    default:
      return a.value === b.value
  }
}

function isSameStruct({ type, value }: Box, other: Box): boolean {
  const fields = type.fields?.() ?? []
  if (fields.length > 0) return fields.every(field => isIdentical(field.get(value), field.get(other.value)))
  // A struct without exported fields, such as time.Time: the parts of its payload are compared.
  if (typeof value !== 'object' || typeof other.value !== 'object' || value === null || other.value === null) return false
  const parts = Object.entries(other.value)
  const own = new Map(Object.entries(value))
  return own.size === parts.length && parts.every(([key, part]) => own.has(key) && own.get(key) === part)
}

function isSameArray({ type, value }: Box, other: Box): boolean {
  const items = value as readonly unknown[]
  const others = other.value as readonly unknown[]
  const { elem = type } = type
  return items.length === others.length && items.every((item, i) => isIdentical(wrap(elem, item), wrap(elem, others[i])))
}

/**
 * Whether a value is less than another of the same kind.
 * @throws GoError for values without an order
 */
export function isLess(a: Value, b: Value): boolean {
  const kindA = basicKind(a)
  const kindB = basicKind(b)
  if (kindA === undefined || kindB === undefined) throw new GoError(BAD_TYPE)
  if (kindA !== kindB && !(isInteger(kindA) && isInteger(kindB))) throw badComparison(a, b)
  if (kindA === 'bool' || kindA === 'complex') throw new GoError(BAD_TYPE)
  const x = raw(a)
  const y = raw(b)
  if (typeof x === 'string' && typeof y === 'string') return compareStrings(x, y) < 0
  return (x as number | bigint) < (y as number | bigint)
}

/**
 * Whether a value is less than or equal to another, as `le` compares them.
 * @throws GoError for values without an order
 */
export function isLessOrEqual(a: Value, b: Value): boolean {
  return isLess(a, b) || equals(a, b)
}
