// Finds images of Istio that are no longer published, or of versions that get no fixes.

import { isRetired } from '../lib/istio/compatibility.ts'
import { CONTAINER_LISTS, type Container, containersOf, nameOf, textOf } from '../lib/k8s/pod.ts'
import type { Diagnostic, FieldPath, JsonObject } from '../lib/model/index.ts'

type Finding = Pick<Diagnostic, 'code' | 'message' | 'hint' | 'field'>

/** Registries of Istio's images: `istio/proxyv2` is the one on Docker Hub. */
const REGISTRIES: readonly (readonly [prefix: RegExp, name: string, isClosed: boolean])[] = [
  [/^gcr\.io\/istio-(?:release|testing|prerelease-testing)\//, 'gcr.io', true],
  [/^registry\.istio\.io\//, 'registry.istio.io', false],
  [/^(?:(?:index\.)?docker\.io\/)?istio\//, 'docker.io/istio', false],
]

/**
 * Warnings about the images of a pod template after injection; their fields are paths in the template as it was before.
 * @example lintImages({ before, after })[0]?.message // 'container istio-proxy: Istio publishes no images to gcr.io any more: gcr.io/istio-release/proxyv2:1.24.0'
 */
export function lintImages({ before, after }: { readonly before: JsonObject; readonly after: JsonObject }): Finding[] {
  const lists = CONTAINER_LISTS
  return lists.flatMap(list =>
    containersOf(after, list).flatMap(container => imageFinding(container).map(finding => ({ ...finding, field: containerPath(before, nameOf(container)) }))),
  )
}

function imageFinding(container: Container): Omit<Finding, 'field'>[] {
  const image = textOf(container, 'image')
  const [, registry, isClosed] = REGISTRIES.find(([prefix]) => prefix.test(image)) ?? []
  if (registry === undefined) return []
  const name = nameOf(container)
  const version = /:v?(\d+\.\d+)[^/]*$/.exec(image)?.[1]
  if (isClosed) {
    const message = `container ${name}: Istio no longer publishes images to ${registry}: ${image}`
    return [{ code: 'image-retired', message, hint: 'use the image from registry.istio.io/release or docker.io/istio, or from your own mirror' }]
  }
  if (version === undefined || !isRetired(version)) return []
  const message = `container ${name}: Istio ${version} no longer gets fixes, and its images may be removed from ${registry}: ${image}`
  return [{ code: 'image-retired', message, hint: 'upgrade Istio, or mirror the image' }]
}

function containerPath(before: JsonObject, name: string): FieldPath {
  for (const list of CONTAINER_LISTS) {
    const index = containersOf(before, list).findIndex(container => nameOf(container) === name)
    if (index >= 0) return ['spec', list, index, 'image']
  }
  return ['spec']
}
