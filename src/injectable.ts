// Workloads as they stand in repositories: encrypted ones are refused, and placeholders stay what they are.

import { type Given, injectWorkload, type Outcome } from './inject-workload.ts'
import { InjectError, type Workload } from './lib/model/index.ts'
import { encryptedRefusal } from './read/encrypted.ts'
import { withoutPlaceholders } from './read/placeholders.ts'
import type { Decide } from './select/select.ts'

/** As injectWorkload; a workload that would be changed and must not be has an error instead. */
export function injectAsWritten(workload: Workload, given: Given, decide: Decide): Outcome {
  const outcome = injectAround(workload, given, decide)
  const isTouched = outcome.change !== undefined || outcome.diagnostics.some(({ code }) => code === 'pod-invalid' || code === 'placeholder-unresolved')
  const refusal = isTouched ? encryptedRefusal(workload.resource) : undefined
  if (refusal === undefined) return outcome
  const { change: _, ...rest } = outcome
  return { ...rest, diagnostics: [...outcome.diagnostics.filter(({ severity }) => severity !== 'error'), refusal] }
}

function injectAround(workload: Workload, given: Given, decide: Decide): Outcome {
  try {
    const filled = withoutPlaceholders(workload)
    if (filled === undefined) return injectWorkload(workload, given, decide)
    const outcome = injectWorkload(filled.workload, given, decide)
    const { change } = outcome
    if (change === undefined) return { ...outcome, workload }
    const before = change.before === undefined ? {} : { before: filled.restore(change.before) }
    return { ...outcome, workload, change: { ...change, ...before, after: filled.restore(change.after) } }
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    return { workload, diagnostics: [error.diagnostic] }
  }
}
