// Runs a command that changes manifests: it prints them, writes files, shows a diff, or only checks.

import { append, type Diagnostic, type InjectInput, type RecordSetting, type SourceFile, visible } from '../lib/model/index.ts'
import { changesOf, type FileChange, printDiffs, stream, writeChanges } from './deliver.ts'
import { DONE, exitCodeOf, FAILED } from './exit-code.ts'
import { readSource } from './files.ts'
import { STDIN } from './function-mode.ts'
import { gather } from './gather.ts'
import { leftAsTheyAre, rightChanges } from './keep-going.ts'
import { kustomizeSources } from './kustomizations.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor, type OutputOption } from './options.ts'
import { podReport } from './pod-report/index.ts'
import { count, type Progress, progressOver } from './progress.ts'
import { FORMATS } from './report/index.ts'
import { showFindings } from './show-findings.ts'
import { writeFully } from './stdio.ts'

export interface EditOptions extends FunctionConfigOption, OutputOption, FileOptions {
  readonly write?: boolean
  readonly check?: boolean
  readonly diff?: boolean
  readonly trustRecord?: boolean
  readonly record?: RecordSetting
  readonly withConfig?: boolean
  /** With `write`: files without errors are written even if others have errors. */
  readonly keepGoing?: boolean
}

export interface Edited {
  readonly files: readonly SourceFile[]
  /** Texts for standard output, if they differ from the files. */
  readonly printed?: () => readonly SourceFile[]
  /** The texts with all possible changes, even if errors forbid writing some of them. */
  readonly attempted?: readonly SourceFile[]
  readonly diagnostics: readonly Diagnostic[]
  /** A finding for each workload that changes, for --check. */
  readonly pending: () => readonly Diagnostic[]
  /** The text of the pod page, for commands with the format `html`. */
  readonly pods?: (findings: readonly Diagnostic[]) => string
  /** Summary of the workloads: `3 injected, 1 skipped`. */
  readonly outcome: string
}

export interface EditCommand {
  readonly name: string
  readonly paths: readonly string[]
  readonly options: EditOptions
  readonly edit: (input: InjectInput, progress: Progress) => Promise<Edited>
}

/**
 * Runs the command, and returns the exit code. If any manifest has an error, nothing is written; if one file cannot be written, the others are.
 * Errors and warnings are on standard error, in every format of the report.
 */
export async function runEdit({ name, paths, options, edit }: EditCommand): Promise<number> {
  const {
    files,
    functionConfig,
    kustomizations,
    diagnostics: unread,
    isConfigUnread,
    notes,
    twins,
    folders,
  } = gather(paths, { ...options, keepsTexts: printsAll(options) })
  const progress = await progressOver(files)
  const keepsGoing = options.keepGoing === true && options.write === true && !isConfigUnread
  const edited =
    unread.length > 0 && !keepsGoing
      ? undefined
      : await edit(
          {
            files,
            readSource,
            trustRecord: options.trustRecord === true,
            // Printed text is not written to the file, and standard input has no file.
            staysInPlace: path => path !== STDIN && !printsAll(options),
            ...(options.record === undefined ? {} : { record: options.record }),
            ...namespacesFor(options),
            ...(functionConfig === undefined ? {} : { functionConfig }),
          },
          progress,
        )
  const diagnostics = [...unread, ...notes, ...(edited?.diagnostics ?? [])]
  const isGood = exitCodeOf(diagnostics) === DONE
  const changes =
    edited === undefined ? [] : isGood ? changesOf(files, edited.files) : keepsGoing ? rightChanges(files, edited.attempted ?? [], diagnostics) : []
  if (options.write) append(diagnostics, writeChanges(changes, { onWritten: progress.onWritten, twins, folders }))
  const injects = name === 'inject' && (options.write === true || options.check === true)
  const injected = changes.map(({ after }) => after.path)
  if (injects) append(diagnostics, kustomizeSources(kustomizations, injected))
  const left = keepsGoing && !isGood ? leftAsTheyAre(diagnostics) : ''
  progress.clear()
  const isPending = options.check === true && changes.length > 0
  if (edited !== undefined) await print({ name, files, edited, changes, diagnostics }, options)
  else if (options.output !== 'text')
    writeFully(1, FORMATS[options.output]({ command: name, findings: unread, files: [], pods: () => podReport().page(unread) }))
  await showFindings(diagnostics)
  writeFully(2, left)
  const code = exitCodeOf(diagnostics)
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const did = errors > 0 ? `, ${count(errors, 'error')}` : `: ${edited?.outcome}`
  progress.end(`${name}: ${count(files.length, 'file')}${did}, ${count(changes.length, 'file')} ${options.write ? 'changed' : 'to change'}`, diagnostics)
  return code === DONE && isPending ? FAILED : code
}

/** Whether the texts of all files go to standard output. */
function printsAll({ output, write, check, diff }: EditOptions): boolean {
  return output === 'text' && !write && !check && !diff
}

interface Run {
  readonly name: string
  readonly files: readonly SourceFile[]
  readonly edited: Edited
  readonly changes: readonly FileChange[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Prints the one output that the options ask for. */
async function print({ name, files, edited, changes, diagnostics }: Run, { output, write, check, diff }: EditOptions): Promise<void> {
  const isGood = exitCodeOf(diagnostics) === DONE
  if (output !== 'text') {
    const changed = new Set(changes.map(({ before }) => before))
    const findings = [...diagnostics, ...(check && changes.length > 0 ? edited.pending() : [])]
    const report = { command: name, findings, files: files.map(file => ({ path: file.path, changed: changed.has(file) })) }
    const { pods } = edited
    writeFully(1, FORMATS[output](pods === undefined ? report : { ...report, pods: () => pods(findings) }))
  } else if (diff) await printDiffs(changes)
  else if (check) writeFully(1, changes.map(({ before }) => `${visible(before.path)}\n`).join(''))
  else if (!isGood) return
  // Standard input has no file to write to.
  else if (write) for (const file of edited.files) writeFully(1, file.path === STDIN ? file.text : '')
  else writeFully(1, stream(edited.printed?.() ?? edited.files))
}
