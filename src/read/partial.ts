// Recognises incomplete manifests, such as patches for kustomize, also without a kustomization that names them.

import { PROXY } from '../lib/istio/names.ts'
import { groupOf } from '../lib/k8s/workloads.ts'
import { at, type FieldPath, get, isObject, type Json, type Resource } from '../lib/model/index.ts'

/** The directives that mark a strategic merge patch. */
const DIRECTIVES = ['$patch', '$retainKeys', '$setElementOrder/containers', '$deleteFromPrimitiveList/finalizers']
/** The annotation of a record: an injected resource is a workload, even if it is incomplete. */
const RECORD = 'inject-sidecars.dev/record'

/**
 * Reason why a workload is incomplete: a field that it lacks, or a directive of a patch; undefined for a complete one.
 * @example partLacking(deployment, ['spec', 'template']) // 'no pod template'
 */
export function partLacking({ ref, value }: Resource, podPath: FieldPath): string | undefined {
  if (at(value, ['metadata', 'annotations', RECORD]) !== undefined) return undefined
  const template = at(value, podPath)
  const spec = get(template, 'spec')
  const containers = get(spec, 'containers')
  const places = [value, get(value, 'spec'), template, spec, ...(Array.isArray(containers) ? containers : [])]
  const directive = DIRECTIVES.find(name => places.some(place => isObject(place) && Object.hasOwn(place, name)))
  if (directive !== undefined) return `it has ${directive}`
  // A Pod alone may come without what its injector adds.
  if (podPath.length === 0) return undefined
  if (template === undefined) return 'no pod template'
  if (!isObject(template)) return undefined
  if (containers === undefined) return 'no containers'
  return Array.isArray(containers) && containers.some(lacksImage) && lacksSelector(ref.apiVersion, value) ? 'a container without an image' : undefined
}

/** Whether a container lacks an image; that of the proxy may come from the injector. */
function lacksImage(container: Json): boolean {
  return isObject(container) && container.image === undefined && container.name !== PROXY
}

/** Whether a controller lacks its selector, which all of Kubernetes' but Jobs must have. */
function lacksSelector(apiVersion: string, value: Json): boolean {
  return groupOf(apiVersion) !== 'apps' || at(value, ['spec', 'selector']) === undefined
}
