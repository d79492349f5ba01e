// The functions that injection templates can call: Sprig's, and Istio's 26 over them (istio-rules.md, 5).

import { sprigFuncs } from '../lib/sprig/index.ts'
import type { FuncMap, GoFunc } from '../lib/template/index.ts'
import { STRING } from '../lib/template/index.ts'
import { DATA_FUNCTIONS } from './data-functions.ts'
import { TEXT_FUNCTIONS, text } from './text-functions.ts'

/**
 * Every function by name. `environment` stands for istiod's: what the function `env` answers.
 * @example injectionFunctions(new Map()).get('toYaml')
 */
export function injectionFunctions(environment: ReadonlyMap<string, string>): FuncMap {
  const functions: FuncMap = new Map([...sprigFuncs(), ...TEXT_FUNCTIONS, ...DATA_FUNCTIONS, ['env', envFunction(environment)]])
  return new Map([...functions].map(([name, func]) => [name, ENCODERS.has(name) ? { ...func, encodes: true } : func]))
}

/** Functions that write YAML or JSON of a value. */
const ENCODERS: ReadonlySet<string> = new Set(
  'toYaml toJSON toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson toJsonMap structToJSON protoToJSON'.split(' '),
)

/** A variable that is empty counts as one that is not set. */
function envFunction(environment: ReadonlyMap<string, string>): GoFunc {
  return { params: [STRING, STRING], result: STRING, pure: true, call: (name, otherwise) => environment.get(text(name)) || text(otherwise) }
}
