// Checks an argument against the type of the parameter that it is for (text/template documentation: Functions).

import { ANY, Box, type GoType, type GoValue, typeOf } from '../go/value.ts'
import { canBeNil, isAny, isAssignable, isSameType, REFLECT, type Value, zeroValue } from './assign.ts'
import { fail, type Run, typeName } from './run.ts'
import { chargeText, weigh } from './weigh.ts'

/** The value as the parameter takes it. Throws where it cannot. */
export type Check = (run: Run, value: Value) => Value

/**
 * The check for parameters of a type. Values that a function may walk all of (`deep`) are weighed first.
 */
export function checkFor(type: GoType, deep: boolean): Check {
  if (type.name === REFLECT.name) return (_run, value) => value
  if (isAny(type)) return deep ? checkAny : checkAnyShallow
  switch (type.name) {
    case 'string':
      return (run, value) => (typeof value === 'string' && value.length < LONG ? value : measured(run, validate(run, value, type)))
    case 'bool':
      return (run, value) => (typeof value === 'boolean' ? value : validate(run, value, type))
    case 'int':
      return (run, value) => (typeof value === 'bigint' ? value : validate(run, value, type))
    case 'float64':
      return (run, value) => (typeof value === 'number' ? value : validate(run, value, type))
    default:
      return deep ? (run, value) => measured(run, validate(run, value, type)) : (run, value) => validate(run, value, type)
  }
}

const LONG = 4096

function measured(run: Run, value: Value): Value {
  if (typeof value === 'string') {
    if (value.length >= LONG) chargeText(run, value)
  } else if (typeof value === 'object' && value !== null) {
    weigh(run, value)
  }
  return value
}

function checkAny(run: Run, value: Value): Value {
  if (value === undefined) return null
  if (typeof value !== 'object') return typeof value === 'string' && value.length >= LONG ? measured(run, value) : value
  return measured(run, unboxedNil(value))
}

function checkAnyShallow(_run: Run, value: Value): Value {
  return value === undefined ? null : unboxedNil(value)
}

/** nil of an interface with methods (an `error`) is plain nil where any value is taken. */
function unboxedNil(value: GoValue): GoValue {
  return value instanceof Box && value.type.kind === 'interface' && value.value === null ? null : value
}

function validate(run: Run, value: Value, type: GoType): Value {
  if (value === undefined) {
    if (canBeNil(type)) return zeroValue(type)
    throw fail(run, 'invalid value; expected %s', type.name)
  }
  const own = value === null ? ANY : typeOf(value)
  if (own !== undefined && isAssignable(own, type)) return value
  if (value instanceof Box && own !== undefined) {
    if (own.kind === 'pointer' && own.elem !== undefined && isAssignable(own.elem, type)) {
      if (value.value === null) throw fail(run, 'dereference of nil pointer of type %s', type.name)
      return value.value as GoValue
    }
    if (own.addr !== undefined && isSameType(own.addr, type)) return new Box(own.addr, value)
  }
  throw fail(run, 'wrong type for value; expected %s; got %s', type.name, typeName(own))
}
