// `inject-sidecars check FILES`: reports all findings about manifests, without changing them.

import { check } from '../check.ts'
import type { Outcome } from '../inject-workload.ts'
import type { Diagnostic } from '../lib/model/index.ts'
import { exitCodeOf, FAILED } from './exit-code.ts'
import { readSource } from './files.ts'
import { gather } from './gather.ts'
import { withConditions } from './inject-lazily.ts'
import { injectedWhenBuilt } from './kustomizations.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor, type OutputOption } from './options.ts'
import { podReport } from './pod-report/index.ts'
import { count, progressOver } from './progress.ts'
import { FORMATS } from './report/index.ts'
import { writeFully } from './stdio.ts'
import { wantsColours } from './terminal.ts'

export interface CheckCommandOptions extends FunctionConfigOption, OutputOption, FileOptions {
  readonly sources?: boolean
  readonly strict?: boolean
}

/** Runs the command, and returns the exit code: 1 for errors and for workloads that injection would change, with --strict also for warnings. */
export async function runCheck(
  paths: readonly string[],
  { functionConfig: config, exclude = [], namespace, output, sources = false, strict = false }: CheckCommandOptions,
): Promise<number> {
  const { files, functionConfig, kustomizations, diagnostics, notes } = gather(paths, { exclude, ...(config === undefined ? {} : { functionConfig: config }) })
  const progress = await progressOver(files)
  const pods = podReport()
  let [workloads, injected] = [0, 0]
  const onOutcome = (outcome: Outcome) => {
    workloads++
    if ((outcome.decision?.injections.length ?? 0) > 0) injected++
    if (output === 'html') pods.hooks.onOutcome(outcome)
    progress.onOutcome(outcome)
  }
  const namespaces = namespacesFor(namespace === undefined ? {} : { namespace })
  const observing = output === 'html' ? { observerOf: pods.hooks.observerOf, onRead: pods.hooks.onRead } : {}
  const input = { files, readSource, onOutcome, ...observing, ...namespaces, ...(functionConfig === undefined ? {} : { functionConfig }) }
  const found =
    diagnostics.length > 0
      ? undefined
      : await withConditions(hooks => check({ ...input, ...hooks }, { sources: sources || injectedWhenBuilt(kustomizations, files), strict }))
  const findings = [...(found?.findings ?? diagnostics), ...notes]
  progress.clear()
  // People read it in the findings.
  const tellsChanges = output !== 'text' && findings.some(({ code }) => code === 'injection-missing' || code === 'injection-outdated')
  const changes = files.map(file => ({ path: file.path, changed: tellsChanges && (found?.changed.has(file) ?? false) }))
  const report = { command: 'check', findings, files: changes, pods: () => pods.page(findings) }
  writeFully(1, FORMATS[output](report, { coloured: await wantsColours(1) }))
  const problems = ['error', 'warning'].map(severity => count(numberOf(findings, severity), severity)).join(', ')
  progress.end(`check: ${count(files.length, 'file')}, ${count(workloads, 'workload')}, ${injected} injected, ${problems}`, findings)
  const code = exitCodeOf(findings)
  return code === 0 && strict && numberOf(findings, 'warning') > 0 ? FAILED : code
}

function numberOf(findings: readonly Diagnostic[], severity: string): number {
  return findings.filter(finding => finding.severity === severity).length
}
