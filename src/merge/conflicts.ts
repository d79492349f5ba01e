// Finds fields of a pod to which two injectors give different values: the result would depend on their order, which Git does not show.

import { equal, type FieldPath, formatPath, isObject, type Json, type JsonObject, shownValue } from '../lib/model/index.ts'

/** Output of one injector's templates. */
export interface Contribution {
  readonly injector: string
  readonly pods: readonly JsonObject[]
}

export interface Conflict {
  readonly message: string
  /** Items of lists by their names. */
  readonly field: FieldPath
}

/**
 * The places at which the second injector writes another value than the first, with a sentence each. Named items of lists meet by name; a list without names
 * is one value.
 * @example conflictsBetween({ injector: 'a', pods: [{ spec: { priority: 1 } }] }, { injector: 'b', pods: [{ spec: { priority: 2 } }] })
 * // [{ message: 'injectors "a" and "b" write different values to spec.priority: 1 and 2', field: ['spec', 'priority'] }]
 */
export function conflictsBetween(first: Contribution, second: Contribution): Conflict[] {
  const conflicts = new Map<string, Conflict>()
  const report = (field: FieldPath, a: Json, b: Json) => {
    const names = `${JSON.stringify(first.injector)} and ${JSON.stringify(second.injector)}`
    const message = `injectors ${names} write different values to ${formatPath(field)}: ${shown(field, a)} and ${shown(field, b)}`
    conflicts.set(message, { message, field })
  }
  for (const a of first.pods) for (const b of second.pods) compare(a, b, [], report)
  return [...conflicts.values()]
}

function compare(a: Json, b: Json, path: FieldPath, report: (path: FieldPath, a: Json, b: Json) => void): void {
  if (isObject(a) && isObject(b)) {
    for (const [key, value] of Object.entries(a)) {
      const other = Object.hasOwn(b, key) ? b[key] : undefined
      if (other !== undefined) compare(value, other, [...path, key], report)
    }
    return
  }
  const key = keyOf(path)
  if (Array.isArray(a) && Array.isArray(b) && key !== undefined) {
    for (const item of a) {
      const name = isObject(item) ? item[key] : undefined
      const other = name === undefined ? undefined : b.find(candidate => isObject(candidate) && equal(candidate[key], name))
      if (other !== undefined) compare(item, other, [...path, String(name)], report)
    }
    return
  }
  if (!equal(a, b)) report(path, a, b)
}

/** Lists that merge by a key (`patchMergeKey` of the pod's fields). */
const MERGE_KEYS: ReadonlyMap<string, string> = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['ephemeralContainers', 'name'],
  ['volumes', 'name'],
  ['imagePullSecrets', 'name'],
  ['env', 'name'],
  ['resourceClaims', 'name'],
  ['schedulingGates', 'name'],
  ['ports', 'containerPort'],
  ['volumeMounts', 'mountPath'],
  ['volumeDevices', 'devicePath'],
  ['hostAliases', 'ip'],
  ['topologySpreadConstraints', 'topologyKey'],
])

function keyOf(path: FieldPath): string | undefined {
  return MERGE_KEYS.get(String(path.at(-1)))
}

function shown(path: FieldPath, value: Json): string {
  return shownValue({ path, value, longest: 80 })
}
