// Reads the kustomizations around manifests, to recognise patches and other files that are not workloads, and workloads that kustomize changes after injection.

import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { attempt, type Diagnostic, FUNCTION_CONFIG_KIND, GUARD_KIND, InjectError, type SourceFile, warning } from '../lib/model/index.ts'
import { parseDocuments } from '../lib/yaml/index.ts'
import { isPath, type Kustomization, kustomizationOf } from '../read/kustomization.ts'
import { readManifest } from './files.ts'

/** A kustomization with the absolute paths that it names. */
export interface KustomizationFile extends Kustomization {
  readonly path: string
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/**
 * Reads kustomizations: those found in folders, and those above the named paths up to the repository's root. An unreadable one counts as empty.
 */
export function readKustomizations(found: readonly string[], named: readonly string[]): KustomizationFile[] {
  const above = [...new Set(named.flatMap(foldersAbove))].flatMap(folder => NAMES.map(name => join(folder, name)).filter(path => existsSync(path)))
  const known = new Map([...found, ...above].map(path => [resolve(path), path]))
  return [...known.values()].flatMap(readKustomization)
}

/** Whether a kustomization names a file as a patch, configuration or the like, and no kustomization lists it as a resource. */
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

/**
 * Files that are injected when kustomize builds them: those of a kustomization that lists the function or its guard.
 * @param files the manifests that have been read
 */
export function injectedWhenBuilt(kustomizations: readonly KustomizationFile[], files: readonly SourceFile[]): (path: string) => boolean {
  if (kustomizations.length === 0) return () => false
  const texts = new Map(files.filter(({ canMatter }) => canMatter !== false).map(file => [resolve(file.path), file.text]))
  const textOf = (path: string) => texts.get(path) ?? (isFile(path) ? attempt([], () => readManifest(path).text) : '') ?? ''
  const byFolder = foldersOf(kustomizations)
  // Folders outside of what was named are not among the kustomizations.
  const filesOf = (path: string): readonly string[] => {
    const inFolder = byFolder.get(path) ?? NAMES.flatMap(name => readKustomization(join(path, name)))[0]
    return inFolder === undefined ? [path] : [...takenBy(inFolder, byFolder)]
  }
  const isFunction = (entry: string) => FUNCTION.test(entry) || filesOf(entry).some(path => FUNCTION.test(textOf(path)))
  const built = new Set(
    kustomizations.flatMap(each => {
      const taken = [...takenBy(each, byFolder)]
      return each.transformers.some(isFunction) || taken.some(path => GUARD.test(texts.get(path) ?? '')) ? taken : []
    }),
  )
  return path => built.size > 0 && built.has(resolve(path))
}

const FUNCTION = new RegExp(`\\b${FUNCTION_CONFIG_KIND}\\b`)
const GUARD = new RegExp(`\\b${GUARD_KIND}\\b`)

/** One warning for each kustomization that changes what was injected in place. */
export function kustomizeSources(kustomizations: readonly KustomizationFile[], injected: readonly string[]): Diagnostic[] {
  const written = new Map(injected.map(path => [resolve(path), path]))
  const byFolder = foldersOf(kustomizations)
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
    message: `this kustomization changes (${changes.join(', ')}) workloads that are injected in ${[...taken].sort()[0]}${others}: the built pods may differ from those that the webhook would make`,
    hint: `remove the injection with \`inject-sidecars uninject -w\` and inject in the kustomization instead:\n${TRANSFORMER}`,
    at: { file: path, line: 1, column: 1 },
  })
}

const TRANSFORMER = `transformers:
- |-
  {apiVersion: inject-sidecars.dev/v1alpha1, kind: SidecarInjector, metadata: {name: mesh, annotations: {config.kubernetes.io/function: "exec: {path: inject-sidecars}"}},
  spec: {istio: {}}}`

function foldersOf(kustomizations: readonly KustomizationFile[]): Map<string, KustomizationFile> {
  return new Map(kustomizations.map(each => [dirname(resolve(each.path)), each]))
}

/** The files that a kustomization includes, directly or through folders. */
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
    if (!isFile(path)) return []
    const [document] = parseDocuments(readManifest(path)).filter(({ value }) => value !== null)
    const { resources, others, transformers, changes } = kustomizationOf(document?.value ?? null)
    const absolute = (paths: readonly string[]) => paths.map(each => resolve(dirname(path), each))
    const functions = transformers.map(entry => (isPath(entry) ? resolve(dirname(path), entry) : entry))
    return [{ path, resources: absolute(resources), others: absolute(others), transformers: functions, changes }]
  } catch (error) {
    if (error instanceof InjectError) return []
    throw error
  }
}

function isFile(path: string): boolean {
  // Below a file there is no entry either, which `throwIfNoEntry` does not cover.
  return existsSync(path) && statSync(path).isFile()
}

/** The folders from a named path up to the root of its repository, or to the working directory. */
function foldersAbove(named: string): string[] {
  const start = resolve(named)
  const folders: string[] = []
  for (let here = statSync(start, { throwIfNoEntry: false })?.isDirectory() ? start : dirname(start); ; here = dirname(here)) {
    folders.push(relative('', here))
    if (existsSync(join(here, '.git')) || here === resolve('') || dirname(here) === here) return folders
  }
}
