// Injects, and loads what few inputs need only for those: CEL, for webhooks with match conditions.

import { inject } from '../inject.ts'
import type { InjectInput, InjectResult } from '../lib/model/index.ts'

class ConditionMet extends Error {}

/** As `inject`. The first match condition ends the run; CEL is loaded, and the run starts again. */
export async function injectLazily(input: InjectInput): Promise<InjectResult> {
  try {
    return inject({ ...input, conditionCompiler: stop })
  } catch (error) {
    if (!(error instanceof ConditionMet)) throw error
    const { compileCondition } = await import('../select/cel/compile.ts')
    return inject({ ...input, conditionCompiler: () => compileCondition })
  }
}

function stop(): never {
  throw new ConditionMet()
}
