// Checks the number of arguments of a call, and settles its result: for functions and methods (text/template documentation: Functions).

import { Box, type GoFunc, type GoValue } from '../go/value.ts'
import { isAny, type Value } from './assign.ts'
import { charge, type Run } from './run.ts'
import { chargeText } from './weigh.ts'

/** Format and operands of the error that a wrong number of arguments is. */
interface WrongCount {
  readonly format: string
  readonly args: readonly GoValue[]
}

/** A function that is called by a name. */
export interface Callee {
  readonly name: string
  readonly func: GoFunc
  readonly hasFinal: boolean
}

/** The error of a call with too few or too many arguments. */
export function wrongCount({ name, func, hasFinal }: Callee, count: number): WrongCount | undefined {
  const { params, variadic } = func
  const given = hasFinal ? count + 1 : count
  const wanted = variadic === true ? params.length - 1 : params.length
  if (variadic !== true && given !== wanted) return { format: 'wrong number of args for %s: want %d got %d', args: [name, BigInt(wanted), BigInt(given)] }
  // Go counts the piped value here, but its text does not.
  if (given < wanted) return { format: 'wrong number of args for %s: want at least %d got %d', args: [name, BigInt(wanted), BigInt(count)] }
  return undefined
}

const LONG = 4096

/** Charges for a large result, and keeps nil of an interface with methods apart from no value: it prints as `<nil>`. */
export function settle(run: Run, { result }: GoFunc, value: Value): Value {
  const { spent } = run
  if (spent !== 0) {
    run.spent = 0
    charge(run, spent)
  }
  if (typeof value === 'string') {
    if (value.length >= LONG) chargeText(run, value)
  } else if (value === null) {
    if (result.kind === 'interface' && !isAny(result)) return new Box(result, null)
  } else if (Array.isArray(value)) {
    charge(run, value.length)
  } else if (value instanceof Box && Array.isArray(value.value)) {
    charge(run, value.value.length)
  }
  return value
}
