// Regular expressions, in Go's RE2 dialect: the standard function and Kubernetes' `find` and `findAll`.

import { RE2JS } from 're2js'
import { byPattern } from '../cost.ts'
import { declare, type FunctionDeclaration, type Implementation } from '../function.ts'
import { CelError, type CelValue, NO_OVERLOAD, type Result } from '../value.ts'

/** A compiled pattern, or Go's words for what is wrong with it. */
export function compilePattern(pattern: string): RE2JS | CelError {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!message.startsWith('error parsing regexp: ')) throw error
    return new CelError(message)
  }
}

function find(text: string, pattern: RE2JS): Result {
  const matcher = pattern.matcher(text)
  return matcher.find() ? (matcher.group() ?? '') : ''
}

function findAll(text: string, pattern: RE2JS, limit: bigint): Result {
  const found: string[] = []
  const matcher = pattern.matcher(text)
  let previous = -1
  for (let at = 0; at <= text.length && (limit < 0n || found.length < limit) && matcher.find(at); ) {
    const start = matcher.start()
    const end = matcher.end()
    // Go leaves out an empty match right behind another one.
    if (end > start || start !== previous) found.push(text.slice(start, end))
    previous = end
    at = end > at ? end : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
  }
  return found
}

type Search = (text: string, pattern: RE2JS, rest: readonly CelValue[]) => Result

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

const MATCHES: Search = (text, pattern) => pattern.matcher(text).find()
const FIND: Search = find
const FIND_ALL: Search = (text, pattern, [limit]) => findAll(text, pattern, typeof limit === 'bigint' ? limit : -1n)

function illegal(search: Search): Implementation {
  return withPattern(search, 'Illegal regex: ')
}

export const REGEX: readonly FunctionDeclaration[] = [
  declare('matches', [['string.(string) -> bool'], ['(string, string) -> bool']], {
    run: withPattern(MATCHES),
    takes: value => typeof value === 'string',
    cost: byPattern,
    prepare: prepare(MATCHES),
  }),
  declare('find', [['string.(string) -> string', illegal(FIND)]], { cost: byPattern, prepare: prepare(FIND) }),
  declare(
    'findAll',
    [
      ['string.(string) -> list(string)', illegal(FIND_ALL)],
      ['string.(string, int) -> list(string)', illegal(FIND_ALL)],
    ],
    { cost: byPattern, prepare: prepare(FIND_ALL) },
  ),
]
