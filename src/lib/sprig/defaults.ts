// Sprig's default, flow and type functions (documentation, "Default Functions", "Reflection Functions").

import { ANY, BOOL, GoError, type GoValue, STRING, typeOf } from '../go/value.ts'
import { alias, any, bool, type Entries, fn, text, variadic } from './define.ts'
import { deepCopy, deepEqual, isEmpty, kindName } from './reflected.ts'

/** The functions by name. */
export function defaultFuncs(): Entries {
  return alias(
    [
      ['default', variadic([any], any, { result: ANY, call: ([given = null], fallback) => (isEmpty(given) ? fallback : given) })],
      ['empty', fn([any], BOOL, isEmpty)],
      ['coalesce', variadic([], any, { result: ANY, call: values => values.find(value => !isEmpty(value)) ?? null })],
      ['all', variadic([], any, { result: BOOL, call: values => values.every(value => !isEmpty(value)) })],
      ['any', variadic([], any, { result: BOOL, call: values => values.some(value => !isEmpty(value)) })],
      ['ternary', fn([any, any, bool], ANY, (yes, no, condition) => (condition ? yes : no))],
      ['fail', fn([text], STRING, fail)],
      ['typeOf', fn([any], STRING, typeName)],
      ['typeIs', fn([text, any], BOOL, (name, value) => name === typeName(value))],
      ['typeIsLike', fn([text, any], BOOL, (name, value) => name === typeName(value) || `*${name}` === typeName(value))],
      ['kindOf', fn([any], STRING, kindName)],
      ['kindIs', fn([text, any], BOOL, (kind, value) => kind === kindName(value))],
      ['deepEqual', fn([any, any], BOOL, deepEqual)],
      ['deepCopy', fn([any], ANY, copy)],
    ],
    { mustDeepCopy: 'deepCopy' },
  )
}

function fail(message: string): never {
  throw new GoError(message)
}

function typeName(value: GoValue): string {
  return typeOf(value)?.name ?? '<nil>'
}

function copy(value: GoValue): GoValue {
  if (value === null) throw new GoError('reflect: call of reflect.Value.Type on zero Value')
  return deepCopy(value)
}
