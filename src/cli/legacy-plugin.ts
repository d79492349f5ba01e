// Runs as a legacy exec plugin of kustomize, the only way to run in a stock `kubectl kustomize`: the only argument names the function config, the resources are
// documents on standard input, and the injected ones go to standard output. kustomize shows standard error only on failure.

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

/** The name of the function config in findings: kustomize writes it to a temporary file, whose name means nothing to the user. */
const CONFIG = '<function config>'

/**
 * The function config, if the arguments are those of kustomize: the absolute path of a file, with which no other command line starts. Otherwise undefined.
 */
export function legacyConfig(args: readonly string[]): SourceFile | undefined {
  const [path, ...others] = args
  if (path === undefined || others.length > 0 || !isAbsolute(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined
  const { text } = readManifest(path)
  return new RegExp(`^["']?kind["']?:[ \\t]*["']?(?:${FUNCTION_CONFIG_KIND}|ConfigMap)\\b`, 'm').test(text) ? { path: CONFIG, text } : undefined
}

/** Runs the plugin, and returns the exit code. On an error nothing is written. */
export async function runLegacyPlugin(functionConfig: SourceFile): Promise<number> {
  const { files, diagnostics } = await injectLazily({ files: [decodeText(STDIN, readStdin())], functionConfig, readSource, staysInPlace: () => false })
  writeFully(2, printDiagnostics(diagnostics))
  const code = exitCodeOf(diagnostics)
  if (code === 0) for (const file of files) writeFully(1, withoutGuards(file))
  return code
}

/** The documents without guards: kustomize drops resources that a transformer leaves out. */
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
