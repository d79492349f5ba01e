// Lists the images that an upgrade adds, changes and removes.

import { containersOf, nameOf, textOf } from '../lib/k8s/pod.ts'
import type { Json } from '../lib/model/index.ts'

/** The change of one container's image; a side is undefined if the container does not exist. */
export interface ImageChange {
  readonly container: string
  readonly from: string | undefined
  readonly to: string | undefined
  readonly workloads: number
}

export interface ImageChanges {
  readonly changes: readonly ImageChange[]
  /** Images that workloads use only with the new configuration, and those only with the old one. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** @param templates the pod templates of every workload, before and after */
export function imageChanges(templates: readonly { readonly from: Json; readonly to: Json }[]): ImageChanges {
  const counted = new Map<string, ImageChange>()
  const [before, after] = [new Set<string>(), new Set<string>()]
  for (const { from, to } of templates) {
    const [was, is] = [imagesOf(from), imagesOf(to)]
    for (const image of was.values()) before.add(image)
    for (const image of is.values()) after.add(image)
    for (const container of new Set([...was.keys(), ...is.keys()])) {
      const change = { container, from: was.get(container), to: is.get(container) }
      if (change.from === change.to) continue
      const key = JSON.stringify([container, change.from ?? null, change.to ?? null])
      counted.set(key, { ...change, workloads: (counted.get(key)?.workloads ?? 0) + 1 })
    }
  }
  const changes = [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change)
  return { changes, added: [...after].filter(image => !before.has(image)).sort(), removed: [...before].filter(image => !after.has(image)).sort() }
}

function imagesOf(template: Json): ReadonlyMap<string, string> {
  const containers = [...containersOf(template, 'initContainers'), ...containersOf(template)]
  return new Map(containers.map(container => [nameOf(container), textOf(container, 'image')]))
}
