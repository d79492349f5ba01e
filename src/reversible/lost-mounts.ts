// Warns of mounts of the user's whose volume was added by injection and is removed with it: the API server rejects such a pod.

import { ALL_CONTAINER_LISTS, listOf, nameOf } from '../lib/k8s/pod.ts'
import { at, type Diagnostic, type FieldPath, type Json, type JsonObject, locate, type Resource, warning } from '../lib/model/index.ts'

export interface RemovedInjection {
  /** The workload after its injection was removed. */
  readonly resource: Resource
  readonly podPath: FieldPath
  /** The workload with its injection. */
  readonly before: Json
  /** The workload as it is written: after the removal, or injected again. */
  readonly after: Json
}

/** Warnings about each mount of a volume that is in `before` only. */
export function lostMounts({ resource, podPath, before, after }: RemovedInjection): Diagnostic[] {
  const [had, has] = [before, after].map(workload => new Set(listOf(at(workload, [...podPath, 'spec']), 'volumes').map(nameOf)))
  const spec = at(resource.value, [...podPath, 'spec'])
  return ALL_CONTAINER_LISTS.flatMap(list =>
    listOf(spec, list).flatMap((container, i) =>
      listOf(container, 'volumeMounts').flatMap((mount, j) => {
        const name = nameOf(mount)
        if (had?.has(name) !== true || has?.has(name) === true) return []
        return [locate(lostMount(container, name, [...podPath, 'spec', list, i, 'volumeMounts', j]), resource)]
      }),
    ),
  )
}

function lostMount(container: JsonObject, volume: string, field: FieldPath): Diagnostic {
  const message = `container ${nameOf(container)} mounts the volume ${volume}, which injection had added and which is removed with it: the API server rejects the pod`
  return warning({ code: 'mount-without-volume', message, hint: 'remove the mount, or declare the volume in the manifest', field })
}
