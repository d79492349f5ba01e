// `inject-sidecars patch FILES`: prints the changes of injection as patches for kustomize, and leaves the manifests unchanged.

import { mkdirSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { append, type Diagnostic, InjectError, type InjectInput } from '../lib/model/index.ts'
import type { PatchFormat } from '../patch/patch.ts'
import { kustomizationOf, type NamedPatch, patchesOf, postRenderersOf } from '../patch/patches.ts'
import { read } from '../read/read.ts'
import { DONE, exitCodeOf } from './exit-code.ts'
import { readSource } from './files.ts'
import { STDIN } from './function-mode.ts'
import { gather } from './gather.ts'
import { injectLazily } from './inject-lazily.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor } from './options.ts'
import { replaceFile } from './replace-file.ts'
import { showFindings } from './show-findings.ts'
import { writeFully } from './stdio.ts'
import { systemError } from './system-error.ts'

export interface PatchCommandOptions extends FunctionConfigOption, FileOptions {
  /** `post-renderers`: JSON patches as the `postRenderers` of a Flux HelmRelease. */
  readonly output: PatchFormat | 'post-renderers'
  /** Whether JSON patches have `test` operations; false with `--no-test`. */
  readonly test: boolean
  /** The folder for the files. */
  readonly out?: string
}

/** Runs the command, and returns the exit code. On any error nothing is written. */
export async function runPatch(paths: readonly string[], options: PatchCommandOptions): Promise<number> {
  const diagnostics: Diagnostic[] = []
  try {
    const { output, test: tests, out } = options
    const format = output === 'post-renderers' ? 'json6902' : output
    const { files: found, functionConfig, diagnostics: unread, notes } = gather(paths, options)
    append(diagnostics, [...unread, ...notes])
    const input: InjectInput = {
      files: found.filter(({ path }) => !isBelow(path, out)),
      ...(functionConfig === undefined ? {} : { functionConfig }),
      readSource,
      // kustomize injects with the patch again at each build.
      staysInPlace: () => false,
      ...namespacesFor(options),
    }
    const { files, diagnostics: reported } = await injectLazily({ ...input, action: 'Inject' })
    append(diagnostics, reported)
    if (exitCodeOf(diagnostics) === DONE) {
      const [before, after] = [workloadsIn(input), workloadsIn({ ...input, files })]
      const { patches, diagnostics: impossible } = patchesOf(before, after, { format, tests })
      append(diagnostics, impossible)
      if (impossible.length === 0) write(output === 'post-renderers' ? { patches, whole: postRenderersOf(patches) } : { patches }, out)
    }
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    diagnostics.push(error.diagnostic)
  }
  await showFindings(diagnostics)
  return exitCodeOf(diagnostics)
}

/** The workloads of a text. Injection adds and removes none, so both texts have the same; configuration is not needed. */
function workloadsIn(input: InjectInput) {
  return read({ ...input, action: 'Uninject' }).workloads
}

/** Whether a path is below the folder of patches: patches of an earlier run are not manifests. */
function isBelow(path: string, folder: string | undefined): boolean {
  return folder !== undefined && path !== STDIN && !relative(resolve(folder), resolve(path)).startsWith(`..${sep}`)
}

interface Output {
  readonly patches: readonly NamedPatch[]
  /** All patches as one text, instead of one for each file. */
  readonly whole?: string
}

function write({ patches, whole }: Output, folder: string | undefined): void {
  if (folder === undefined) {
    writeFully(1, whole ?? patches.map(({ text }) => text).join('---\n'))
    return
  }
  const files: readonly (readonly [name: string, text: string])[] =
    whole === undefined
      ? [...patches.map(({ file, text }) => [file, text] as const), ['kustomization.yaml', kustomizationOf(patches)]]
      : [['post-renderers.yaml', whole]]
  for (const [name, text] of files) {
    const path = join(folder, name)
    try {
      mkdirSync(folder, { recursive: true })
    } catch (error) {
      throw systemError('file-unwritable', path, error)
    }
    replaceFile(path, text)
  }
}
