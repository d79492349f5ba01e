// Reads image locks: resources of kind ImageLock with digests for the images of injected containers.

import { type Diagnostic, FUNCTION_CONFIG_API_VERSION, get, IMAGE_LOCK_KIND, isObject, type Json, locate, type Resource } from '../lib/model/index.ts'

const REFERENCE = /^(?:sha256:[\da-f]{64}|[^\s@]+@sha256:[\da-f]{64})$/

export interface ImageLockResult {
  /** The digest or the whole reference for each image. */
  readonly images: ReadonlyMap<string, string>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The images of all locks; if several locks name an image, the first counts.
 * @example readImageLocks([resources]).images.get('proxy:1') // 'sha256:…'
 */
export function readImageLocks(layers: readonly (readonly Resource[])[]): ImageLockResult {
  const images = new Map<string, string>()
  const diagnostics: Diagnostic[] = []
  for (const resource of layers.flat().filter(isLock)) {
    const entries = get(resource.value, 'images')
    if (entries !== undefined && !isObject(entries)) diagnostics.push(invalid(resource, ['images'], '`images` is not a mapping of images to digests'))
    for (const [image, value] of Object.entries(isObject(entries) ? entries : {})) {
      const problem = problemOf(value)
      if (problem !== undefined) diagnostics.push(invalid(resource, ['images', image], problem))
      else if (!images.has(image)) images.set(image, String(value))
    }
  }
  return { images, diagnostics }
}

function isLock({ ref }: Resource): boolean {
  return ref.kind === IMAGE_LOCK_KIND && ref.apiVersion === FUNCTION_CONFIG_API_VERSION
}

function problemOf(value: Json): string | undefined {
  if (typeof value === 'string' && REFERENCE.test(value)) return undefined
  return `${JSON.stringify(value)} is neither a digest such as sha256:… nor a reference that ends in one`
}

function invalid(resource: Resource, field: readonly string[], message: string): Diagnostic {
  const hint = 'write `IMAGE: sha256:<64 hexadecimal digits>`, as `inject-sidecars images --lock LIST` does'
  return locate({ code: 'image-lock-invalid', severity: 'error', message, hint, field: [...field] }, resource)
}
