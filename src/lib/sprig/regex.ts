// Sprig's regular expressions, which are Go's (documentation of Sprig, "String Functions").

import { compile, mustCompile, quoteMeta, type Regexp } from '../go/regexp.ts'
import { BOOL, GoError, type GoFunc, STRING, STRINGS } from '../go/value.ts'
import { type Entries, fn, int, text, typed } from './define.ts'

/** The functions by name. */
export function regexFuncs(): Entries {
  return [
    ['regexMatch', fn([text, text], BOOL, (regex, s, meter) => compileOrNot(regex)?.isMatch(s, meter) ?? false)],
    ['mustRegexMatch', fn([text, text], BOOL, (regex, s, meter) => compile(regex).isMatch(s, meter))],
    ...twins('regexFind', use => fn([text, text], STRING, (regex, s, meter) => use(regex).find(s, meter))),
    ...twins('regexFindAll', use => fn([text, text, int], STRINGS, (regex, s, count, meter) => typed(STRINGS, use(regex).findAll(s, count, meter)))),
    ...twins('regexReplaceAll', use => fn([text, text, text], STRING, (regex, s, by, meter) => use(regex).replaceAll(s, by, meter))),
    ...twins('regexReplaceAllLiteral', use => fn([text, text, text], STRING, (regex, s, by, meter) => use(regex).replaceAllLiteral(s, by, meter))),
    ...twins('regexSplit', use => fn([text, text, int], STRINGS, (regex, s, count, meter) => typed(STRINGS, use(regex).split(s, count, meter)))),
    ['regexQuoteMeta', fn([text], STRING, s => quoteMeta(s))],
  ]
}

/** A function that panics on a bad pattern, and its `must` form, which says the same in fewer words. */
function twins(name: string, define: (use: (regex: string) => Regexp) => GoFunc): Entries {
  return [
    [name, define(mustCompile)],
    [`must${name[0]?.toUpperCase()}${name.slice(1)}`, define(compile)],
  ]
}

function compileOrNot(regex: string): Regexp | undefined {
  try {
    return compile(regex)
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}
