// The kustomizations around manifests: the files that they name as patches and the like are not workloads, and what they change is better injected by kustomize.

import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { type Diagnostic, InjectError, warning } from '../lib/model/index.ts'
import { parseDocuments } from '../lib/yaml/index.ts'
import { type Kustomization, kustomizationOf } from '../read/kustomization.ts'
import { readManifest } from './files.ts'

/** A kustomization with the absolute paths that it names. */
export interface KustomizationFile extends Kustomization {
  readonly path: string
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/**
 * Reads kustomizations: those that were found in folders, and those in the folders above what was named, up to the repository's root.
 * One that cannot be read names nothing.
 */
export function readKustomizations(found: readonly string[], named: readonly string[]): KustomizationFile[] {
  const above = [...new Set(named.flatMap(foldersAbove))].flatMap(folder => NAMES.map(name => join(folder, name)).filter(path => existsSync(path)))
  const known = new Map([...found, ...above].map(path => [resolve(path), path]))
  return [...known.values()].flatMap(readKustomization)
}

/** Whether a kustomization names a file as a patch, a configuration or the like, and none takes it as a resource. */
export function namesAsOther(kustomizations: readonly KustomizationFile[]): (path: string) => boolean {
  const resources = new Set(kustomizations.flatMap(each => each.resources))
  const others = new Set(kustomizations.flatMap(each => each.others))
  return path => {
    if (others.size === 0 || resources.has(resolve(path))) return false
    // A folder may hold the configurations of several transformers.
    for (let here = resolve(path); dirname(here) !== here; here = dirname(here)) if (others.has(here)) return true
    return false
  }
}

/** One warning for each kustomization that changes what was injected in place. */
export function kustomizeSources(kustomizations: readonly KustomizationFile[], injected: readonly string[]): Diagnostic[] {
  const written = new Map(injected.map(path => [resolve(path), path]))
  const byFolder = new Map(kustomizations.map(each => [dirname(resolve(each.path)), each]))
  return kustomizations
    .filter(({ changes }) => changes.length > 0)
    .flatMap(each => {
      const taken = [...takenBy(each, byFolder)].flatMap(path => written.get(path) ?? [])
      return taken.length === 0 ? [] : [kustomizeSource(each, taken)]
    })
}

function kustomizeSource({ path, changes }: Kustomization & { readonly path: string }, taken: readonly string[]): Diagnostic {
  const others = taken.length === 1 ? '' : ` and ${taken.length - 1} more`
  return warning({
    code: 'kustomize-source',
    message: `it changes (${changes.join(', ')}) what is injected in place in ${[...taken].sort()[0]}${others}: the built pods may differ from those that the webhook would make`,
    hint: `take the injection off and let kustomize inject what it has built:\n${TRANSFORMER}`,
    at: { file: path, line: 1, column: 1 },
  })
}

const TRANSFORMER = `transformers:
- |-
  {apiVersion: inject-sidecars.dev/v1alpha1, kind: SidecarInjector, metadata: {name: mesh, annotations: {config.kubernetes.io/function: "exec: {path: inject-sidecars}"}},
  spec: {istio: {}}}`

/** The files that a kustomization takes, through the folders that it names. */
function takenBy(start: KustomizationFile, byFolder: ReadonlyMap<string, KustomizationFile>): Set<string> {
  const taken = new Set<string>()
  const open = [start]
  const seen = new Set<KustomizationFile>(open)
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    for (const path of each.resources) {
      const below = byFolder.get(path)
      if (below === undefined) taken.add(path)
      else if (!seen.has(below)) {
        seen.add(below)
        open.push(below)
      }
    }
  }
  return taken
}

function readKustomization(path: string): KustomizationFile[] {
  try {
    if (!statSync(path).isFile()) return []
    const [document] = parseDocuments(readManifest(path)).filter(({ value }) => value !== null)
    const { resources, others, changes } = kustomizationOf(document?.value ?? null)
    const absolute = (paths: readonly string[]) => paths.map(each => resolve(dirname(path), each))
    return [{ path, resources: absolute(resources), others: absolute(others), changes }]
  } catch (error) {
    if (error instanceof InjectError) return []
    throw error
  }
}

/** From the folder of what was named up to the root of its repository, or to the working directory. */
function foldersAbove(named: string): string[] {
  const start = resolve(named)
  const folders: string[] = []
  for (let here = statSync(start, { throwIfNoEntry: false })?.isDirectory() ? start : dirname(start); ; here = dirname(here)) {
    folders.push(relative('', here))
    if (existsSync(join(here, '.git')) || here === resolve('') || dirname(here) === here) return folders
  }
}
