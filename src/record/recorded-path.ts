// Converts paths to and from the form of records, in which list elements are given by name, because a user may insert others before them.

import { at, type FieldPath, type Json } from '../lib/model/index.ts'
import type { RecordedStep } from './record.ts'
import { byName, nameOf } from './undo.ts'

/**
 * The path with names in place of indexes, in lists whose elements all have names of their own.
 * @example recordedPath({ spec: { containers: [{ name: 'app' }] } }, ['spec', 'containers', 0]) // ['spec', 'containers', ['app']]
 */
export function recordedPath(value: Json, path: FieldPath): RecordedStep[] {
  let found: Json | undefined = value
  return path.map(step => {
    const list = found
    found = at(found, [step])
    const name = found === undefined || typeof step === 'string' ? undefined : nameOf(found)
    return name === undefined || !Array.isArray(list) || byName(list) === undefined ? step : [name]
  })
}

/** The path with indexes in place of names; undefined where the value has no element of a name. */
export function pathInValue(value: Json, path: readonly RecordedStep[]): FieldPath | undefined {
  let found: Json | undefined = value
  const steps: (string | number)[] = []
  for (const step of path) {
    const index: string | number = typeof step === 'object' ? indexOf(found, step[0]) : step
    if (index === -1) return undefined
    steps.push(index)
    found = at(found, [index])
  }
  return steps
}

function indexOf(list: Json | undefined, name: string): number {
  return Array.isArray(list) ? list.findIndex(item => nameOf(item) === name) : -1
}
