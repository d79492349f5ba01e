// Numbers from any value, as Sprig's int, int64 and float64 take them from spf13/cast (its documentation and behaviour at 1.10).

import { parseFloat as parseGoFloat, parseInt as parseGoInt } from '../go/strconv.ts'
import { Box, GoError, type GoValue, typeOf } from '../go/value.ts'

/** The number as an int64; 0 for a value that is not a number. Fractions are cut off; text is read with its base prefix, so `010` is 8. */
export function toInt64(value: GoValue): bigint {
  switch (typeof value) {
    case 'bigint':
      return value
    case 'number':
      return truncated(value)
    case 'boolean':
      return value ? 1n : 0n
    case 'string':
      return parsed(value)
    default:
      return value instanceof Box ? boxedInt64(value) : 0n
  }
}

function boxedInt64({ type, value }: Box): bigint {
  switch (type.kind) {
    case 'pointer':
      return value === null ? 0n : toInt64(value as GoValue)
    case 'bool':
    case 'string':
    case 'float32':
    case 'float64':
      return toInt64(value as GoValue)
    default:
      return typeof value === 'bigint' ? BigInt.asIntN(64, value) : 0n
  }
}

const MIN_INT64 = -(1n << 63n)

/** The int64 of a float as the processor converts it: a value out of range becomes the smallest. */
function truncated(value: number): bigint {
  if (!Number.isFinite(value)) return MIN_INT64
  const whole = BigInt(Math.trunc(value))
  return whole === BigInt.asIntN(64, whole) ? whole : MIN_INT64
}

const WITH_POINT = /^([-+]?[0-9]*)\.[0-9]*$/

function parsed(text: string): bigint {
  const whole = WITH_POINT.exec(text)?.[1]
  const digits = whole === undefined ? text : whole === '' || whole === '-' || whole === '+' ? `${whole}0` : whole
  try {
    return parseGoInt(digits, 0)
  } catch (error) {
    if (error instanceof GoError) return 0n
    throw error
  }
}

/** The number as a float64; 0 for a value that is not a number. */
export function toFloat64(value: GoValue): number {
  switch (typeof value) {
    case 'number':
      return value
    case 'bigint':
      return Number(value)
    case 'boolean':
      return value ? 1 : 0
    case 'string':
      return parsedFloat(value)
    default:
      return value instanceof Box ? boxedFloat(value) : 0
  }
}

function boxedFloat({ type, value }: Box): number {
  if (type.kind === 'pointer' && value === null) return 0
  if (type.kind === 'pointer' || type.kind === 'bool' || type.kind === 'string') return toFloat64(value as GoValue)
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : 0
}

function parsedFloat(text: string): number {
  try {
    return parseGoFloat(text)
  } catch (error) {
    if (error instanceof GoError) return 0
    throw error
  }
}

/** The dynamic type's name, or `nil`, as Go's failed type assertions say it. */
export function dynamicType(value: GoValue): string {
  return typeOf(value)?.name ?? 'nil'
}
