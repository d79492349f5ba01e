// Converts JavaScript's errors at its limits of stack and text length, which input can reach, into findings.

import { InjectError } from './diagnostic.ts'

const STACK = /^Maximum call stack size exceeded/
const LENGTH = /^Invalid string length|^Cannot create a string longer than /

/**
 * The error `too-large` for JavaScript's error at one of its limits; any other error unchanged.
 * @example
 * try { … } catch (error) { throw tooLargeOr(error) }
 */
export function tooLargeOr(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const isDeep = error instanceof RangeError && STACK.test(error.message)
  if (!isDeep && !LENGTH.test(error.message)) return error
  const message = isDeep ? 'it nests more deeply than can be followed' : 'a text in it, or made of it, is longer than a text can be'
  const hint = isDeep ? 'look for values, templates or expressions that stand in one another very often' : 'give the input in parts'
  return new InjectError({ code: 'too-large', message, hint }, { cause: error })
}
