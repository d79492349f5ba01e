// `inject-sidecars explain [FILES]`: prints for each workload whether it is injected, by which injector, and why, without a cluster.

import { type InjectDetails, lookAt } from '../inject.ts'
import type { Outcome } from '../inject-workload.ts'
import { append, attempt, type Decision, describe, type Observe, visible, visibleLines, type Workload } from '../lib/model/index.ts'
import { type OriginRecorder, recordOrigins } from '../origins/origins.ts'
import { originJson, originText } from '../origins/text.ts'
import { read } from '../read/read.ts'
import { explainJson, explainResults, explainTable, explainTrace } from '../select/explain.ts'
import { exitCodeOf } from './exit-code.ts'
import { readSource } from './files.ts'
import { gather } from './gather.ts'
import { withConditions } from './inject-lazily.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor, type OutputOption } from './options.ts'
import { podReport } from './pod-report/index.ts'
import { count, progressOver } from './progress.ts'
import { replaceFile } from './replace-file.ts'
import { FORMATS } from './report/index.ts'
import { showFindings } from './show-findings.ts'
import { writeFully } from './stdio.ts'

export interface ExplainOptions extends FunctionConfigOption, OutputOption, FileOptions {
  readonly trace?: boolean
  readonly pod?: boolean
  /** A file for the pod page, in addition to the printed output. */
  readonly html?: string
}

/** Runs the command, and returns the exit code. Decisions are printed even if there are errors. */
export async function runExplain(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const { files, functionConfig, diagnostics: unread, notes } = gather(paths.length === 0 ? ['.'] : paths, options)
  const progress = await progressOver(files)
  const decisions: Decision[] = []
  const report = podReport()
  const showsPods = options.output === 'html' || options.html !== undefined
  const recorders = new Map<Workload, OriginRecorder>()
  const recorded = (workload: Workload) => {
    const recorder = recordOrigins()
    recorders.set(workload, recorder)
    return recorder.observe
  }
  const observers = [...(showsPods ? [report.hooks.observerOf] : []), ...(options.pod ? [recorded] : [])]
  const onOutcome = (outcome: Outcome) => {
    if (outcome.decision !== undefined) decisions.push(outcome.decision)
    if (showsPods) report.hooks.onOutcome(outcome)
    progress.onOutcome(outcome)
  }
  const input = {
    files,
    readSource,
    ...namespacesFor(options),
    onOutcome,
    action: 'Inject' as const,
    ...(showsPods ? { onRead: report.hooks.onRead } : {}),
    ...(observers.length === 0 ? {} : { observerOf: (workload: Workload) => together(observers.map(observerOf => observerOf(workload))) }),
    ...(functionConfig === undefined ? {} : { functionConfig }),
  }
  const details = unread.length > 0 ? undefined : await withConditions(hooks => lookAt({ ...input, ...hooks }, read(input)))
  const diagnostics = [...(details?.diagnostics ?? unread), ...notes]
  progress.clear()
  const pods = () => report.page(diagnostics)
  if (options.html !== undefined) append(diagnostics, attempt(diagnostics, () => replaceFile(options.html ?? '', pods())) ?? [])
  if (details !== undefined) writeFully(1, explanation(details, { decisions, recorders, pods }, options))
  else if (options.output !== 'text') writeFully(1, FORMATS[options.output]({ command: 'explain', findings: unread, files: [], pods }))
  await showFindings(diagnostics)
  const injected = decisions.filter(({ injections }) => injections.length > 0).length
  progress.end(`explain: ${count(files.length, 'file')}, ${count(decisions.length, 'workload')}, ${injected} injected`, diagnostics)
  return exitCodeOf(diagnostics)
}

function together(observers: readonly Observe[]): Observe {
  return (...step) => {
    for (const observe of observers) observe(...step)
  }
}

interface Explanation {
  readonly decisions: readonly Decision[]
  readonly recorders: ReadonlyMap<Workload, OriginRecorder>
  /** The text of the pod page. */
  readonly pods: () => string
}

function explanation(
  { diagnostics, files, positionInInput }: InjectDetails,
  { decisions, recorders, pods: page }: Explanation,
  { output, trace, pod }: ExplainOptions,
): string {
  const linesOf = ({ workload }: Decision) => recorders.get(workload)?.lines() ?? []
  const results = explainResults(decisions).map(result => (result.at === undefined ? result : { ...result, at: positionInInput(result.at) }))
  const blocks = (print: (decision: Decision) => string) => decisions.map(print).join('\n')
  const traced = () => blocks(decision => explainTrace(decision, positionInInput))
  const pods = () => blocks(decision => `${visible(describe(decision.workload.resource.ref))}\n${visibleLines(originText(linesOf(decision)))}`)
  const table = trace || pod ? [...(trace ? [traced()] : []), ...(pod ? [pods()] : [])].join('\n') : explainTable(decisions)
  return FORMATS[output]({
    command: 'explain',
    findings: [...diagnostics.filter(({ code }) => code !== 'explained'), ...results],
    files: files.map(({ path }) => ({ path, changed: false })),
    pods: page,
    explained: { decisions, table, json: explainJson(decisions, positionInInput, decision => (pod ? { pod: originJson(linesOf(decision)) } : {})) },
  })
}
