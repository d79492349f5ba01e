// Finds atomic lists, maps and structs in an apply configuration, which policies must not contain
// (k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch).

import { isPatchObject, type PatchValue } from './patch-value.ts'
import { type MergeType, mergeFields } from './schema.ts'

/**
 * The paths of atomic values, with indexes, sorted.
 * @example atomicPaths(pod, { spec: { containers: [{ name: 'web', args: [] }] } }) // ['.spec.containers[0].args']
 */
export function atomicPaths(type: MergeType, value: PatchValue): string[] {
  const paths: string[] = []
  collect({ type, value, path: '' }, paths)
  return paths.sort()
}

function collect({ type, value, path }: { readonly type: MergeType; readonly value: PatchValue; readonly path: string }, paths: string[]): void {
  if (type.kind === 'list' && Array.isArray(value)) {
    if (type.list === 'atomic') paths.push(path)
    for (const [i, item] of value.entries()) collect({ type: type.items, value: item, path: `${path}[${i}]` }, paths)
  }
  if ((type.kind !== 'struct' && type.kind !== 'map') || !isPatchObject(value)) return
  if (type.atomic) paths.push(path)
  const fields = type.kind === 'struct' ? mergeFields(type.name) : undefined
  for (const [name, item] of Object.entries(value)) {
    const field = fields?.get(name)
    if (field !== undefined) collect({ type: field, value: item, path: `${path}.${name}` }, paths)
  }
}
