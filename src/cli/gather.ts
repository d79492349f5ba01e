// What a command works on: the manifests that its arguments name, standard input, and the function config. Every one that cannot be read is reported.

import { existsSync } from 'node:fs'
import { attempt, type Diagnostic, type SourceFile } from '../lib/model/index.ts'
import { mattersTo } from '../read/read.ts'
import { findManifests, readManifest } from './files.ts'
import { STDIN } from './function-mode.ts'
import { readStdin } from './stdio.ts'
import { decodeText } from './text.ts'

/** The function config of a folder, used where no other one is named. */
export const DEFAULT_FUNCTION_CONFIG = 'inject-sidecars.yaml'

export interface Gathered {
  readonly files: readonly SourceFile[]
  readonly functionConfig?: SourceFile
  /** Errors only. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface GatherOptions {
  readonly functionConfig?: string
  /** For commands that print every file: of a pipe, the text cannot be read again. */
  readonly keepsTexts?: boolean
}

/** Reads files, folders, and standard input for `-`. */
export function gather(paths: readonly string[], { functionConfig: config, keepsTexts }: GatherOptions): Gathered {
  const diagnostics: Diagnostic[] = []
  const unconfigured: Diagnostic[] = []
  const functionConfig = attempt(unconfigured, () => readFunctionConfig(config))
  const read = keepsTexts ? readManifest : readerFor(functionConfig)
  const standardInput = paths.includes('-') ? attempt(diagnostics, () => decodeText(STDIN, readStdin())) : undefined
  const found = paths.filter(path => path !== '-').flatMap(path => attempt(diagnostics, () => findManifests([path])) ?? [])
  const files = [...new Set(found)].flatMap(path => attempt(diagnostics, () => read(path)) ?? [])
  return {
    files: standardInput === undefined ? files : [standardInput, ...files],
    ...(functionConfig === undefined ? {} : { functionConfig }),
    diagnostics: [...diagnostics, ...unconfigured],
  }
}

/**
 * Reads manifests for runs with these function configs, and keeps the texts of those that can matter.
 * @throws InjectError `file-unreadable`, `yaml-syntax`
 */
export function readerFor(...functionConfigs: readonly (SourceFile | undefined)[]): (path: string) => SourceFile {
  const matters = functionConfigs.map(mattersTo)
  return path => {
    const file = readManifest(path)
    return matters.some(matter => matter(file.text)) ? file : new SkippedFile(path)
  }
}

/** A manifest that cannot matter. There may be a hundred thousand of them, so that their texts are let go. */
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
 * The function config that is named, else the one of the working directory, if it has one.
 * @throws InjectError `file-unreadable`, `yaml-syntax`
 */
export function readFunctionConfig(path: string | undefined): SourceFile | undefined {
  if (path !== undefined) return readManifest(path)
  return existsSync(DEFAULT_FUNCTION_CONFIG) ? readManifest(DEFAULT_FUNCTION_CONFIG) : undefined
}
