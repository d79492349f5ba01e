// Lists: cel-go's extensions "lists" version 3 and "sets", and Kubernetes' list functions.

import { byContents, type CostRule, checkItems, sizeOf } from '../cost.ts'
import { compare, equals, isComparable, isEqual } from '../equal.ts'
import { declare, type FunctionDeclaration, type Implementation, ofTypes } from '../function.ts'
import { CelError, type CelValue, Duration, isList, kindOf, NO_OVERLOAD, type Result, Uint } from '../value.ts'
import { byProductOfWeights, byWeight, byWeightSquared } from '../weight.ts'
import { add } from './operators.ts'

type List = readonly CelValue[]

const DURATION = 'google.protobuf.Duration'
const ORDERED = ['int', 'uint', 'double', 'bool', DURATION, 'google.protobuf.Timestamp', 'string', 'bytes']

function ofList(run: (list: List) => Result): Implementation {
  return (list = null) => (isList(list) ? run(list) : NO_OVERLOAD)
}

const LIST_COST = 11
const byListResult: CostRule = (_, result) => LIST_COST + (isList(result as CelValue) ? sizeOf(result) : 1)

/** The cost of comparing each element with each other element, by the element's type. */
function byPairs(type: string): CostRule {
  const factor = type === 'string' || type === 'bytes' ? 2.1 : 2
  return ([list]) => LIST_COST + Math.floor(sizeOf(list) ** 2 * factor)
}

function slice(list: CelValue = null, from: CelValue = null, to: CelValue = null): Result {
  if (!isList(list) || typeof from !== 'bigint' || typeof to !== 'bigint') return NO_OVERLOAD
  const [items, start, end] = [list, from, to]
  const call = `cannot slice(${start}, ${end})`
  if (start < 0n || end < 0n) return new CelError(`${call}, negative indexes not supported`)
  if (start > end) return new CelError(`${call}, start index must be less than or equal to end index`)
  if (end > BigInt(items.length)) return new CelError(`${call}, list is length ${items.length}`)
  return items.slice(Number(start), Number(end))
}

function flatten(list: List, depth: bigint): CelValue[] {
  const flat: CelValue[] = []
  for (const item of list) {
    if (isList(item) && depth > 0n) for (const inner of flatten(item, depth - 1n)) flat.push(inner)
    else flat.push(item)
    checkItems(flat.length)
  }
  return flat
}

function flattened(list: CelValue = null, depth: CelValue = 1n): Result {
  if (!isList(list) || typeof depth !== 'bigint') return NO_OVERLOAD
  return depth < 0n ? new CelError('level must be non-negative') : flatten(list, depth)
}

function range(count: CelValue = null): Result {
  const length = count as bigint
  // A result that costs more than any limit is not built.
  checkItems(Number(length))
  return Array.from({ length: Math.max(0, Number(length)) }, (_, i) => BigInt(i))
}

function distinct(list: List): Result {
  const found: CelValue[] = []
  const texts = new Set<CelValue>()
  for (const item of list) {
    const isText = typeof item === 'string'
    if (isText ? texts.has(item) : found.some(other => isEqual(item, other))) continue
    if (isText) texts.add(item)
    found.push(item)
  }
  return found
}

function sortBy(list: List, keys: List): Result {
  const [first] = keys
  if (first === undefined) return []
  if (!isComparable(first)) return new CelError('list elements must be comparable')
  if (keys.some(key => kindOf(key) !== kindOf(first))) return new CelError('list elements must have the same type')
  const order = Array.from(keys.keys()).sort((a, b) => Number(compare(keys[a] ?? null, keys[b] ?? null)))
  return order.map(i => list[i] ?? null)
}

function isSorted(list: List): Result {
  for (const [i, item] of list.entries()) {
    if (!isComparable(item)) return NO_OVERLOAD
    // Values that cannot be compared are not in a wrong order.
    if (i > 0 && compare(list[i - 1] ?? null, item) === 1) return false
  }
  return true
}

function extreme(name: string, preferred: number): (list: List) => Result {
  return ([first, ...rest]) => {
    if (first === undefined) return new CelError(`${name} called on empty list`)
    let best = first
    for (const item of [first, ...rest]) {
      if (!isComparable(item)) return NO_OVERLOAD
      if (compare(item, best) === preferred) best = item
    }
    return best
  }
}

