// Finds lines of finished pods by the fields of findings; of each pod only a number for each line is kept.

import { elementKey } from '../../lib/k8s/element-names.ts'
import type { FieldPath, Json } from '../../lib/model/index.ts'

/** The number of the field of each line, in order; -1 for a line that is not in the finished pod. */
export type LineFields = readonly number[]

export interface FieldNumbers {
  /** The fields of a pod's lines. */
  readonly ofLines: (pod: Json, lines: readonly { readonly path: FieldPath; readonly replacedBy?: unknown }[]) => LineFields
  /** The line of a field of the manifest's pod template, or of its nearest ancestor; -1 if there is none. */
  readonly lineOf: (template: Json, field: FieldPath, lines: LineFields) => number
}

/**
 * Numbers the fields of all pods of a page. Elements of lists count as the same where the field that names them is equal, as when Kubernetes merges lists.
 * @example
 * const fields = fieldNumbers()
 * fields.lineOf({ a: 1 }, ['a'], fields.ofLines({ a: 1, b: 2 }, [{ path: ['a'] }, { path: ['b'] }])) // 0
 */
export function fieldNumbers(): FieldNumbers {
  const numbers = new Map<string, number>()
  const parents: number[] = []
  const numberOf = (parent: number, step: string): number => {
    const key = `${parent} ${step}`
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, parents.length)
    return parents.push(parent) - 1
  }
  const find = (parent: number, step: string) => numbers.get(`${parent} ${step}`)
  const isWithin = (number: number, field: number): boolean => {
    for (let here = number; here >= 0; here = parents[here] ?? -1) if (here === field) return true
    return false
  }
  return {
    ofLines: (pod, lines) => {
      const elementKeys = new Map<readonly Json[], readonly string[]>()
      const keyIn = (list: readonly Json[], index: number): string => {
        const keys = elementKeys.get(list) ?? list.map(elementKey)
        elementKeys.set(list, keys)
        return keys[index] ?? ''
      }
      return lines.map(({ path, replacedBy }) => {
        if (replacedBy !== undefined) return -1
        let [number, here]: [number, Json | undefined] = [-1, pod]
        for (const step of path) {
          number = numberOf(number, typeof step === 'number' && Array.isArray(here) ? keyIn(here, step) : String(step))
          here = childOf(here, step)
        }
        return number
      })
    },
    lineOf: (template, field, lines) => {
      let here: Json | undefined = template
      let [number, best] = [-1, -1]
      for (const step of field) {
        const next: number | undefined = stepsOf(here, step)
          .map(name => find(number, name))
          .find(found => found !== undefined)
        if (next === undefined) break
        const exact = lines.indexOf(next)
        const line = exact >= 0 ? exact : lines.findIndex(other => other >= 0 && isWithin(other, next))
        if (line >= 0) best = line
        number = next
        here = childOf(here, step)
      }
      return best
    },
  }
}

/** The possible names of a step: an element that the template does not have is named by one of these fields. */
function stepsOf(value: Json | undefined, step: string | number): readonly string[] {
  if (typeof step === 'number') return [Array.isArray(value) ? elementKey(value[step] ?? null) : String(step)]
  return [step, elementKey({ name: step }), elementKey({ containerPort: Number(step) }), elementKey({ mountPath: step })]
}

function childOf(value: Json | undefined, step: string | number): Json | undefined {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? value[step] : undefined
}
