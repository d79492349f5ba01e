// `inject-sidecars explain [FILES]`: which workloads are injected, by what, and why; no cluster is asked.

import { type InjectDetails, lookAt } from '../inject.ts'
import type { Outcome } from '../inject-workload.ts'
import { type Decision, describe, type Observe, type Workload } from '../lib/model/index.ts'
import { type OriginRecorder, recordOrigins } from '../origins/origins.ts'
import { originJson, originText } from '../origins/text.ts'
import { read } from '../read/read.ts'
import { explainJson, explainResults, explainTable, explainTrace } from '../select/explain.ts'
import { exitCodeOf } from './exit-code.ts'
import { readSource } from './files.ts'
import { gather } from './gather.ts'
import { withConditions } from './inject-lazily.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor, type OutputOption } from './options.ts'
import { count, progressOver } from './progress.ts'
import { FORMATS } from './report/index.ts'
import { showFindings } from './show-findings.ts'
import { writeFully } from './stdio.ts'

export interface ExplainOptions extends FunctionConfigOption, OutputOption, FileOptions {
  readonly trace?: boolean
  readonly pod?: boolean
}

/** Answers with the exit code. What is decided is printed also where something else is wrong. */
export async function runExplain(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const { files, functionConfig, diagnostics: unread, notes } = gather(paths.length === 0 ? ['.'] : paths, options)
  const progress = await progressOver(files)
  const decisions: Decision[] = []
  const origins: Origins = new Map()
  const onOutcome = (outcome: Outcome) => {
    if (outcome.decision !== undefined) decisions.push(outcome.decision)
    progress.onOutcome(outcome)
  }
  const input = {
    files,
    readSource,
    ...namespacesFor(options),
    onOutcome,
    action: 'Inject' as const,
    ...(options.pod ? { observerOf: observerOf(origins) } : {}),
    ...(functionConfig === undefined ? {} : { functionConfig }),
  }
  const details = unread.length > 0 ? undefined : await withConditions(hooks => lookAt({ ...input, ...hooks }, read(input)))
  const diagnostics = [...(details?.diagnostics ?? unread), ...notes]
  progress.clear()
  if (details !== undefined) writeFully(1, explanation(details, { decisions, origins }, options))
  else if (options.output !== 'text') writeFully(1, FORMATS[options.output]({ command: 'explain', findings: unread, files: [] }))
  await showFindings(diagnostics)
  const injected = decisions.filter(({ injections }) => injections.length > 0).length
  progress.end(`explain: ${count(files.length, 'file')}, ${count(decisions.length, 'workload')}, ${injected} injected`, diagnostics)
  return exitCodeOf(diagnostics)
}

/** Who wrote the pod of each workload; empty unless that is asked for. */
type Origins = Map<Workload, OriginRecorder>

function observerOf(origins: Origins): (workload: Workload) => Observe {
  return workload => {
    const recorder = recordOrigins()
    origins.set(workload, recorder)
    return recorder.observe
  }
}

interface Explanation {
  readonly decisions: readonly Decision[]
  readonly origins: Origins
}

function explanation({ diagnostics, files, placeInInput }: InjectDetails, { decisions, origins }: Explanation, { output, trace, pod }: ExplainOptions): string {
  const linesOf = ({ workload }: Decision) => origins.get(workload)?.lines() ?? []
  const results = explainResults(decisions).map(result => (result.at === undefined ? result : { ...result, at: placeInInput(result.at) }))
  const blocks = (print: (decision: Decision) => string) => decisions.map(print).join('\n')
  const traced = () => blocks(decision => explainTrace(decision, placeInInput))
  const pods = () => blocks(decision => `${describe(decision.workload.resource.ref)}\n${originText(linesOf(decision))}`)
  const table = trace || pod ? [...(trace ? [traced()] : []), ...(pod ? [pods()] : [])].join('\n') : explainTable(decisions)
  return FORMATS[output]({
    command: 'explain',
    findings: [...diagnostics.filter(({ code }) => code !== 'explained'), ...results],
    files: files.map(({ path }) => ({ path, changed: false })),
    explained: { decisions, table, json: explainJson(decisions, placeInInput, decision => (pod ? { pod: originJson(linesOf(decision)) } : {})) },
  })
}
