// The text functions of Masterminds/sprig v3.3.0 by name: its TxtFuncMap.

import { onceValue } from '../go/sync.ts'
import type { FuncMap } from '../go/value.ts'
import { cryptoFuncs } from './crypto.ts'
import { dateFuncs } from './dates.ts'
import { defaultFuncs } from './defaults.ts'
import { dictFuncs } from './dicts.ts'
import { jsonFuncs } from './json.ts'
import { listFuncs } from './lists.ts'
import { numericFuncs } from './numeric.ts'
import { pathFuncs } from './paths.ts'
import { REFUSED, refusedFuncs } from './refused.ts'
import { regexFuncs } from './regex.ts'
import { semverFuncs } from './semver-range.ts'
import { splitFuncs } from './split.ts'
import { stringFuncs } from './strings.ts'
import { urlFuncs } from './url.ts'

export { REFUSED } from './refused.ts'

const SUBJECTS = [
  stringFuncs,
  splitFuncs,
  listFuncs,
  dictFuncs,
  numericFuncs,
  defaultFuncs,
  jsonFuncs,
  regexFuncs,
  semverFuncs,
  dateFuncs,
  urlFuncs,
  pathFuncs,
  cryptoFuncs,
  refusedFuncs,
]

/**
 * All functions, created on first use. Those in {@link REFUSED} are known, so that templates with them parse, but fail when called.
 * @example parseTemplate({ name: 't', text: '{{ upper .x }}', funcs: sprigFuncs() })
 */
export const sprigFuncs: () => FuncMap = onceValue(() => new Map(SUBJECTS.flatMap(subject => [...subject()])))

/** A function as docs/compatibility.md lists it. */
export interface FunctionSupport {
  readonly name: string
  /** `supported`, or `error: reason`. */
  readonly support: string
}

// Refused for some arguments only.
const PARTLY: ReadonlyMap<string, string> = new Map([
  ['htpasswd', 'error: depends on random numbers (a name with a colon is rejected as in Sprig)'],
  ['date', 'supported; for a value that is not a date, which means now, refused'],
  ['dateInZone', 'supported; for a value that is not a date, which means now, refused'],
  ['date_in_zone', 'supported; for a value that is not a date, which means now, refused'],
  ['htmlDate', 'supported; for a value that is not a date, which means now, refused'],
  ['htmlDateInZone', 'supported; for a value that is not a date, which means now, refused'],
  ['durationRound', 'supported; for a time, whose distance from now it means, refused'],
  ['buildCustomCert', 'supported; the details of a broken certificate or key are in other words'],
])

/** Every function with its state, by name. */
export function functionSupport(): readonly FunctionSupport[] {
  return [...sprigFuncs().keys()].sort().map(name => {
    const why = REFUSED.get(name)
    return { name, support: why === undefined ? (PARTLY.get(name) ?? 'supported') : `error: depends on ${why}` }
  })
}
