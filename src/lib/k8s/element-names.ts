// Finds the field that names an element of a list in a pod or workload, as Kubernetes' merge keys do.

import { at, type FieldPath, get, isObject, type Json } from '../model/index.ts'

/** The more telling first: a volume may be mounted twice, a port may have a name that another one has, too. */
const NAMING_FIELDS = ['mountPath', 'devicePath', 'containerPort', 'topologyKey', 'uid', 'ip', 'name', 'key', 'port', 'type'] as const

/**
 * The field that names the element; undefined where none does.
 * @example namingField({ name: 'data', mountPath: '/data' }) // 'mountPath'
 */
export function namingField(element: Json): (typeof NAMING_FIELDS)[number] | undefined {
  return isObject(element) ? NAMING_FIELDS.find(field => Object.hasOwn(element, field)) : undefined
}

/**
 * Name of a list element: the value of its merge key, or the whole value.
 * @example elementKey({ name: 'web', image: 'a' }) // '["name","web",""]'
 */
export function elementKey(value: Json): string {
  const field = namingField(value)
  if (field === undefined || !isObject(value)) return JSON.stringify(value)
  // Two ports of one number differ in their protocol.
  return JSON.stringify([field, value[field], field === 'containerPort' ? (value.protocol ?? 'TCP') : ''])
}

/**
 * The path of the same value in a part of the pod: list elements are found by what names them.
 * @returns undefined where the part does not hold the value
 * @example pathIn({ list: [{ name: 'b' }] }, { list: [{ name: 'a' }, { name: 'b' }] }, ['list', 1]) // ['list', 0]
 */
export function pathIn(partial: Json, finished: Json, path: FieldPath): FieldPath | undefined {
  const found: (string | number)[] = []
  let here: Json | undefined = partial
  for (const [i, step] of path.entries()) {
    const next: string | number | undefined = typeof step === 'string' ? step : indexOf(here, at(finished, path.slice(0, i + 1)))
    here = typeof next === 'string' ? get(here, next) : Array.isArray(here) && next !== undefined ? here[next] : undefined
    if (next === undefined || here === undefined) return undefined
    found.push(next)
  }
  return found
}

/**
 * The path with the index of each list element that it names. From the first element that the value does not have, the steps stay as they are.
 * @example indexedPath({ list: [{ name: 'a' }, { name: 'b' }] }, ['list', 'b', 'image']) // ['list', 1, 'image']
 */
export function indexedPath(value: Json, named: FieldPath): FieldPath {
  let here: Json | undefined = value
  return named.map(step => {
    const index = Array.isArray(here) && typeof step === 'string' ? here.findIndex(element => isNamed(element, step)) : -1
    const found = index < 0 ? step : index
    here = at(here, [found])
    return found
  })
}

function isNamed(element: Json, name: string): boolean {
  const field = namingField(element)
  return field !== undefined && (String(get(element, field)) === name || get(element, 'name') === name)
}

/**
 * Whether a value contains all of a partial value, such as the value before defaults were added.
 * @example contains({ fieldRef: { apiVersion: 'v1', fieldPath: 'a' } }, { fieldRef: { fieldPath: 'a' } }) // true
 */
export function contains(value: Json | undefined, part: Json): boolean {
  if (isObject(part)) return isObject(value) && Object.keys(part).every(key => contains(get(value, key), part[key] ?? null))
  if (Array.isArray(part)) return Array.isArray(value) && value.length === part.length && part.every((item, i) => contains(value[i], item))
  return value === part
}

function indexOf(list: Json | undefined, element: Json | undefined): number | undefined {
  if (!Array.isArray(list) || element === undefined) return undefined
  const key = elementKey(element)
  const index = list.findIndex(item => elementKey(item) === key)
  const nearest = index < 0 && isObject(element) ? list.findIndex(item => isObject(item) && contains(element, item)) : index
  return nearest < 0 ? undefined : nearest
}
