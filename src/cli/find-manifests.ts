// Finds the manifests that arguments name: files, and in folders all files in a stable order except those that .gitignore, `exclude` and charts leave out.
// The bundle evaluates this file (`#find-manifests`) on first use.

import { lstatSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { assertFile } from './assert-file.ts'
import { excludeRules, gitignoreAbove, gitignoreIn, type IgnoreRules, isIgnored } from './ignore-rules.ts'
import { systemError } from './system-error.ts'

const MANIFEST = /\.(ya?ml|json)$/
const KUSTOMIZATION = /^(kustomization\.ya?ml|Kustomization)$/
const SKIPPED_FOLDERS = new Set(['node_modules', '.git'])
const CHART = 'Chart.yaml'
const TEMPLATES = 'templates'

export interface FindOptions {
  /** Patterns in the form of gitignore(5), relative to the working directory or to the named folder. */
  readonly exclude?: readonly string[]
  /** Whether .gitignore and charts leave files out. */
  readonly skips?: boolean
}

export interface FoundFiles {
  /** Each once, in the order of the arguments, and in folders in the order of code units. */
  readonly paths: readonly string[]
  /** The kustomizations in the folders. */
  readonly kustomizations: readonly string[]
  /** The `templates` folders of Helm charts, which hold no manifests. */
  readonly charts: readonly string[]
  /** Every folder that was searched, and the folders of named files. */
  readonly folders: readonly string[]
  /** Names that are not UTF-8, with replacement characters. */
  readonly misnamed: readonly string[]
}

/**
 * The manifests that command line arguments name.
 * @throws InjectError `file-unreadable` for a path that does not exist, and for devices, pipes and sockets
 * @example findManifests(['apps', 'web.yaml']).paths // ['apps/a.yaml', 'apps/b/c.yaml', 'web.yaml']
 */
export function findManifests(paths: readonly string[], { exclude = [], skips = true }: FindOptions = {}): FoundFiles {
  const found: Found = { paths: new Set(), kustomizations: new Set(), charts: new Set(), folders: new Set(), misnamed: [] }
  for (const path of paths) {
    const stats = readable(path, () => statSync(path))
    if (stats.isDirectory()) {
      const own = excludeRules(exclude, path)
      walk(path, { found, own, skips, rules: skips ? gitignoreAbove(path) : [] })
    } else {
      assertFile(path, stats)
      found.folders.add(dirname(path))
      const chart = skips ? chartTemplatesAround(path) : undefined
      if (chart !== undefined) found.charts.add(chart)
      else if (exclude.length === 0 || !isIgnored(excludeRules(exclude, dirname(path)), resolve(path), false)) found.paths.add(path)
    }
  }
  return {
    paths: [...found.paths],
    kustomizations: [...found.kustomizations],
    charts: [...found.charts],
    folders: [...found.folders],
    misnamed: found.misnamed,
  }
}

interface Found {
  readonly paths: Set<string>
  readonly kustomizations: Set<string>
  readonly charts: Set<string>
  readonly folders: Set<string>
  readonly misnamed: string[]
}

interface Walk {
  readonly found: Found
  /** The user's own patterns. */
  readonly own: readonly IgnoreRules[]
  readonly skips: boolean
  /** Those of Git. */
  readonly rules: readonly IgnoreRules[]
}

/** Searches a folder. Links to files are followed; links to folders are not, because they may form a cycle. */
function walk(folder: string, given: Walk): void {
  const { found, own, skips } = given
  found.folders.add(folder)
  const entries = readable(folder, () => readdirSync(folder, { withFileTypes: true }))
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const names = new Set(entries.map(({ name }) => name))
  const rules = skips && names.has('.gitignore') ? [...given.rules, ...gitignoreIn(folder)] : given.rules
  const leavesOut = (path: string, isFolder: boolean) => {
    const absolute = rules.length + own.length === 0 ? path : resolve(path)
    return isIgnored(rules, absolute, isFolder) || isIgnored(own, absolute, isFolder)
  }
  // `folder/`, and nothing for the working directory.
  const prefix = join(folder, 'x').slice(0, -1)
  for (const entry of entries) {
    const path = prefix + entry.name
    if (entry.name.includes('\ufffd') && lstatSync(path, { throwIfNoEntry: false }) === undefined) found.misnamed.push(path)
    else if (entry.isDirectory()) {
      if (SKIPPED_FOLDERS.has(entry.name) || leavesOut(path, true)) continue
      if (skips && entry.name === TEMPLATES && names.has(CHART)) found.charts.add(path)
      else walk(path, { ...given, rules })
    } else {
      if (KUSTOMIZATION.test(entry.name)) found.kustomizations.add(path)
      if (MANIFEST.test(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && pointsToFile(path))) && !leavesOut(path, false)) found.paths.add(path)
    }
  }
}

function pointsToFile(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isFile() ?? false
}

/** The `templates` folder of the chart that contains a file, at any depth. */
function chartTemplatesAround(path: string): string | undefined {
  for (let folder = dirname(resolve(path)), shown = dirname(path); dirname(folder) !== folder; folder = dirname(folder), shown = dirname(shown)) {
    if (basename(folder) === TEMPLATES && statSync(join(dirname(folder), CHART), { throwIfNoEntry: false })?.isFile()) return shown
  }
  return undefined
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw systemError('file-unreadable', path, error)
  }
}
