// Operators: arithmetic with overflow as an error, comparison, membership (google/cel-spec, doc/langdef.md, "List of Standard Definitions").

import { bySmaller, bySum, type CostRule, checkItems, Panic, sizeOf } from '../cost.ts'
import { compare, equals, isComparable } from '../equal.ts'
import { declare, type FunctionDeclaration, type Implementation, type OverloadEntry } from '../function.ts'
import { MAX_INT, MAX_UINT, MIN_INT } from '../literal.ts'
import { concatenation } from '../origin.ts'
import { CelError, CelMap, type CelValue, Duration, isList, NO_OVERLOAD, Opaque, type Result, Timestamp, Uint } from '../value.ts'
import { byLighter, byWeight } from '../weight.ts'

export const INT_OVERFLOW = new CelError('integer overflow')
export const UINT_OVERFLOW = new CelError('unsigned integer overflow')
const TIMESTAMP_OVERFLOW = new CelError('timestamp overflow')

/** An int, or the error of an overflow. */
export function int(value: bigint): Result {
  return value > MAX_INT || value < MIN_INT ? INT_OVERFLOW : value
}

/** A uint, or the error of an overflow. */
export function uint(value: bigint): Result {
  return value > MAX_UINT || value < 0n ? UINT_OVERFLOW : new Uint(value)
}

/** A duration, or the error of an overflow. */
export function duration(nanos: bigint): Result {
  return nanos > MAX_INT || nanos < MIN_INT ? INT_OVERFLOW : new Duration(nanos)
}

/** A time in the years 1 to 9999. */
export function timestamp(nanos: bigint, offset: number = 0): Result {
  return nanos < FIRST || nanos > LAST ? TIMESTAMP_OVERFLOW : new Timestamp(nanos, offset)
}

const SECOND = 1_000_000_000n
const FIRST = -62_135_596_800n * SECOND
const LAST = 253_402_300_799n * SECOND + 999_999_999n

type Binary = (a: CelValue, b: CelValue) => Result

/** The operator `+`. */
export function add(a: CelValue, b: CelValue): Result {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a + b)
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (typeof a === 'string' && typeof b === 'string') return a + b
  if (a instanceof Uint && b instanceof Uint) return uint(a.value + b.value)
  if (isList(a) && isList(b)) {
    checkItems(a.length + b.length)
    return concatenation(a, b)
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Uint8Array.from([...a, ...b])
  if (a instanceof Duration && b instanceof Duration) return duration(a.nanos + b.nanos)
  if (a instanceof Duration && b instanceof Timestamp) return timestamp(a.nanos + b.nanos, b.offset)
  if (a instanceof Timestamp && b instanceof Duration) return timestamp(a.nanos + b.nanos, a.offset)
  return NO_OVERLOAD
}

function subtract(a: CelValue, b: CelValue): Result {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a - b)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (a instanceof Uint && b instanceof Uint) return uint(a.value - b.value)
  if (a instanceof Duration && b instanceof Duration) return duration(a.nanos - b.nanos)
  if (a instanceof Timestamp && b instanceof Duration) return timestamp(a.nanos - b.nanos, a.offset)
  if (a instanceof Timestamp && b instanceof Timestamp) return duration(a.nanos - b.nanos)
  return NO_OVERLOAD
}

function multiply(a: CelValue, b: CelValue): Result {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a * b)
  if (typeof a === 'number' && typeof b === 'number') return a * b
  return a instanceof Uint && b instanceof Uint ? uint(a.value * b.value) : NO_OVERLOAD
}

function divide(a: CelValue, b: CelValue): Result {
  if (typeof a === 'number' && typeof b === 'number') return a / b
  return integers(a, b, { operation: (x, y) => x / y, byZero: new CelError('division by zero') })
}

function modulus(a: CelValue, b: CelValue): Result {
  return integers(a, b, { operation: (x, y) => x % y, byZero: new CelError('modulus by zero') })
}

function integers(a: CelValue, b: CelValue, { operation, byZero }: { operation: (x: bigint, y: bigint) => bigint; byZero: CelError }): Result {
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    if (b === 0n) return byZero
    return a === MIN_INT && b === -1n ? INT_OVERFLOW : operation(a, b)
  }
  if (!(a instanceof Uint) || !(b instanceof Uint)) return NO_OVERLOAD
  return b.value === 0n ? byZero : uint(operation(a.value, b.value))
}

function negate(a: CelValue): Result {
  if (typeof a === 'bigint') return int(-a)
  if (a instanceof Duration) return duration(-a.nanos)
  return typeof a === 'number' ? -a : NO_OVERLOAD
}

function isNumber(value: CelValue): boolean {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint
}

function isTime(value: CelValue): boolean {
  return value instanceof Duration || value instanceof Timestamp
}

function isAddable(value: CelValue): boolean {
  return isNumber(value) || isTime(value) || typeof value === 'string' || isList(value) || value instanceof Uint8Array
}

