// Regular expressions as Kubernetes' CEL has them: RE2, through Sprig's functions, which have it already.

import { takeSpent } from '../../lib/go/limits.ts'
import type { GoFunc, GoValue } from '../../lib/go/value.ts'
import { Box } from '../../lib/go/value.ts'
import { regexFuncs } from '../../lib/sprig/regex.ts'
import { countSteps } from './steps.ts'

let functions: ReadonlyMap<string, GoFunc> | undefined

/** @throws Error for a pattern that RE2 does not have */
export function matches(text: string, pattern: string): boolean {
  return call('mustRegexMatch', pattern, text) === true
}

/** The first match, or ''. */
export function find(text: string, pattern: string): string {
  return findAll(text, pattern, 1)[0] ?? ''
}

/** @param most a negative number means all */
export function findAll(text: string, pattern: string, most: number): string[] {
  const found = call('mustRegexFindAll', pattern, text, BigInt(most))
  const list = found instanceof Box ? found.value : found
  return Array.isArray(list) ? list.filter(item => typeof item === 'string') : []
}

function call(name: string, ...args: GoValue[]): GoValue {
  functions ??= new Map(regexFuncs())
  const found = functions.get(name)
  if (found === undefined) throw new Error(`no function ${name}`)
  try {
    return found.call(...args)
  } finally {
    // In what a template may do, such a call is no part.
    countSteps(Math.ceil(takeSpent()))
  }
}
