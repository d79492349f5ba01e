// Regular expressions, in Go's RE2 dialect: the standard function and Kubernetes' `find` and `findAll`.

import { createMeter } from '../../go/limits.ts'
import { compile, type Regexp } from '../../go/regexp.ts'
import { GoError } from '../../go/value.ts'
import { byPattern } from '../cost.ts'
import { declare, type FunctionDeclaration, type Implementation } from '../function.ts'
import { CelError, type CelValue, NO_OVERLOAD, type Result } from '../value.ts'

/** A compiled pattern, or Go's error message. */
export function compilePattern(pattern: string): Regexp | CelError {
  return orError(() => compile(pattern))
}

function orError<Value>(run: () => Value): Value | CelError {
  try {
    return run()
  } catch (error) {
    if (error instanceof GoError) return new CelError(error.message)
    throw error
  }
}

type Search = (text: string, pattern: Regexp, rest: readonly CelValue[]) => Result

function withPattern(search: Search, prefix: string = ''): Implementation {
  return (text = null, pattern = null, ...rest) => {
    if (typeof text !== 'string' || typeof pattern !== 'string') return NO_OVERLOAD
    const compiled = compilePattern(pattern)
    return compiled instanceof CelError ? new CelError(prefix + compiled.message) : search(text, compiled, rest)
  }
}

/** The implementation for a constant pattern, compiled once. */
function prepare(search: Search): (pattern: CelValue) => Implementation | CelError | null {
  return pattern => {
    if (typeof pattern !== 'string') return null
    const compiled = compilePattern(pattern)
    if (compiled instanceof CelError) return compiled
    return (text = null, _ = null, ...rest) => (typeof text === 'string' ? search(text, compiled, rest) : NO_OVERLOAD)
  }
}

const MATCHES: Search = (text, pattern) => orError(() => pattern.isMatch(text, createMeter()))
const FIND: Search = (text, pattern) => orError(() => pattern.find(text, createMeter()))
const FIND_ALL: Search = (text, pattern, [limit = -1n]) => orError(() => pattern.findAll(text, Number(limit), createMeter()) ?? [])

/** Cost of a search: its automaton has about the size of the pattern, with each repetition written out. */
function work([text, pattern]: readonly CelValue[]): number {
  if (typeof text !== 'string' || typeof pattern !== 'string') return 0
  const repeated = Math.max(1, ...Array.from(pattern.matchAll(/\{(?:\d*,)?(\d+)/g), ([, times]) => Number(times)))
  return (text.length * pattern.length * Math.min(repeated, 1000)) / 64
}

function illegal(search: Search): Implementation {
  return withPattern(search, 'Illegal regex: ')
}

export const REGEX: readonly FunctionDeclaration[] = [
  declare('matches', [['string.(string) -> bool'], ['(string, string) -> bool']], {
    run: withPattern(MATCHES),
    takes: value => typeof value === 'string',
    cost: byPattern,
    prepare: prepare(MATCHES),
    work,
  }),
  declare('find', [['string.(string) -> string', illegal(FIND)]], { cost: byPattern, prepare: prepare(FIND), work }),
  declare('findAll', [['string.(string, int?) -> list(string)', illegal(FIND_ALL)]], { cost: byPattern, prepare: prepare(FIND_ALL), work }),
]
