// Optional values (google/cel-spec, proposal 246; cel-go's OptionalTypes, version 2) and the insertion that comprehensions over maps expand to.

import { isEqual } from '../equal.ts'
import { declare, type FunctionDeclaration } from '../function.ts'
import { CelError, CelMap, type CelValue, Duration, isList, NO_OVERLOAD, NONE, Optional, type Result, Struct, Timestamp, Uint } from '../value.ts'

function isZero(value: CelValue): boolean {
  switch (typeof value) {
    case 'boolean':
      return !value
    case 'string':
      return value === ''
    case 'bigint':
    case 'number':
      return isEqual(value, 0n)
    default:
      return isZeroObject(value)
  }
}

// The first moment of the year 1.
const ZERO_TIME = -62_135_596_800_000_000_000n

function isZeroObject(value: CelValue & (object | null)): boolean {
  if (value === null) return true
  if (isList(value) || value instanceof Uint8Array) return value.length === 0
  if (value instanceof CelMap) return value.size === 0
  if (value instanceof Uint) return value.value === 0n
  if (value instanceof Duration) return value.nanos === 0n
  if (value instanceof Timestamp) return value.nanos === ZERO_TIME
  if (value instanceof Optional) return value.value === undefined
  return value instanceof Struct && value.fields.size === 0
}

function optionalValue(optional: CelValue = null): Result {
  if (!(optional instanceof Optional)) return NO_OVERLOAD
  return optional.value === undefined ? new CelError('optional.none() dereference') : optional.value
}

function unwrap(list: CelValue = null): Result {
  if (!isList(list)) return NO_OVERLOAD
  return list.flatMap(item => (item instanceof Optional && item.value !== undefined ? [item.value] : []))
}

function optionalOf(value: CelValue | undefined): Optional {
  return value === undefined ? NONE : new Optional(value)
}

function insert(map: CelValue = null, pairs: Iterable<readonly [CelValue, CelValue]> = []): Result {
  if (!(map instanceof CelMap)) return NO_OVERLOAD
  for (const [key] of pairs) if (map.get(key) !== undefined) return new CelError(`insert failed: key ${key} already exists`)
  return CelMap.of([...map.entries(), ...pairs])
}

export const OPTIONALS: readonly FunctionDeclaration[] = [
  declare('optional.of', [['(<V>) -> optional_type(<V>)', (value = null) => new Optional(value)]]),
  declare('optional.ofNonZeroValue', [['(<V>) -> optional_type(<V>)', (value = null) => (isZero(value) ? NONE : new Optional(value))]]),
  declare('optional.none', [['() -> optional_type(<V>)', () => NONE]]),
  declare('optional.unwrap', [['(list(optional_type(<V>))) -> list(<V>)', unwrap]]),
  declare('unwrapOpt', [['list(optional_type(<V>)).() -> list(<V>)', unwrap]]),
  declare('hasValue', [['optional_type(<V>).() -> bool', (optional = null) => (optional as Optional).value !== undefined]]),
  declare('value', [['optional_type(<V>).() -> <V>', optionalValue]]),
  declare('or', [['optional_type(<V>).(optional_type(<V>)) -> optional_type(<V>)']]),
  declare('orValue', [['optional_type(<V>).(<V>) -> <V>']]),
  declare('first', [['list(<V>).() -> optional_type(<V>)', (list = null) => optionalOf((list as readonly CelValue[])[0])]]),
  declare('last', [['list(<V>).() -> optional_type(<V>)', (list = null) => optionalOf((list as readonly CelValue[]).at(-1))]]),
  declare('cel.@mapInsert', [
    ['(map(<K>, <V>), <K>, <V>) -> map(<K>, <V>)', (map, key = null, value = null) => insert(map, [[key, value]])],
    [
      '(map(<K>, <V>), map(<K>, <V>)) -> map(<K>, <V>)',
      (map, entries = null) => (entries instanceof CelMap ? insert(map, [...entries.entries()]) : NO_OVERLOAD),
    ],
  ]),
]
