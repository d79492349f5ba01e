// Pins the images of injected containers to the digests of an image lock.

import { type Container, containersOf, nameOf, type Pod, withContainers } from '../lib/k8s/pod.ts'
import { type Diagnostic, get, warning } from '../lib/model/index.ts'

/** The digest `sha256:…`, or the replacing reference with a digest, for each image that injection writes. */
export type ImageLock = ReadonlyMap<string, string>

const LISTS = ['initContainers', 'containers'] as const

/**
 * The pod with injected images replaced by their locked references; the user's own images stay. The same pod if no image is locked.
 * @param pods the pod before and after injection
 * @example pinImages({ before, after }, new Map([['proxy:1', 'sha256:…']])) // the proxy's image is proxy:1@sha256:…
 */
export function pinImages({ before, after }: { readonly before: Pod; readonly after: Pod }, lock: ImageLock): Pod {
  if (lock.size === 0) return after
  return LISTS.reduce((pod, list) => {
    const pinned = containersOf(pod, list).map(container => (isInjected(container, before) ? withLockedImage(container, lock) : container))
    return pinned.some((container, i) => container !== containersOf(pod, list)[i]) ? withContainers(pod, list, pinned) : pod
  }, after)
}

/**
 * The images that injection wrote, in the order of the containers.
 * @example injectedImages({ before, after }) // ['registry.example.com/proxy:1']
 */
function injectedImages({ before, after }: { readonly before: Pod; readonly after: Pod }): string[] {
  return LISTS.flatMap(list =>
    containersOf(after, list)
      .filter(container => isInjected(container, before))
      .flatMap(({ image }) => (typeof image === 'string' ? [image] : [])),
  )
}

/** Whether an image has a digest. */
export function isPinned(image: string): boolean {
  return /@sha256:[\da-f]{64}$/.test(image)
}

/**
 * The reference for a locked image.
 * @example lockedReference('proxy:1', 'sha256:…') // 'proxy:1@sha256:…'
 */
function lockedReference(image: string, locked: string): string {
  return locked.startsWith('sha256:') ? `${image}@${locked}` : locked
}

function isInjected(container: Container, before: Pod): boolean {
  const same = LISTS.flatMap(list => containersOf(before, list)).find(other => nameOf(other) === nameOf(container))
  return same === undefined || get(same, 'image') !== container.image
}

function withLockedImage(container: Container, lock: ImageLock): Container {
  const { image } = container
  const locked = typeof image === 'string' ? lock.get(image) : undefined
  return typeof image !== 'string' || locked === undefined ? container : { ...container, image: lockedReference(image, locked) }
}

/** A warning for each injected image that is not in the image lock; none without a lock. */
export function unlockedImages(pods: { readonly before: Pod; readonly after: Pod }, lock: ReadonlyMap<string, string>): Diagnostic[] {
  if (lock.size === 0) return []
  const open = [...new Set(injectedImages(pods))].filter(image => !isPinned(image))
  const hint = 'add its digest to the image lock: `inject-sidecars images --lock LIST`'
  return open.map(image => warning({ code: 'image-unpinned', message: `the image lock does not name ${JSON.stringify(image)}`, hint }))
}
