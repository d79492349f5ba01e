// Sprig v3's text functions as one function map.

import type { FuncMap } from '../value.ts'
import { defaultFuncs } from './defaults.ts'
import { dictFuncs } from './dicts.ts'
import { jsonFuncs } from './json.ts'
import { listFuncs } from './lists.ts'
import { numericFuncs } from './numeric.ts'
import { pathFuncs } from './paths.ts'
import { splitFuncs } from './split.ts'
import { stringFuncs } from './strings.ts'

let all: FuncMap | undefined

/** Every function, made once at the first call. */
export function sprigFuncs(): FuncMap {
  all ??= new Map([...stringFuncs(), ...splitFuncs(), ...defaultFuncs(), ...listFuncs(), ...dictFuncs(), ...numericFuncs(), ...pathFuncs(), ...jsonFuncs()])
  return all
}
