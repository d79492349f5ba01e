// Injects with CEL at hand, for webhooks with match conditions.

import { type InjectHooks, injectWithoutDecisions } from '../inject.ts'
import type { InjectInput, InjectResult } from '../lib/model/index.ts'
import { conditionCompiler } from '../select/cel/compile.ts'

/** As `inject`, without the decisions. */
export function injectLazily(input: InjectInput): Promise<Omit<InjectResult, 'decisions'>> {
  return withConditions(conditionCompiler => injectWithoutDecisions({ ...input, conditionCompiler }))
}

/** The same for any other run. In the bundle, CEL is loaded when the first condition is compiled. */
export async function withConditions<Result>(run: (conditionCompiler: NonNullable<InjectHooks['conditionCompiler']>) => Result): Promise<Result> {
  const compile = conditionCompiler()
  return run(() => compile)
}
