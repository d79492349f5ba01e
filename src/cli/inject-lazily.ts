// Injects with CEL and the policy engine, which are needed for match conditions and MutatingAdmissionPolicies. The bundle evaluates both (`#cel-rules`) on
// first use.

import { conditionCompiler, policyEngine as loadedEngine } from '#cel-rules'
import { type InjectHooks, injectWithoutDecisions } from '../inject.ts'
import type { InjectInput, InjectResult } from '../lib/model/index.ts'

/** As `inject`, but the result has no decisions. */
export function injectLazily(input: InjectInput): Promise<Omit<InjectResult, 'decisions'>> {
  return withConditions(hooks => injectWithoutDecisions({ ...input, ...hooks }))
}

/** Runs any function with CEL and the policy engine; the bundle loads them when the first condition or policy is compiled. */
export async function withConditions<Result>(run: (hooks: Required<Pick<InjectHooks, 'conditionCompiler' | 'policyEngine'>>) => Result): Promise<Result> {
  let compile: ReturnType<typeof conditionCompiler> | undefined
  const compiler = () => {
    compile ??= conditionCompiler()
    return compile
  }
  return run({ conditionCompiler: compiler, policyEngine: () => loadedEngine() })
}
