// Replaces nodes of JSON values. The results share unchanged parts with the input.

import { type FieldPath, isObject, type Json, type JsonObject, set } from './json.ts'

/** A node of a value, and its replacement. */
export interface Replacement {
  readonly path: FieldPath
  readonly after: Json
}

/**
 * `value` with the node at `path` replaced; missing objects on the way are made. The input is not changed.
 *
 * @example withValueAt({ a: { b: 1 } }, ['a', 'c'], 2) // { a: { b: 1, c: 2 } }
 */
export function withValueAt(value: Json | undefined, path: FieldPath, after: Json): Json {
  return withValuesAt(value, [{ path, after }])
}

/** `value` with many nodes replaced; a later replacement overrides an earlier one. The work is linear in the size of the objects on the paths. */
export function withValuesAt(value: Json | undefined, replacements: readonly Replacement[], depth = 0): Json {
  const last = replacements.findLastIndex(({ path }) => path.length === depth)
  const base = last < 0 ? value : replacements[last]?.after
  const deeper = new Map<string | number, Replacement[]>()
  for (const replacement of replacements.slice(last + 1)) {
    const step = replacement.path[depth] ?? ''
    const together = deeper.get(step)
    if (together === undefined) deeper.set(step, [replacement])
    else together.push(replacement)
  }
  if (deeper.size === 0) return base ?? null
  if (typeof deeper.keys().next().value === 'number') {
    const list = Array.isArray(base) ? [...base] : []
    for (const [step, below] of deeper) if (typeof step === 'number') list[step] = withValuesAt(list[step], below, depth + 1)
    return list
  }
  const object: JsonObject = isObject(base) ? { ...base } : {}
  for (const [step, below] of deeper) {
    const key = String(step)
    set(object, key, withValuesAt(Object.hasOwn(object, key) ? object[key] : undefined, below, depth + 1))
  }
  return object
}
