// The fields that name an element of a list in a pod or workload, as Kubernetes' merge keys do.

import { isObject, type Json } from '../model/index.ts'

/** The more telling first: a volume may be mounted twice, a port may have a name that another one has, too. */
const NAMING_FIELDS = ['mountPath', 'devicePath', 'containerPort', 'topologyKey', 'uid', 'ip', 'name', 'key', 'port', 'type'] as const

/**
 * The field that names the element; undefined where none does.
 * @example namingField({ name: 'data', mountPath: '/data' }) // 'mountPath'
 */
export function namingField(element: Json): (typeof NAMING_FIELDS)[number] | undefined {
  return isObject(element) ? NAMING_FIELDS.find(field => Object.hasOwn(element, field)) : undefined
}
