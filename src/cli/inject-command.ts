// `inject-sidecars inject FILES`: the manifests with their sidecars on standard output, or in the files themselves with -w.

import { type Diagnostic, InjectError, type SourceFile } from '../lib/model/index.ts'
import { exitCodeOf } from './exit-code.ts'
import { findManifests, readManifest, readSource, replaceFile } from './files.ts'
import { STDIN } from './function-mode.ts'
import { injectLazily } from './inject-lazily.ts'
import { printDiagnostics } from './print.ts'
import { readStdin, writeFully } from './stdio.ts'
import { decodeText } from './text.ts'

export interface InjectOptions {
  readonly functionConfig?: string
  readonly write?: boolean
}

/** Answers with the exit code. Nothing is written when there is an error. */
export async function runInject(paths: readonly string[], options: InjectOptions): Promise<number> {
  const diagnostics: Diagnostic[] = []
  const files = collect(diagnostics, () => readAll(paths)) ?? []
  const functionConfig = collect(diagnostics, () => (options.functionConfig === undefined ? undefined : readManifest(options.functionConfig)))
  if (diagnostics.length > 0) return finish(diagnostics)

  const result = await injectLazily({ files, readSource, ...(functionConfig === undefined ? {} : { functionConfig }) })
  diagnostics.push(...result.diagnostics)
  if (exitCodeOf(diagnostics) === 0) {
    if (options.write) diagnostics.push(...writeChanged(files, result.files))
    else writeFully(1, stream(result.files))
  }
  return finish(diagnostics)
}

function finish(diagnostics: readonly Diagnostic[]): number {
  writeFully(2, printDiagnostics(diagnostics))
  return exitCodeOf(diagnostics)
}

function collect<T>(diagnostics: Diagnostic[], task: () => T): T | undefined {
  try {
    return task()
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    diagnostics.push(error.diagnostic)
    return undefined
  }
}

function readAll(paths: readonly string[]): SourceFile[] {
  const standardInput = paths.includes('-') ? [decodeText(STDIN, readStdin())] : []
  return [...standardInput, ...findManifests(paths.filter(path => path !== '-')).map(readManifest)]
}

/** One file that cannot be written does not keep the others from it. */
function writeChanged(before: readonly SourceFile[], after: readonly SourceFile[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  after.forEach((file, index) => {
    // Standard input has no file to write to.
    if (file.path === STDIN) writeFully(1, file.text)
    else if (file.text !== before[index]?.text) collect(diagnostics, () => replaceFile(file.path, file.text))
  })
  return diagnostics
}

/** Several files as one stream of documents; a single one is not touched. */
function stream(files: readonly SourceFile[]): string {
  return files
    .map(({ text }, index) => {
      const body = index === 0 ? text : text.replace(/^\ufeff/, '')
      const separator = index === 0 || startsDocument(body) ? '' : body.startsWith('%') ? '...\n' : '---\n'
      return `${separator}${index === files.length - 1 || body === '' || body.endsWith('\n') ? body : `${body}\n`}`
    })
    .join('')
}

function startsDocument(text: string): boolean {
  return /^(?:#.*\r?\n|[ \t]*\r?\n)*---(?:\s|$)/.test(text)
}
