// Adds the service account's token volume, which the API server adds to every pod, while policies run, and removes it from the result
// (docs/policies.md; plugin/pkg/admission/serviceaccount).

import { get, isObject, type Json, type JsonObject } from '../model/index.ts'
import { type Container, containersOf, listOf, type Pod, withContainers } from './pod.ts'

const PREFIX = 'kube-api-access-'
/** The name of the volume, with a placeholder for five random characters. */
const NAME = `${PREFIX}xxxxx`
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const LISTS = ['initContainers', 'containers'] as const

/**
 * The pod with the token's volume as its last one, and a mount of it as the last of each container that has none at that path. Containers that came
 * later get theirs when the pod goes through here again.
 * @example withTokenVolume(pod).spec // {…, volumes: [{ name: 'kube-api-access-xxxxx', projected: … }]}
 */
export function withTokenVolume(pod: Pod): Pod {
  if (get(pod.spec, 'automountServiceAccountToken') === false) return pod
  const known = listOf(pod.spec, 'volumes')
    .map(volumeName)
    .find(name => name.startsWith(PREFIX))
  const mount: JsonObject = { name: known ?? NAME, readOnly: true, mountPath: MOUNT_PATH }
  let isNeeded = false
  const mounted = LISTS.reduce((result, list) => {
    const containers = containersOf(result, list)
    if (containers.every(hasTokenMount)) return result
    isNeeded = true
    return withContainers(
      result,
      list,
      containers.map(container => (hasTokenMount(container) ? container : { ...container, volumeMounts: [...listOf(container, 'volumeMounts'), mount] })),
    )
  }, pod)
  if (!isNeeded || known !== undefined) return mounted
  const spec = mounted.spec as JsonObject
  return { ...mounted, spec: { ...spec, volumes: [...listOf(spec, 'volumes'), volume()] } }
}

/** The pod without the token's volume and its mounts; a list that was nothing else is gone. */
export function withoutTokenVolume(pod: Pod): Pod {
  const names = listOf(pod.spec, 'volumes')
    .map(volumeName)
    .filter(name => name.startsWith(PREFIX))
  if (names.length === 0) return pod
  const stripped = LISTS.reduce((result, list) => {
    const containers = containersOf(result, list)
    if (containers.length === 0) return result
    return withContainers(
      result,
      list,
      containers.map(container => without(container, 'volumeMounts', names)),
    )
  }, pod)
  return isObject(stripped.spec) ? { ...stripped, spec: without(stripped.spec, 'volumes', names) } : stripped
}

function without<Owner extends JsonObject>(owner: Owner, list: string, names: readonly string[]): Owner {
  const items = listOf(owner, list)
  const kept = items.filter(item => !names.includes(volumeName(item)))
  if (kept.length === items.length) return owner
  const { [list]: _, ...rest } = owner
  return (kept.length === 0 ? rest : { ...owner, [list]: kept }) as Owner
}

function hasTokenMount(container: Container): boolean {
  return listOf(container, 'volumeMounts').some(mount => get(mount, 'mountPath') === MOUNT_PATH)
}

function volumeName(item: Json): string {
  const name = get(item, 'name')
  return typeof name === 'string' ? name : ''
}

function volume(): JsonObject {
  return {
    name: NAME,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 420,
    },
  }
}