function sum(zero: CelValue): Implementation {
  return ofList(list => {
    let total: Result = zero
    for (const item of list) {
      total = add(total, item)
      if (total instanceof CelError) return total
    }
    return total
  })
}

function isSubset(part: List, whole: List): boolean {
  return part.every(item => whole.some(other => equals(item, other) === true))
}

/** A function of the extension "sets", which compares each element with each one of another list. */
function sets(name: string, factor: number, run: (a: List, b: List) => boolean): FunctionDeclaration {
  const ofLists: Implementation = (a = null, b = null) => (isList(a) && isList(b) ? run(a, b) : NO_OVERLOAD)
  const cost: CostRule = ([a, b]) => 1 + factor * sizeOf(a) * sizeOf(b)
  return declare(`sets.${name}`, [['(list(<T>), list(<T>)) -> bool', ofLists, cost]], { work: byProductOfWeights })
}

/** The cost of functions that read each element once. */
const WHOLE = { cost: byContents, work: byWeight }

const ZEROS: readonly (readonly [string, CelValue])[] = [
  ['int', 0n],
  ['uint', new Uint(0n)],
  ['double', 0],
  [DURATION, new Duration(0n)],
]

export const LISTS: readonly FunctionDeclaration[] = [
  declare('slice', [['list(<T>).(int, int) -> list(<T>)', undefined, byListResult]], { run: slice }),
  declare(
    'flatten',
    [
      ['list(list(<T>)).() -> list(<T>)', undefined, ([list]) => LIST_COST + sizeOf(list)],
      ['list(dyn).(int) -> list(dyn)', undefined, ([list, depth]) => LIST_COST + sizeOf(list) * (typeof depth === 'bigint' && depth > 0n ? Number(depth) : 0)],
    ],
    { run: flattened, work: byWeight },
  ),
  declare('lists.range', [['(int) -> list(int)', range, byListResult]]),
  declare('sort', ofTypes(ORDERED, 'list(#).() -> list(#)', undefined, byPairs), { run: ofList(list => sortBy(list, list)) }),
  declare('@sortByAssociatedKeys', ofTypes(ORDERED, 'list(<T>).(list(#)) -> list(<T>)', undefined, byPairs), {
    run: (list = null, keys = null) => (isList(list) && isList(keys) ? sortBy(list, keys) : NO_OVERLOAD),
    panics: 'interface conversion: *types.Err is not traits.Lister: missing method Add',
  }),
  declare('distinct', [['list(<T>).() -> list(<T>)', undefined, byPairs('any')]], { run: ofList(distinct), work: byWeightSquared }),
  declare('reverse', [['list(<T>).() -> list(<T>)', undefined, byListResult]], { run: ofList(list => list.toReversed()) }),
  sets('contains', 1, (a, b) => isSubset(b, a)),
  sets('equivalent', 2, (a, b) => isSubset(a, b) && isSubset(b, a)),
  sets('intersects', 1, (a, b) => a.some(item => isSubset([item], b))),
  declare('isSorted', ofTypes(ORDERED, 'list(#).() -> bool', ofList(isSorted)), WHOLE),
  declare('max', ofTypes(ORDERED, 'list(#).() -> #', ofList(extreme('max', 1))), WHOLE),
  declare('min', ofTypes(ORDERED, 'list(#).() -> #', ofList(extreme('min', -1))), WHOLE),
  declare(
    'sum',
    ZEROS.map(([type, zero]) => [`list(${type}).() -> ${type}`, sum(zero)]),
    WHOLE,
  ),
  declare('indexOf', [['list(<A>).(<A>) -> int', (list = null, item = null) => BigInt((list as List).findIndex(other => equals(other, item) === true))]], {
    cost: byContents,
  }),
  declare(
    'lastIndexOf',
    [['list(<A>).(<A>) -> int', (list = null, item = null) => BigInt((list as List).findLastIndex(other => equals(other, item) === true))]],
    { cost: byContents, work: byWeight },
  ),
]
