// Kubernetes' CEL functions on lists, sets and optional values (k8s.io/apiserver/pkg/cel/library lists, cel-go ext lists and sets).

import { type Environment, Optional } from '@marcbachmann/cel-js'
import { countSteps } from './steps.ts'
import { compare, same } from './values.ts'

type List = readonly unknown[]

class Lists {}
class Sets {}

export function registerCollections(env: Environment): void {
  env.registerFunction('list<A>.isSorted(): bool', (list: List) => list.every((item, i) => i === 0 || compare(list[i - 1], item) <= 0))
  env.registerFunction('list<int>.sum(): int', (list: readonly bigint[]) => list.reduce((a, b) => a + b, 0n))
  env.registerFunction('list<double>.sum(): double', (list: readonly number[]) => list.reduce((a, b) => a + b, 0))
  env.registerFunction('list<A>.min(): A', (list: List) => extreme(list, 'min', -1))
  env.registerFunction('list<A>.max(): A', (list: List) => extreme(list, 'max', 1))
  env.registerFunction('list<A>.indexOf(A): int', (list: List, wanted: unknown) => BigInt(list.findIndex(item => same(item, wanted))))
  env.registerFunction('list<A>.lastIndexOf(A): int', (list: List, wanted: unknown) => BigInt(list.findLastIndex(item => same(item, wanted))))
  env.registerFunction('list<A>.sort(): list<A>', (list: List) => [...list].sort(compare))
  env.registerFunction('list<A>.slice(int, int): list<A>', slice)
  env.registerFunction('list<A>.reverse(): list<A>', (list: List) => [...list].reverse())
  env.registerFunction('list<A>.distinct(): list<A>', (list: List) => distinct(list))
  env.registerFunction('list<dyn>.flatten(): list<dyn>', (list: List) => list.flat(1))
  env.registerFunction('list<dyn>.flatten(int): list<dyn>', (list: List, depth: bigint) => list.flat(Number(depth)))

  env.registerType('Lists', Lists).registerConstant('lists', 'Lists', new Lists())
  env.registerFunction('Lists.range(int): list<int>', (_: Lists, length: bigint) => range(length))
  env.registerType('Sets', Sets).registerConstant('sets', 'Sets', new Sets())
  env.registerFunction('Sets.contains(list<A>, list<A>): bool', (_: Sets, list: List, part: List) => includesAll(list, part))
  env.registerFunction('Sets.equivalent(list<A>, list<A>): bool', (_: Sets, a: List, b: List) => includesAll(a, b) && includesAll(b, a))
  env.registerFunction('Sets.intersects(list<A>, list<A>): bool', (_: Sets, a: List, b: List) => a.some(item => includes(b, item)))

  env.registerFunction('OptionalNamespace.ofNonZeroValue(A): optional<A>', (_: unknown, value: unknown) =>
    isZero(value) ? Optional.none() : Optional.of(value),
  )
  // Optional entries of literals: rewrite.ts.
  env.registerFunction('__entry(optional<A>): A', (optional: Optional) => (optional.hasValue() ? optional.value() : ABSENT))
  env.registerFunction('__present(map<K, V>): map<K, V>', (map: object) => {
    const entries = map instanceof Map ? [...map] : Object.entries(map)
    return new Map(entries.filter(([, value]) => value !== ABSENT))
  })
  env.registerFunction('__present(list<A>): list<A>', (list: List) => list.filter(item => item !== ABSENT))
}

/** Stands in a literal for an optional entry without value; a list, so that it passes as a value. */
const ABSENT: List = Object.freeze([])

function includes(list: List, wanted: unknown): boolean {
  countSteps(list.length)
  return list.some(item => same(item, wanted))
}

function includesAll(list: List, part: List): boolean {
  return part.every(item => includes(list, item))
}

function distinct(list: List): unknown[] {
  const found: unknown[] = []
  for (const item of list) if (!includes(found, item)) found.push(item)
  return found
}

function extreme(list: List, name: string, sign: number): unknown {
  if (list.length === 0) throw new Error(`${name} called on empty list`)
  return list.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best))
}

function slice(list: List, start: bigint, end: bigint): List {
  if (start < 0n || end < 0n) throw new Error(`cannot slice(${start}, ${end}), negative indexes not supported`)
  if (start > end) throw new Error(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`)
  if (BigInt(list.length) < end) throw new Error(`cannot slice(${start}, ${end}), list is length ${list.length}`)
  return list.slice(Number(start), Number(end))
}

function range(length: bigint): bigint[] {
  if (length <= 0n) return []
  countSteps(Number(length))
  return Array.from({ length: Number(length) }, (_, i) => BigInt(i))
}

function isZero(value: unknown): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true
  if (Array.isArray(value)) return value.length === 0
  return value instanceof Map && value.size === 0
}