function arithmetic(name: string, types: readonly string[], { run, takes }: { run: Binary; takes: (value: CelValue) => boolean }): FunctionDeclaration {
  const overloads = types.map(
    (type): OverloadEntry => [type.includes('->') ? type : `(${type}, ${type}) -> ${type}`, undefined, name === '_+_' ? COSTS.get(type) : undefined],
  )
  return declare(name, overloads, { run: run as Implementation, takes })
}

const COSTS: ReadonlyMap<string, CostRule> = new Map([
  ['string', bySum],
  ['bytes', bySum],
])

const T = 'google.protobuf.Timestamp'
const D = 'google.protobuf.Duration'

function comparison(name: string, holds: (order: number) => boolean): FunctionDeclaration {
  const numbers = ['int', 'uint', 'double']
  const mixed = numbers.flatMap(a => numbers.filter(b => b !== a).map(b => `(${a}, ${b}) -> bool`))
  const same = ['bool', 'int', 'uint', 'double', T, D].map(type => `(${type}, ${type}) -> bool`)
  const run: Binary = (a, b) => {
    const order = compare(a, b)
    return typeof order === 'number' ? holds(order) : order
  }
  const texts = ['string', 'bytes'].map(type => [`(${type}, ${type}) -> bool`, undefined, bySmaller] as OverloadEntry)
  return declare(name, [...same.map(signature => [signature] as const), ...texts, ...mixed.map(signature => [signature] as const)], {
    run: run as Implementation,
    takes: isComparable,
  })
}

function equality(name: string, wanted: boolean): FunctionDeclaration {
  const run: Binary = (a, b) => {
    const same = equals(a, b)
    return typeof same === 'boolean' ? same === wanted : same
  }
  const cost: CostRule = args => (args[0] instanceof Opaque ? 1 : bySmaller(args, null))
  return declare(name, [['(<A>, <A>) -> bool']], { run: run as Implementation, cost, work: byLighter })
}

function isIn(element: CelValue, container: CelValue): Result {
  if (container instanceof CelMap) {
    if (element instanceof Uint8Array) throw new Panic('runtime error: hash of unhashable type types.Bytes')
    return container.get(element) !== undefined
  }
  if (!isList(container)) return NO_OVERLOAD
  return container.some(item => equals(element, item) === true)
}

export const OPERATORS: readonly FunctionDeclaration[] = [
  declare('_?_:_', [['(bool, <A>, <A>) -> <A>']]),
  declare('_&&_', [['(bool, bool) -> bool']]),
  declare('_||_', [['(bool, bool) -> bool']]),
  declare('!_', [['(bool) -> bool']], { run: (value = null) => (typeof value === 'boolean' ? !value : NO_OVERLOAD) }),
  declare('@not_strictly_false', [['(bool) -> bool']]),
  equality('_==_', true),
  equality('_!=_', false),
  arithmetic('_+_', ['bytes', 'double', D, `(${D}, ${T}) -> ${T}`, `(${T}, ${D}) -> ${T}`, 'int', '(list(<A>), list(<A>)) -> list(<A>)', 'string', 'uint'], {
    run: add,
    takes: isAddable,
  }),
  arithmetic('_-_', ['double', D, 'int', `(${T}, ${D}) -> ${T}`, `(${T}, ${T}) -> ${D}`, 'uint'], {
    run: subtract,
    takes: value => isNumber(value) || isTime(value),
  }),
  arithmetic('_*_', ['double', 'int', 'uint'], { run: multiply, takes: isNumber }),
  arithmetic('_/_', ['double', 'int', 'uint'], { run: divide, takes: isNumber }),
  arithmetic('_%_', ['int', 'uint'], { run: modulus, takes: value => isNumber(value) && typeof value !== 'number' }),
  declare('-_', [['(double) -> double'], ['(int) -> int']], {
    run: (value = null) => negate(value),
    takes: value => typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean' || value instanceof Duration,
  }),
  comparison('_<_', order => order < 0),
  comparison('_<=_', order => order <= 0),
  comparison('_>_', order => order > 0),
  comparison('_>=_', order => order >= 0),
  declare('_[_]', [
    ['(list(<A>), int) -> <A>'],
    ['(map(<A>, <B>), <A>) -> <B>'],
    ['(optional_type(list(<V>)), int) -> optional_type(<V>)'],
    ['(optional_type(map(<K>, <V>)), <K>) -> optional_type(<V>)'],
  ]),
  declare('_[?_]', [
    ['(list(<V>), int) -> optional_type(<V>)'],
    ['(optional_type(list(<V>)), int) -> optional_type(<V>)'],
    ['(map(<K>, <V>), <K>) -> optional_type(<V>)'],
    ['(optional_type(map(<K>, <V>)), <K>) -> optional_type(<V>)'],
  ]),
  declare('@in', [['(<A>, list(<A>)) -> bool', undefined, ([, list]) => sizeOf(list)], ['(<A>, map(<A>, <B>)) -> bool']], {
    run: isIn as Implementation,
    work: args => (args[1] instanceof CelMap ? 1 : byWeight(args)),
  }),
]
