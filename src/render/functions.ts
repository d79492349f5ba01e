// The functions of injection templates: Sprig's, and Istio's 26, which take precedence (istio-rules.md, 5).

import { sprigFuncs } from '../lib/sprig/index.ts'
import type { FuncMap, GoFunc } from '../lib/template/index.ts'
import { STRING } from '../lib/template/index.ts'
import { DATA_FUNCTIONS } from './data-functions.ts'
import { TEXT_FUNCTIONS, text } from './text-functions.ts'

/**
 * Every function by name. `environment` has the variables of istiod for the function `env`.
 * @example injectionFunctions(new Map()).get('toYaml')
 */
export function injectionFunctions(environment: ReadonlyMap<string, string>): FuncMap {
  const functions: FuncMap = new Map([...sprigFuncs(), ...TEXT_FUNCTIONS, ...DATA_FUNCTIONS, ['env', envFunction(environment)]])
  return new Map([...functions].map(([name, func]) => [name, ENCODERS.has(name) ? { ...func, encodes: true } : func]))
}

/** The names of functions that encode a value as YAML or JSON. */
const ENCODERS: ReadonlySet<string> = new Set(
  'toYaml toJSON toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson toJsonMap structToJSON protoToJSON'.split(' '),
)

/** The function `env`; an empty variable counts as not set. */
function envFunction(environment: ReadonlyMap<string, string>): GoFunc {
  return { params: [STRING, STRING], result: STRING, pure: true, call: (name, otherwise) => environment.get(text(name)) || text(otherwise) }
}
