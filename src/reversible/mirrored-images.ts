// Recognises images of injected containers that a later step replaced by those of a mirror, as kustomize's `images` transformer does.

import { isObject, type Json, set } from '../lib/model/index.ts'
import { type UserEdit, valueAtUnit } from '../record/index.ts'
import { byName, own } from '../record/undo.ts'

const LISTS: ReadonlySet<unknown> = new Set(['containers', 'initContainers'])

/**
 * Whether an edit only points the image of a container to a mirror of the image that injection gives it.
 * @param injected the workload injected again
 */
export function isMirroredImage(injected: Json, { path, value }: UserEdit): boolean {
  if (path.at(-1) !== 'image' || !LISTS.has(path.at(-3))) return false
  return isMirrorOf(valueAtUnit(injected, path), value)
}

/** The image of a container, as injection gives it and as it is. */
export interface MirroredImage {
  readonly injected: string
  readonly mirrored: string
}

/**
 * `injected` with the mirrored images that `present` has in containers of the same names.
 * @param onMirrored called for each of these images that comes from another registry or repository
 */
export function withMirroredImages(injected: Json, present: Json | undefined, onMirrored: (image: MirroredImage) => void = () => {}): Json {
  if (!isObject(injected) || !isObject(present)) return injected
  const result = {}
  for (const [key, value] of Object.entries(injected)) {
    const other = own(present, key)
    const isContainers = LISTS.has(key) && Array.isArray(value)
    set(result, key, isContainers ? value.map(item => withMirroredImage(item, other, onMirrored)) : withMirroredImages(value, other, onMirrored))
  }
  return result
}

function withMirroredImage(container: Json, others: Json | undefined, onMirrored: (image: MirroredImage) => void): Json {
  const name = isObject(container) ? own(container, 'name') : undefined
  const other = Array.isArray(others) && typeof name === 'string' ? byName(others)?.get(name) : undefined
  if (!isObject(container) || !isObject(other)) return container
  const [ours, image] = [own(container, 'image'), own(other, 'image')]
  if (typeof image !== 'string' || typeof ours !== 'string' || !isMirrorOf(ours, image)) return container
  if (image !== ours && referenceOf(image)?.registry !== referenceOf(ours)?.registry) onMirrored({ injected: ours, mirrored: image })
  return { ...container, image }
}

/**
 * Whether a reference names the image of the other in another registry or repository: with the same last name, and the same tag or a digest.
 * @example isMirrorOf('docker.io/istio/proxyv2:1.31.0', 'mirror.example.com/istio/proxyv2:1.31.0') // true
 */
function isMirrorOf(original: Json | undefined, mirrored: Json): boolean {
  const [ours, theirs] = [referenceOf(original), referenceOf(mirrored)]
  if (ours === undefined || theirs === undefined || ours.name !== theirs.name) return false
  if (ours.digest !== undefined && ours.digest !== theirs.digest) return false
  return ours.tag === theirs.tag || (theirs.tag === undefined && theirs.digest !== undefined)
}

interface Reference {
  /** The registry and all of the repository but its last part. */
  readonly registry: string
  /** The last part of the repository. */
  readonly name: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

function referenceOf(image: Json | undefined): Reference | undefined {
  const found = typeof image === 'string' ? /^(.*\/)?([^/:@]+)(?::([^/:@]+))?(?:@([^/@]+))?$/.exec(image) : null
  return found?.[2] === undefined ? undefined : { registry: found[1] ?? '', name: found[2], tag: found[3], digest: found[4] }
}
