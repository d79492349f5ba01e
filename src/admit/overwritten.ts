// Finds fields that a policy wrote and an injector, which runs after policies as webhooks do, overwrote.

import { type Diagnostic, formatPath, get, isObject, type Json, type JsonObject, warning } from '../lib/model/index.ts'
import type { Admission } from '../policies/index.ts'

export interface Overwriting {
  /** The pod before the policies, after them, and after the injectors. */
  readonly before: JsonObject
  readonly admitted: JsonObject
  readonly injected: JsonObject
  readonly pass: Admission
  /** Names of the injectors. */
  readonly injectors: readonly string[]
}

/**
 * One warning for each value of a policy that an injector replaced or removed. Additions to a container of a policy give no warning.
 * @example overwrittenFindings({ before, admitted, injected, pass, injectors: ['log-shipper'] })[0]?.code // 'admission-policy-overwritten'
 */
export function overwrittenFindings({ before, admitted, injected, pass, injectors }: Overwriting): Diagnostic[] {
  if (before === admitted || admitted === injected) return []
  const paths: (readonly (string | number)[])[] = []
  compare({ before, admitted, injected, path: [] }, paths)
  return paths.map(path => {
    const shown = formatPath(path)
    const writer = pass.outcomes.findLast(({ mutations }) => mutations.some(({ before: was, after }) => valueAt(was, path) !== valueAt(after, path)))
    const policy = writer === undefined ? 'a policy' : `policy '${writer.invocation.policy.name}' (binding '${writer.invocation.binding.name}')`
    const message = `${policy} and ${injectors.join(', ')} both write ${shown}; injectors run after policies, as webhooks do, and overwrite it`
    return warning({ code: 'admission-policy-overwritten', message, hint: 'let only one of them write it', field: path })
  })
}

interface Values {
  readonly before: Json | undefined
  readonly admitted: Json
  readonly injected: Json | undefined
  readonly path: readonly (string | number)[]
}

function compare({ before, admitted, injected, path }: Values, paths: (readonly (string | number)[])[]): void {
  if (admitted === injected || admitted === before) return
  if (isObject(admitted)) {
    if (injected !== undefined && !isObject(injected)) paths.push(path)
    else
      for (const [key, value] of Object.entries(admitted))
        compare({ before: get(before, key), admitted: value, injected: get(injected, key), path: [...path, key] }, paths)
  } else if (Array.isArray(admitted)) {
    const named = admitted.every(item => nameOf(item) !== undefined)
    for (const [i, item] of admitted.entries()) {
      const pair = (list: Json | undefined) =>
        Array.isArray(list) ? list.find(other => (named ? nameOf(other) === nameOf(item) : JSON.stringify(other) === JSON.stringify(item))) : undefined
      compare({ before: pair(before), admitted: item, injected: pair(injected), path: [...path, named ? String(nameOf(item)) : i] }, paths)
    }
  } else if (admitted !== injected && admitted !== before) paths.push(path)
}

function nameOf(value: Json | undefined): string | undefined {
  const name = get(value, 'name')
  return typeof name === 'string' ? name : undefined
}

/** The value at a path, as text; list elements in the path are given by name. */
function valueAt(value: Json, path: readonly (string | number)[]): string | undefined {
  const found = path.reduce<Json | undefined>(
    (inner, step) => (Array.isArray(inner) ? (typeof step === 'number' ? inner[step] : inner.find(item => nameOf(item) === step)) : get(inner, String(step))),
    value,
  )
  return found === undefined ? undefined : JSON.stringify(found)
}
