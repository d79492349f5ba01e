// Turns the errors with which JavaScript ends at its own limits, of the stack and of a text's length, into findings: input can reach them.

import { InjectError } from './diagnostic.ts'

const STACK = /^Maximum call stack size exceeded/
const LENGTH = /^Invalid string length|^Cannot create a string longer than /

/**
 * The same error; one that JavaScript throws at a limit of its own as an error `too-large`, which a user can correct.
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
