// Selects the files that `inject -w --keep-going` writes: those without errors, unless an error may concern all files.

import { type Diagnostic, type DiagnosticCode, type SourceFile, visible } from '../lib/model/index.ts'
import { changesOf, type FileChange } from './deliver.ts'

/**
 * The changes of files without errors; none if an error is about the configuration, on which all files depend.
 * @param attempted the texts with all possible injections
 */
export function rightChanges(files: readonly SourceFile[], attempted: readonly SourceFile[], diagnostics: readonly Diagnostic[]): FileChange[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const texts = new Map(files.map(file => [file.path, file]))
  const concernsOneFile = ({ at, code }: Diagnostic) => {
    if (code === 'expectation-violated') return true
    const file = at === undefined ? undefined : texts.get(at.file)
    if (file === undefined || OF_CONFIGURATION.has(code)) return false
    return code !== 'yaml-syntax' || !CONFIGURATION.test(file.text)
  }
  if (!errors.every(concernsOneFile)) return []
  const wrong = new Set(errors.map(({ at }) => at?.file))
  return changesOf(files, attempted).filter(({ before }) => !wrong.has(before.path))
}

/** The list of the files that were not written, one a line. */
export function leftAsTheyAre(diagnostics: readonly Diagnostic[]): string {
  const wrong = diagnostics.flatMap(({ severity, at }) => (severity === 'error' && at !== undefined ? [at.file] : []))
  const lines = [...new Set(wrong)].sort().map(path => `left as it is: ${visible(path)}\n`)
  return lines.join('')
}

const OF_CONFIGURATION: ReadonlySet<DiagnosticCode> = new Set([
  'config-invalid',
  'config-missing',
  'injector-config-invalid',
  'template-parse',
  'policy-invalid',
  'internal',
])

/** Codes of errors about the configuration, and about texts that may contain configuration but cannot be read. */
const CONFIGURATION = /kind["']?[ \t]*:[ \t]*["']?(?:List|ConfigMap|MutatingWebhookConfiguration|MutatingAdmissionPolicy|Namespace|ProxyConfig|Node|LimitRange)/
