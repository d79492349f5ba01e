// Creates the patches of a run, and the kustomization that lists them.

import { type Diagnostic, InjectError, type Json, type JsonObject, locate, type Workload } from '../lib/model/index.ts'
import { toYaml } from '../lib/yaml/index.ts'
import { type KustomizePatch, type PatchFormat, patchOf } from './patch.ts'

export interface NamedPatch extends KustomizePatch {
  /** Its file in the folder of the kustomization. */
  readonly file: string
}

export interface Patches {
  /** The patches in the order of the workloads. */
  readonly patches: readonly NamedPatch[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The patches from workloads of the input to the same workloads of the injected texts.
 * @example patchesOf(read({ files }).workloads, read({ files: inject({ files }).files }).workloads, { format: 'strategic' }).patches
 */
export function patchesOf(
  before: readonly Workload[],
  after: readonly Workload[],
  options: { readonly format: PatchFormat; readonly tests?: boolean },
): Patches {
  const patches: NamedPatch[] = []
  const diagnostics: Diagnostic[] = []
  const used = new Map<string, number>()
  before.forEach(({ resource, podPath }, i) => {
    const injected = after[i]?.resource.value ?? resource.value
    const file = fileName(resource.ref, used)
    try {
      const patch = patchOf({ ref: resource.ref, podPath, before: resource.value, after: injected }, { ...options, file })
      if (patch !== undefined) patches.push({ ...patch, file })
    } catch (error) {
      if (!(error instanceof InjectError)) throw error
      diagnostics.push(locate(error.diagnostic, resource))
    }
  })
  return { patches, diagnostics }
}

/** A safe file name for a resource, whose name is untrusted: `deployment-shop-web.yaml`. */
function fileName({ kind, namespace, name }: Workload['resource']['ref'], used: Map<string, number>): string {
  const words = [kind, ...(namespace === undefined ? [] : [namespace]), name]
  const base = words
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, 200)
  const nth = (used.get(base) ?? 0) + 1
  used.set(base, nth)
  return nth === 1 ? `${base}.yaml` : `${base}_${nth}.yaml`
}

/** The kustomization of a folder with patches: a component for any number of overlays. */
export function kustomizationOf(patches: readonly NamedPatch[]): string {
  const entries = patches.map(({ file, format, target }): JsonObject => ({ path: file, ...(format === 'json6902' ? { target: { ...target } as Json } : {}) }))
  const component: JsonObject = { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', patches: entries }
  return `# Made by \`inject-sidecars patch\`. List this folder under \`components\` of a kustomization.\n${toYaml(component)}`
}

/**
 * The `postRenderers` of a Flux HelmRelease: all patches inline with their targets, so that a stream of the chart without the target (only hooks, or all but
 * hooks) is left unchanged.
 * @example postRenderersOf(patchesOf(before, after, { format: 'json6902' }).patches) // 'postRenderers:\n- kustomize:\n    patches:\n    - target: …'
 */
export function postRenderersOf(patches: readonly NamedPatch[]): string {
  const entries = patches.map(({ target, body }): JsonObject => ({ target: { ...target } as Json, patch: body }))
  return `# Made by \`inject-sidecars patch\`. It belongs under \`spec\` of the HelmRelease.\n${toYaml({ postRenderers: [{ kustomize: { patches: entries } }] })}`
}
