// What a command works on: the manifests that its arguments name, standard input, and the function config. Every one that cannot be read is reported.

import { existsSync } from 'node:fs'
import { type Diagnostic, InjectError, type SourceFile } from '../lib/model/index.ts'
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

/** Reads files, folders, and standard input for `-`. */
export function gather(paths: readonly string[], options: { readonly functionConfig?: string }): Gathered {
  const diagnostics: Diagnostic[] = []
  const standardInput = paths.includes('-') ? collect(diagnostics, () => decodeText(STDIN, readStdin())) : undefined
  const found = paths.filter(path => path !== '-').flatMap(path => collect(diagnostics, () => findManifests([path])) ?? [])
  const files = [...new Set(found)].flatMap(path => collect(diagnostics, () => readManifest(path)) ?? [])
  const functionConfig = collect(diagnostics, () => readFunctionConfig(options.functionConfig))
  return {
    files: standardInput === undefined ? files : [standardInput, ...files],
    ...(functionConfig === undefined ? {} : { functionConfig }),
    diagnostics,
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

/** The task's result, or undefined and its error among the diagnostics. */
export function collect<T>(diagnostics: Diagnostic[], task: () => T): T | undefined {
  try {
    return task()
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    diagnostics.push(error.diagnostic)
    return undefined
  }
}
