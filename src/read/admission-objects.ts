// Finds the objects that the API server's admission of pods reads: service accounts, priority and runtime classes, limit ranges.
import type { FunctionConfig, JsonObject, Resource } from '../lib/model/index.ts'
import { isObject } from '../lib/model/index.ts'

const KINDS: ReadonlyMap<string, string> = new Map([
  ['ServiceAccount', ''],
  ['LimitRange', ''],
  ['PriorityClass', 'scheduling.k8s.io'],
  ['RuntimeClass', 'node.k8s.io'],
])

/**
 * The admission objects of all layers, each with its namespace. If several layers have an object of one name, the first layer counts.
 * @example admissionObjects([resources], config).map(({ kind }) => kind) // ['ServiceAccount']
 */
export function admissionObjects(layers: readonly (readonly Resource[])[], { cluster }: FunctionConfig): JsonObject[] {
  return layers.flatMap(resources =>
    resources.flatMap(({ ref, value }) => {
      const group = ref.apiVersion.includes('/') ? ref.apiVersion.slice(0, ref.apiVersion.indexOf('/')) : ''
      if (KINDS.get(ref.kind) !== group) return []
      const metadata = isObject(value.metadata) ? value.metadata : {}
      return [{ ...value, metadata: { ...metadata, namespace: ref.namespace || cluster.defaultNamespace } }]
    }),
  )
}
