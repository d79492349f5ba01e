// Reads and replaces values at unit paths, whose steps are keys and names of list elements.

import { isObject, type Json, set } from '../lib/model/index.ts'
import { nameOf, own } from './undo.ts'
import type { UnitPath } from './units.ts'

/** The value at a unit path; undefined if it does not exist. */
export function valueAtUnit(value: Json | undefined, path: UnitPath): Json | undefined {
  let found = value
  for (const step of path) {
    if (typeof step === 'string') found = isObject(found) ? own(found, step) : undefined
    else found = Array.isArray(found) ? namedElement(found, step[0]) : undefined
  }
  return found
}

/** Longer lists are looked up by an index, which is kept as long as the list. */
const SHORT = 32
const INDEXES = new WeakMap<readonly Json[], ReadonlyMap<string, Json>>()

function namedElement(list: readonly Json[], name: string | undefined): Json | undefined {
  if (list.length <= SHORT) return list.find(item => nameOf(item) === name)
  let index = INDEXES.get(list)
  if (index === undefined) {
    const found = new Map<string, Json>()
    for (const item of list) {
      const key = nameOf(item)
      if (key !== undefined && !found.has(key)) found.set(key, item)
    }
    index = found
    INDEXES.set(list, index)
  }
  return name === undefined ? undefined : index.get(name)
}

/** `value` with the part at `path` replaced, added at the end, or removed where `part` is undefined. The input is not changed. */
export function withValueAtUnit(value: Json | undefined, path: UnitPath, part: Json | undefined): Json | undefined {
  const [step, ...rest] = path
  if (step === undefined) return part
  if (typeof step === 'string') {
    const object = isObject(value) ? { ...value } : {}
    const after = withValueAtUnit(own(object, step), rest, part)
    if (after === undefined) delete object[step]
    else set(object, step, after)
    return object
  }
  const list = Array.isArray(value) ? value : []
  const index = list.findIndex(item => nameOf(item) === step[0])
  const after = withValueAtUnit(list[index], rest, part)
  const others = after === undefined ? [] : [after]
  return index < 0 ? [...list, ...others] : [...list.slice(0, index), ...others, ...list.slice(index + 1)]
}
