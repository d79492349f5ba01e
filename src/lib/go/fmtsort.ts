// Sorts the keys of a map as Go's fmt and text/template do (documentation of internal/fmtsort).

import { compareStrings } from './utf8.ts'
import { Box, type GoType, type GoValue, wrap } from './value.ts'

/** The raw keys of a map in Go's order: numbers by value (NaN first), strings by bytes, false before true, structs field by field. */
export function sortedKeys<Key>(keyType: GoType, map: ReadonlyMap<Key, unknown>): Key[] {
  const keys = [...map.keys()]
  if (keys.length < 2) return keys
  if (keyType.kind === 'string') return keys.sort((a, b) => compareStrings(textOf(a), textOf(b)))
  return keys.sort((a, b) => compareKeys(wrap(keyType, a), wrap(keyType, b)))
}

function textOf(key: unknown): string {
  return typeof key === 'string' ? key : String(key instanceof Box ? key.value : key)
}

function compareKeys(a: GoValue, b: GoValue): number {
  const x = plain(a)
  const y = plain(b)
  if (typeof x === 'string' && typeof y === 'string') return compareStrings(x, y)
  if (typeof x === 'bigint' && typeof y === 'bigint') return x < y ? -1 : x > y ? 1 : 0
  if (typeof x === 'number' && typeof y === 'number') return compareNumbers(x, y)
  if (typeof x === 'boolean' && typeof y === 'boolean') return Number(x) - Number(y)
  if (a instanceof Box && b instanceof Box && a.type.kind === 'struct') {
    for (const field of a.type.fields?.() ?? []) {
      const order = compareKeys(field.get(a.value), field.get(b.value))
      if (order !== 0) return order
    }
    return 0
  }
  // Keys of different types under an interface: Go's order is that of type addresses; ours is by kind, to be the same every time.
  return rank(x) - rank(y)
}

function plain(value: GoValue): unknown {
  return value instanceof Box ? value.value : value
}

function compareNumbers(x: number, y: number): number {
  if (Number.isNaN(x)) return Number.isNaN(y) ? 0 : -1
  if (Number.isNaN(y)) return 1
  return x - y
}

const RANKS = ['object', 'boolean', 'bigint', 'number', 'string']

function rank(value: unknown): number {
  return value === null || value === undefined ? -1 : RANKS.indexOf(typeof value)
}
