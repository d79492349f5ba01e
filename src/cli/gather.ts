// Reads the input of a command: the manifests that its arguments name, standard input, and the function config. Each input that cannot be read is reported.

import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import { type FoundFiles, findManifests } from '#find-manifests'
import { attempt, type Diagnostic, InjectError, type SourceFile, warning } from '../lib/model/index.ts'
import { excludedBy, mattersTo } from '../read/read.ts'
import { isOpenDescriptor } from './assert-file.ts'
import { readManifest } from './files.ts'
import { STDIN } from './function-mode.ts'
import { type KustomizationFile, namesAsOther, readKustomizations } from './kustomizations.ts'
import { readStdin } from './stdio.ts'
import { decodeText } from './text.ts'

/** The name of the default function config. */
const DEFAULT_FUNCTION_CONFIG = 'inject-sidecars.yaml'

/** The image lock of the working directory, read by every command that injects. */
const IMAGE_LOCK = 'inject-sidecars.lock'

export interface Gathered {
  readonly files: readonly SourceFile[]
  readonly functionConfig?: SourceFile
  /** The kustomizations in the named folders, and above the named paths. */
  readonly kustomizations: readonly KustomizationFile[]
  /** Errors because of which nothing is injected. */
  readonly diagnostics: readonly Diagnostic[]
  /** Whether one of the errors is that the function config cannot be read. */
  readonly isConfigUnread: boolean
  /** Other hard links to files, by the path that is used for the file. */
  readonly twins: ReadonlyMap<string, readonly string[]>
  /** Folders of the files, and other folders that were searched. */
  readonly folders: readonly string[]
  /** Warnings and infos about files that were left out. */
  readonly notes: readonly Diagnostic[]
}

export interface GatherOptions {
  readonly functionConfig?: string
  readonly exclude?: readonly string[]
  /** Whether texts of pipes are kept, which cannot be read again: for commands that print every file. */
  readonly keepsTexts?: boolean
  /** The function configs of the runs, if they differ from the named one. */
  readonly runs?: readonly (SourceFile | undefined)[]
}

/** Reads files, folders, and standard input for `-`. */
export function gather(paths: readonly string[], { functionConfig: config, exclude = [], keepsTexts, runs }: GatherOptions): Gathered {
  const diagnostics: Diagnostic[] = []
  const unconfigured: Diagnostic[] = []
  const functionConfig = attempt(unconfigured, () => readFunctionConfig(config))
  const configs = runs ?? [functionConfig]
  const read = keepsTexts ? readManifest : readerFor(...configs)
  const standardInput = paths.includes('-') ? attempt(diagnostics, () => decodeText(STDIN, readStdin())) : undefined
  const named = paths.filter(path => path !== '-')
  const options = { exclude: [...exclude, ...configs.flatMap(excludedBy)] }
  const found = named.flatMap(path => attempt(diagnostics, () => findManifests([path], options)) ?? [])
  const kustomizations = readKustomizations(
    found.flatMap(each => each.kustomizations),
    named,
  )
  const isOther = namesAsOther(kustomizations)
  const readOne = (path: string) => (isOther(path) ? new SkippedFile(path) : read(path))
  const locks = existsSync(IMAGE_LOCK) ? [IMAGE_LOCK] : []
  const { paths: distinct, twins } = onePerFile([...found.flatMap(each => each.paths), ...locks])
  const files = distinct.flatMap(path => attempt(diagnostics, () => readOne(path)) ?? [])
  return {
    files: standardInput === undefined ? files : [standardInput, ...files],
    ...(functionConfig === undefined ? {} : { functionConfig }),
    kustomizations,
    diagnostics: [...diagnostics, ...unconfigured],
    isConfigUnread: unconfigured.length > 0,
    notes: notesOn(found),
    twins,
    folders: [...new Set(found.flatMap(each => each.folders))],
  }
}

/** Reads the function config that is named in the arguments; a failure is a usage error. */
function readNamedConfig(path: string): SourceFile {
  try {
    return readManifest(path)
  } catch (error) {
    if (!(error instanceof InjectError) || error.diagnostic.code !== 'file-unreadable') throw error
    throw new InjectError({ ...error.diagnostic, code: 'config-invalid', hint: 'correct the path given with -f' }, { cause: error })
  }
}

/** One path for each file, of several such as a link and its target, or `a` and `./a`: the first that is not a link, otherwise the first. */
export function onePerFile(paths: readonly string[]): { readonly paths: readonly string[]; readonly twins: ReadonlyMap<string, readonly string[]> } {
  const byIdentity = new Map<string, string>()
  const others: (readonly [string, string])[] = []
  for (const path of paths) {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    const key = stats === undefined ? path : `${stats.dev}:${stats.ino}`
    const known = byIdentity.get(key)
    if (known === undefined || (isLink(known) && !isLink(path))) byIdentity.set(key, path)
    if (known !== undefined && stats !== undefined && stats.nlink > 1n) others.push([key, known], [key, path])
  }
  return { paths: [...byIdentity.values()], twins: twinsOf(byIdentity, others) }
}

/** The other hard links of each file. */
function twinsOf(byIdentity: ReadonlyMap<string, string>, others: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, Map<string, string>>()
  for (const [key, path] of others) {
    const chosen = byIdentity.get(key) ?? path
    const known = names.get(chosen) ?? new Map<string, string>()
    if (!isLink(path)) known.set(realpathSync(path), path)
    known.delete(realpathSync(chosen))
    names.set(chosen, known)
  }
  return new Map([...names].map(([chosen, twins]) => [chosen, [...twins.keys()]]))
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function notesOn(found: readonly FoundFiles[]): Diagnostic[] {
  const misnamed = found
    .flatMap(each => each.misnamed)
    .map(path => warning({ code: 'file-unreadable', message: `${path}: the file name is not UTF-8; the file is skipped`, hint: 'rename it' }))
  const charts = [...new Set(found.flatMap(each => each.charts))].map(
    (path): Diagnostic => ({
      code: 'file-skipped',
      severity: 'info',
      message: `${path}: templates of a Helm chart are not manifests`,
      hint: 'inject the output of the chart: helm template CHART | inject-sidecars inject -',
    }),
  )
  return [...misnamed, ...charts]
}

/**
 * Reads manifests for runs with these function configs, and keeps the texts of those that may affect injection.
 * @throws InjectError `file-unreadable`, `yaml-syntax`
 */
function readerFor(...functionConfigs: readonly (SourceFile | undefined)[]): (path: string) => SourceFile {
  const matters = functionConfigs.map(mattersTo)
  return path => {
    const file = readManifest(path)
    // A pipe gives its text once.
    return isOpenDescriptor(path) || matters.some(matter => matter(file.text)) ? file : new SkippedFile(path)
  }
}

/** A manifest that cannot affect injection. There may be a hundred thousand of them, so their texts are not kept. */
class SkippedFile implements SourceFile {
  readonly path: string
  readonly canMatter = false

  constructor(path: string) {
    this.path = path
  }

  get text(): string {
    return readManifest(this.path).text
  }
}

/**
 * The named function config; otherwise the one of the working directory, if there is one.
 * @throws InjectError `config-invalid` for a file that cannot be read, `yaml-syntax`
 */
export function readFunctionConfig(path: string | undefined): SourceFile | undefined {
  if (path !== undefined) return readNamedConfig(path)
  return existsSync(DEFAULT_FUNCTION_CONFIG) ? readManifest(DEFAULT_FUNCTION_CONFIG) : undefined
}
