// kustomize's legacy exec plugin, the only way to run us in a stock `kubectl kustomize`: the function config is the file that the one argument
// names, the resources are documents on standard input, and the injected ones go to standard output. What is on standard error is shown on failure only.

import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { FUNCTION_CONFIG_KIND, isGuard, type SourceFile, stringAt } from '../lib/model/index.ts'
import { applyEdits, parseDocuments } from '../lib/yaml/index.ts'
import { exitCodeOf } from './exit-code.ts'
import { readManifest, readSource } from './files.ts'
import { STDIN } from './function-mode.ts'
import { injectLazily } from './inject-lazily.ts'
import { printDiagnostics } from './print.ts'
import { readStdin, writeFully } from './stdio.ts'
import { decodeText } from './text.ts'

/** kustomize writes the config to a temporary file, whose name means nothing to the user. */
const CONFIG = '<function config>'

/**
 * The function config, when that is what the arguments name: kustomize gives the absolute path of a file, which no command line of ours starts with.
 * Undefined for anything else.
 */
export function legacyConfig(args: readonly string[]): SourceFile | undefined {
  const [path, ...others] = args
  if (path === undefined || others.length > 0 || !isAbsolute(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined
  const { text } = readManifest(path)
  return new RegExp(`^["']?kind["']?:[ \\t]*["']?(?:${FUNCTION_CONFIG_KIND}|ConfigMap)\\b`, 'm').test(text) ? { path: CONFIG, text } : undefined
}

/** Answers with the exit code. Nothing is written when there is an error. */
export async function runLegacyPlugin(functionConfig: SourceFile): Promise<number> {
  const { files, diagnostics } = await injectLazily({ files: [decodeText(STDIN, readStdin())], functionConfig, readSource, staysInPlace: () => false })
  writeFully(2, printDiagnostics(diagnostics))
  const code = exitCodeOf(diagnostics)
  if (code === 0) for (const file of files) writeFully(1, withoutGuards(file))
  return code
}

/** kustomize drops the resources that a transformer leaves out. */
function withoutGuards(file: SourceFile): string {
  const guards = parseDocuments(file).filter(({ value }) => isGuard(refOf(value)))
  return applyEdits(
    file.text,
    guards.map(({ start, end }) => ({ offset: start, length: end - start, text: '' })),
  )
}

function refOf(value: Parameters<typeof stringAt>[0]) {
  const [apiVersion = '', kind = '', name = ''] = [['apiVersion'], ['kind'], ['metadata', 'name']].map(path => stringAt(value, path))
  return { apiVersion, kind, name }
}
