// Injects, and loads what few inputs need only for those: CEL, for webhooks with match conditions.

import { type InjectHooks, inject } from '../inject.ts'
import type { InjectInput, InjectResult } from '../lib/model/index.ts'

class ConditionMet extends Error {}

/** As `inject`. The first match condition ends the run; CEL is loaded, and the run starts again. */
export function injectLazily(input: InjectInput): Promise<InjectResult> {
  return withConditions(conditionCompiler => inject({ ...input, conditionCompiler }))
}

/** The same for any other run. */
export async function withConditions<Result>(run: (conditionCompiler: NonNullable<InjectHooks['conditionCompiler']>) => Result): Promise<Result> {
  try {
    return run(stop)
  } catch (error) {
    if (!(error instanceof ConditionMet)) throw error
    const { compileCondition } = await import('../select/cel/compile.ts')
    return run(() => compileCondition)
  }
}

function stop(): never {
  throw new ConditionMet()
}
