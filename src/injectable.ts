// Injects workloads as written in repositories: refuses encrypted ones, and keeps placeholders such as `${REPLICAS}` and long integers.

import { type Given, injectWorkload, type Outcome } from './inject-workload.ts'
import { get, InjectError, isObject, type Json, locate, tooLargeOr, type Workload } from './lib/model/index.ts'
import { encryptedRefusal } from './read/encrypted.ts'
import { withoutLongIntegers } from './read/long-integers.ts'
import { type BooleanPlaceholder, unresolved, withoutPlaceholders, withPodField, withText } from './read/placeholders.ts'
import { recordText } from './record/index.ts'
import type { Decide } from './select/select.ts'
import type { Change } from './write/write.ts'

/** As injectWorkload, but a workload that must not be changed, such as an encrypted one, gets an error instead of a change. */
export function injectAsWritten(workload: Workload, given: Given, decide: Decide): Outcome {
  const outcome = injectWithReplacements(workload, given, decide)
  const isTouched = outcome.change !== undefined || outcome.diagnostics.some(({ code }) => code === 'pod-invalid' || code === 'placeholder-unresolved')
  // With a record it is refused when that is taken off.
  const refusal = isTouched && recordText(workload.resource.value) === undefined ? encryptedRefusal(workload.resource, given.documents) : undefined
  if (refusal === undefined) return outcome
  const { change: _, ...rest } = outcome
  return { ...rest, diagnostics: [...outcome.diagnostics.filter(({ severity }) => severity !== 'error'), refusal] }
}

function injectWithReplacements(workload: Workload, given: Given, decide: Decide): Outcome {
  try {
    const long = withoutLongIntegers(workload)
    const filled = withoutPlaceholders(long?.workload ?? workload)
    const standIns = [filled, long].filter(each => each !== undefined)
    const [last] = standIns
    if (last === undefined) return injectWorkload(workload, given, decide)
    const restore = (value: Json) => standIns.reduce((result, each) => each.restore(result), value)
    const outcome = withBooleans(last.workload, filled?.booleans ?? [], each => injectWorkload(each, given, decide))
    const diagnostics = outcome.diagnostics.map(diagnostic => ({ ...diagnostic, message: String(restore(diagnostic.message)) }))
    const { change } = outcome
    if (change === undefined) return { ...outcome, diagnostics, workload }
    const before = change.before === undefined ? {} : { before: restore(change.before) }
    return { ...outcome, diagnostics, workload, change: { ...change, ...before, after: restore(change.after) } }
  } catch (error) {
    const known = tooLargeOr(error)
    if (!(known instanceof InjectError)) throw error
    return { workload, diagnostics: [known === error ? known.diagnostic : locate(known.diagnostic, workload.resource, workload.podPath)] }
  }
}

/** Maximum number of placeholders for booleans; the workload is injected once more for each. */
const MOST_BOOLEANS = 16

/**
 * Injects a workload with `true` in the place of placeholders, and restores these in the outcome.
 * @throws InjectError `placeholder-unresolved` for a placeholder whose value affects more than its own field
 */
function withBooleans(workload: Workload, booleans: readonly BooleanPlaceholder[], injectOne: (workload: Workload) => Outcome): Outcome {
  const base = injectOne(workload)
  let { change } = base
  for (const [i, placeholder] of booleans.entries()) {
    if (i >= MOST_BOOLEANS) throw unresolved(workload, placeholder)
    const other = injectOne(withPodField(workload, placeholder.field, false))
    const isSame = other.diagnostics.length === base.diagnostics.length && (change === undefined) === (other.change === undefined)
    const restored = isSame && change !== undefined ? changeWithText({ change, base, other, placeholder }) : undefined
    if (!isSame || (change !== undefined && restored === undefined)) throw unresolved(workload, placeholder)
    change = restored
  }
  return change === undefined || change === base.change ? base : { ...base, change }
}

interface Restoring {
  /** The change with the placeholders of earlier fields. */
  readonly change: Change
  readonly base: Outcome
  readonly other: Outcome
  readonly placeholder: BooleanPlaceholder
}

function changeWithText({ change, base, other, placeholder: { text } }: Restoring): Change | undefined {
  if (base.change === undefined || other.change === undefined) return undefined
  const after = textOver(change.after, { base: base.change.after, other: other.change.after, text })
  const before =
    change.before === undefined ? undefined : textOver(change.before, { base: base.change.before ?? null, other: other.change.before ?? null, text })
  if (after === undefined || (change.before !== undefined && before === undefined)) return undefined
  return { ...change, after, ...(before === undefined ? {} : { before }) }
}

/** Inserts the text of a placeholder into `value`, which is `base` with texts instead of some `true`. */
function textOver(value: Json, { base, other, text }: { readonly base: Json; readonly other: Json; readonly text: string }): Json | undefined {
  const marked = withText(base, other, text)
  return marked === undefined ? undefined : overlaid(value, base, marked)
}

/** `value` with the differences between `base` and `marked`. */
function overlaid(value: Json, base: Json, marked: Json): Json {
  if (Array.isArray(value) && Array.isArray(base) && Array.isArray(marked)) return value.map((item, i) => overlaid(item, base[i] ?? null, marked[i] ?? null))
  if (isObject(value) && isObject(base) && isObject(marked))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, overlaid(item, get(base, key) ?? null, get(marked, key) ?? null)]))
  return base === true && typeof marked === 'string' ? marked : value
}
