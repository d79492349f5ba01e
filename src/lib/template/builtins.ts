// Defines the functions that every template has (text/template documentation: Functions). compile-builtin.ts compiles and, or, call and slice.

import { sprint, sprintf, sprintln } from '../go/fmt.ts'
import { queryEscape } from '../go/url-escape.ts'
import { BOOL, Box, GoError, type GoFunc, type GoType, type GoValue, INT, LIST, STRING, sliceOf } from '../go/value.ts'
import { REFLECT, type Value } from './assign.ts'
import { equals, equalsAny, isLess, isLessOrEqual } from './compare.ts'
import { escapeHtml, escapeJs } from './escape.ts'
import { indexValue, lengthOf, prepareArgument, sliceValue } from './items.ts'
import { joinedText } from './printable.ts'
import { invoke, type Run } from './run.ts'
import { indirectInterface, isTrue } from './truth.ts'

export { sliceValue } from './items.ts'

const REFLECTS: GoType = sliceOf(REFLECT)

/** Builtins are given values without a conversion, also the absence of one, and their results are not checked. */
function builtin(params: readonly GoType[], result: GoType, call: (...args: never[]) => Value): GoFunc {
  const last = params.at(-1)
  return { params, variadic: last === LIST || last === REFLECTS, result, shallow: last !== LIST, pure: true, call: call as GoFunc['call'] }
}

const ONE = [REFLECT]
const TWO = [REFLECT, REFLECT]
const SOME = [REFLECT, REFLECTS]

/** Go's own functions by name. */
export const BUILTINS: ReadonlyMap<string, GoFunc> = new Map([
  ['and', builtin(SOME, REFLECT, (...values: Value[]) => values.find(value => !isTrue(value)) ?? values.at(-1))],
  // Calls are compiled by themselves (compile-builtin.ts), since they need the execution.
  ['call', { ...builtin(SOME, REFLECT, () => undefined), pure: false }],
  ['eq', builtin(SOME, BOOL, (first: Value, ...others: Value[]) => equalsAny(first, others))],
  ['ge', builtin(TWO, BOOL, (a: Value, b: Value) => !isLess(a, b))],
  ['gt', builtin(TWO, BOOL, (a: Value, b: Value) => !isLessOrEqual(a, b))],
  ['html', builtin([LIST], STRING, (...values: GoValue[]) => escapeHtml(joinedText(values)))],
  ['index', { ...builtin(SOME, REFLECT, (value: Value, ...indexes: Value[]) => indexValue(value, indexes)), entryOf: [] }],
  ['js', builtin([LIST], STRING, (...values: GoValue[]) => escapeJs(joinedText(values)))],
  ['le', builtin(TWO, BOOL, isLessOrEqual)],
  ['len', builtin(ONE, INT, (value: Value) => BigInt(lengthOf(value)))],
  ['lt', builtin(TWO, BOOL, isLess)],
  ['ne', builtin(TWO, BOOL, (a: Value, b: Value) => !equals(a, b))],
  ['not', builtin(ONE, BOOL, (value: Value) => !isTrue(value))],
  ['or', builtin(SOME, REFLECT, (...values: Value[]) => values.find(isTrue) ?? values.at(-1))],
  ['print', builtin([LIST], STRING, sprint)],
  ['printf', builtin([STRING, LIST], STRING, sprintf)],
  ['println', builtin([LIST], STRING, sprintln)],
  ['slice', builtin(SOME, REFLECT, (...values: Value[]) => sliceValue(values, []))],
  ['urlquery', builtin([LIST], STRING, (...values: GoValue[]) => queryEscape(joinedText(values)))],
])

/**
 * `call $f 1 2`: calls a function value. `name` is what the template calls it by.
 * @throws GoError for a value that is not a function, or wrong arguments
 */
export function callValue(run: Run, name: string, [value, ...args]: readonly Value[]): Value {
  const callee = indirectInterface(value)
  if (callee === undefined || callee === null) throw new GoError('call of nil')
  if (!(callee instanceof Box) || callee.type.kind !== 'func') throw new GoError(sprintf('non-function %s of type %T', name, callee))
  if (callee.value === null) throw new GoError('call of nil function')
  const func = callee.value as GoFunc
  const { params, variadic } = func
  const fixed = variadic === true ? params.length - 1 : params.length
  if (variadic === true && args.length < fixed) throw new GoError(`wrong number of args for ${name}: got ${args.length} want at least ${fixed}`)
  if (variadic !== true && args.length !== fixed) throw new GoError(`wrong number of args for ${name}: got ${args.length} want ${fixed}`)
  return invoke(
    run,
    func,
    args.map((arg, i) => preparedAt(arg, i, (i < fixed ? params[i] : params.at(-1)?.elem) ?? REFLECT)),
  )
}

function preparedAt(arg: Value, at: number, type: GoType): GoValue {
  try {
    return prepareArgument(arg, type)
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`arg ${at}: ${error.message}`)
    throw error
  }
}
