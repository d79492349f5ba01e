// Workloads as they stand in repositories: encrypted ones are refused; placeholders and long integers stay what they are.

import { type Given, injectWorkload, type Outcome } from './inject-workload.ts'
import { InjectError, type Json, type Workload } from './lib/model/index.ts'
import { encryptedRefusal } from './read/encrypted.ts'
import { withoutLongIntegers } from './read/long-integers.ts'
import { withoutPlaceholders } from './read/placeholders.ts'
import { recordText } from './record/index.ts'
import type { Decide } from './select/select.ts'

/** As injectWorkload; a workload that would be changed and must not be has an error instead. */
export function injectAsWritten(workload: Workload, given: Given, decide: Decide): Outcome {
  const outcome = injectAround(workload, given, decide)
  const isTouched = outcome.change !== undefined || outcome.diagnostics.some(({ code }) => code === 'pod-invalid' || code === 'placeholder-unresolved')
  // With a record it is refused when that is taken off.
  const refusal = isTouched && recordText(workload.resource.value) === undefined ? encryptedRefusal(workload.resource, given.documents) : undefined
  if (refusal === undefined) return outcome
  const { change: _, ...rest } = outcome
  return { ...rest, diagnostics: [...outcome.diagnostics.filter(({ severity }) => severity !== 'error'), refusal] }
}

function injectAround(workload: Workload, given: Given, decide: Decide): Outcome {
  try {
    const long = withoutLongIntegers(workload)
    const filled = withoutPlaceholders(long?.workload ?? workload)
    const standIns = [filled, long].filter(each => each !== undefined)
    const [last] = standIns
    if (last === undefined) return injectWorkload(workload, given, decide)
    const restore = (value: Json) => standIns.reduce((result, each) => each.restore(result), value)
    const outcome = injectWorkload(last.workload, given, decide)
    const diagnostics = outcome.diagnostics.map(diagnostic => ({ ...diagnostic, message: String(restore(diagnostic.message)) }))
    const { change } = outcome
    if (change === undefined) return { ...outcome, diagnostics, workload }
    const before = change.before === undefined ? {} : { before: restore(change.before) }
    return { ...outcome, diagnostics, workload, change: { ...change, ...before, after: restore(change.after) } }
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    return { workload, diagnostics: [error.diagnostic] }
  }
}
