// Makes the report of one run: injects the named manifests in memory, and compares them with running pods if requested.

import { type CheckResult, check } from '../../check.ts'
import { type Rendered, renderedOf } from '../../drift/drift.ts'
import { collectFleet } from '../../fleet/collect.ts'
import { findingOf } from '../../fleet/finding.ts'
import type { FleetReport } from '../../fleet/types.ts'
import type { Outcome } from '../../inject-workload.ts'
import type { Diagnostic } from '../../lib/model/index.ts'
import { compareRunning, type PodsOptions } from '../cluster/compare-running.ts'
import { readSource } from '../files.ts'
import { gather } from '../gather.ts'
import { withConditions } from '../inject-lazily.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor } from '../options.ts'
import { progressOver } from '../progress.ts'

export interface OwnReportOptions extends FunctionConfigOption, FileOptions, PodsOptions {}

export interface OwnReport {
  readonly report: FleetReport
  /** All findings, without those that the report shows as a state. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The report about the manifests in files and folders, which are injected in memory.
 * @throws InjectError if pods cannot be read
 */
export async function ownReport(paths: readonly string[], options: OwnReportOptions): Promise<OwnReport> {
  const { files, functionConfig, diagnostics: unread, notes } = gather(paths, options)
  if (unread.length > 0) return failedReport([...unread, ...notes])
  const progress = await progressOver(files)
  const wantsPods = options.pods !== undefined || options.running === true
  const fleet = collectFleet()
  const rendered: Rendered[] = []
  const onOutcome = (outcome: Outcome) => {
    fleet.add(outcome)
    // Two pods of each workload, so that they are kept only where they are compared.
    const one = wantsPods ? renderedOf(outcome) : undefined
    if (one !== undefined) rendered.push(one)
    progress.onOutcome(outcome)
  }
  const input = { files, readSource, onOutcome, ...namespacesFor(options), ...(functionConfig === undefined ? {} : { functionConfig }) }
  const checked: CheckResult = await withConditions(hooks => check({ ...input, ...hooks }, { sources: true }))
  progress.clear()
  const drift = wantsPods ? await compareRunning(rendered, options) : undefined
  return { report: fleet.report(checked, notes, drift), diagnostics: [...checked.findings.filter(({ code }) => code !== 'injection-outdated'), ...notes] }
}

/** The report of a run that could not read its input: it has no workloads, only the findings. */
export function failedReport(diagnostics: readonly Diagnostic[]): OwnReport {
  return { report: { workloads: [], findings: diagnostics.filter(({ severity }) => severity !== 'info').map(findingOf) }, diagnostics }
}
