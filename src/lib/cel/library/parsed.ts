// Functions that parse text into opaque types, such as `url(text)` and `isURL(text)`; errors of Go's parsers become CEL errors.

import { GoError } from '../../go/value.ts'
import { bySize, type CostRule } from '../cost.ts'
import { declare, type FunctionDeclaration } from '../function.ts'
import { CelError, type CelValue, Opaque, type Result } from '../value.ts'

/** The result, or Go's error with a prefix. */
export function orCelError(parse: () => Result, before: string = ''): Result {
  try {
    return parse()
  } catch (error) {
    if (error instanceof GoError) return new CelError(before + error.message)
    throw error
  }
}

/** `NAME(text)` and `isNAME(text)`. */
export function parserFunctions(
  name: string,
  test: string,
  { type, parse, testCost }: { readonly type: string; readonly parse: (text: string) => Result; readonly testCost?: CostRule },
): FunctionDeclaration[] {
  return [
    declare(name, [[`(string) -> ${type}`, text => parse(text as string)]], { cost: ([text]) => (text instanceof Opaque ? 1 : bySize([text ?? null], null)) }),
    declare(test, [['(string) -> bool', text => !(parse(text as string) instanceof CelError)]], testCost === undefined ? {} : { cost: testCost }),
  ]
}

/** A method without arguments of an opaque type, given its payload. */
export function getter<Payload>(type: string, name: string, result: string, get: (payload: Payload) => Result): FunctionDeclaration {
  return declare(name, [[`${type}.() -> ${result}`, value => get(payloadOf<Payload>(value))]])
}

/** `isLessThan`, `isGreaterThan` and `compareTo` of an opaque type. */
export function comparisons<Payload>(type: string, compare: (a: Payload, b: Payload) => number): FunctionDeclaration[] {
  const comparison = (name: string, result: string, get: (order: number) => Result) =>
    declare(name, [[`${type}.(${type}) -> ${result}`, (a, b) => get(compare(payloadOf<Payload>(a), payloadOf<Payload>(b)))]])
  return [
    comparison('isLessThan', 'bool', order => order < 0),
    comparison('isGreaterThan', 'bool', order => order > 0),
    comparison('compareTo', 'int', order => BigInt(order)),
  ]
}

/** Content of a value of an opaque type; the checker and the dispatch by types ensure that it is one. */
export function payloadOf<Payload>(value: CelValue | undefined): Payload {
  return (value as Opaque).payload as Payload
}
