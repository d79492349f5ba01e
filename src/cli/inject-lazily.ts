// Injects with CEL and the room of policies at hand, for webhooks with match conditions and for MutatingAdmissionPolicies. `#cel-rules` is both: under
// this name the bundle evaluates it when it is first used.

import { conditionCompiler, policyEngine as loadedEngine } from '#cel-rules'
import { type InjectHooks, injectWithoutDecisions } from '../inject.ts'
import type { InjectInput, InjectResult } from '../lib/model/index.ts'

/** As `inject`, without the decisions. */
export function injectLazily(input: InjectInput): Promise<Omit<InjectResult, 'decisions'>> {
  return withConditions(hooks => injectWithoutDecisions({ ...input, ...hooks }))
}

/** The same for any other run. In the bundle, CEL is loaded when the first condition or policy is compiled. */
export async function withConditions<Result>(run: (hooks: Required<Pick<InjectHooks, 'conditionCompiler' | 'policyEngine'>>) => Result): Promise<Result> {
  let compile: ReturnType<typeof conditionCompiler> | undefined
  const compiler = () => {
    compile ??= conditionCompiler()
    return compile
  }
  return run({ conditionCompiler: compiler, policyEngine: () => loadedEngine() })
}
