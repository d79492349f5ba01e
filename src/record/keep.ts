// Applies a user's edits of injected parts to a new injection, as a second injection by Istio would keep them: fields that templates do not set stay, fields
// that templates set are overwritten (istio-rules.md, 6.6).

import { equal, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'
import type { UserEdit } from './take-off.ts'
import { nameOf, own } from './undo.ts'
import type { UnitPath } from './units.ts'

export interface Kept {
  readonly value: Json
  /** Edits that were applied; the others are in `lost`. */
  readonly kept: readonly UserEdit[]
  readonly lost: readonly UserEdit[]
}

/** `injected` with the edits in fields that templates do not set. The input is not changed. */
export function keepEdits(injected: Json, edits: readonly UserEdit[]): Kept {
  const kept: UserEdit[] = []
  const lost: UserEdit[] = []
  let value = injected
  for (const edit of edits) {
    const after = withEdit(value, edit.path, edit.value)
    if (after.lost) lost.push(edit)
    else if (after.value !== value) kept.push(edit)
    value = after.value
  }
  return { value, kept, lost }
}

interface Outcome {
  readonly value: Json
  readonly lost: boolean
}

function withEdit(value: Json, path: UnitPath, edit: Json): Outcome {
  const [step, ...rest] = path
  if (step === undefined) return merged(value, edit)
  if (typeof step === 'string') {
    if (!isObject(value)) return { value, lost: true }
    const child = own(value, step)
    // A whole part that injection no longer makes is not brought back for the sake of an edit.
    const after = child === undefined ? added(rest, edit) : withEdit(child, rest, edit)
    if (after === undefined) return { value, lost: true }
    return { value: after.value === child ? value : withKey(value, step, after.value), lost: after.lost }
  }
  if (!Array.isArray(value)) return { value, lost: true }
  const index = value.findIndex(item => nameOf(item) === step[0])
  const child = value[index]
  const after = child === undefined ? added(rest, edit) : withEdit(child, rest, edit)
  if (after === undefined) return { value, lost: true }
  if (after.value === child) return { value, lost: after.lost }
  return { value: child === undefined ? [...value, after.value] : value.map((item, i) => (i === index ? after.value : item)), lost: after.lost }
}

function added(rest: UnitPath, edit: Json): Outcome | undefined {
  return rest.length === 0 ? { value: edit, lost: false } : undefined
}

/** Fields that the templates set take precedence; fields that only the edit has are kept. */
function merged(value: Json, edit: Json): Outcome {
  if (equal(value, edit)) return { value, lost: false }
  if (!isObject(value) || !isObject(edit)) return { value, lost: true }
  let after: JsonObject = value
  let lost = false
  for (const [key, child] of Object.entries(edit)) {
    const have = own(after, key)
    const outcome = have === undefined ? { value: child, lost: false } : merged(have, child)
    lost ||= outcome.lost
    if (outcome.value !== have) after = withKey(after, key, outcome.value)
  }
  return { value: after, lost }
}

function withKey(object: JsonObject, key: string, value: Json): JsonObject {
  const copy = { ...object }
  set(copy, key, value)
  return copy
}
