// Decides which values count as true, and follows chains of pointers (text/template documentation: Actions).

import { Box } from '../go/value.ts'
import type { Value } from './assign.ts'

/** Whether an `if` takes the value for true: not false, 0, nil, no value, or an empty list, map or string. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      return value !== ''
    case 'bigint':
      return value !== 0n
    case 'number':
      // NaN is not zero, and so it is true.
      return value !== 0
    case 'undefined':
      return false
    default:
      if (value === null) return false
      if (Array.isArray(value)) return value.length > 0
      return value instanceof Map ? value.size > 0 : isBoxTrue(value)
  }
}

function isBoxTrue({ type, value }: Box): boolean {
  switch (type.kind) {
    case 'struct':
      return true
    case 'slice':
    case 'array':
      return value !== null && (value as ArrayLike<unknown>).length > 0
    case 'map':
      return value !== null && (value as ReadonlyMap<unknown, unknown>).size > 0
    case 'complex128': {
      const { re, im } = value as { re: number; im: number }
      return re !== 0 || im !== 0
    }
    case 'pointer':
    case 'func':
    case 'chan':
    case 'interface':
      return value !== null
    default:
      return value !== false && value !== '' && value !== 0n && value !== 0
  }
}

/** Final target of a pointer; a nil pointer is its own target. */
export function indirect(value: Value): Value {
  let target = value
  while (target instanceof Box && target.type.kind === 'pointer' && target.value !== null) target = target.value as Value
  return target
}

/** Value in an interface; undefined for nil. */
export function indirectInterface(value: Value): Value {
  return value === null || (value instanceof Box && value.type.kind === 'interface' && value.value === null) ? undefined : value
}

/** nil in an interface, or a pointer to nothing. */
export function isNilPointer(value: Value): boolean {
  return value === null || (value instanceof Box && value.value === null && (value.type.kind === 'pointer' || value.type.kind === 'interface'))
}
