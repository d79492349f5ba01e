// `inject-sidecars explain [FILES]`: which workloads are injected, by what, and why; no cluster is asked.

import { type InjectDetails, lookAt } from '../inject.ts'
import type { Outcome } from '../inject-workload.ts'
import type { Decision } from '../lib/model/index.ts'
import { read } from '../read/read.ts'
import { explainJson, explainResults, explainTable, explainTrace } from '../select/explain.ts'
import { exitCodeOf } from './exit-code.ts'
import { readSource } from './files.ts'
import { gather } from './gather.ts'
import { withConditions } from './inject-lazily.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor, type OutputOption } from './options.ts'
import { printDiagnostics } from './print.ts'
import { count, progressOver } from './progress.ts'
import { FORMATS } from './report/index.ts'
import { writeFully } from './stdio.ts'

export interface ExplainOptions extends FunctionConfigOption, OutputOption, FileOptions {
  readonly trace?: boolean
}

/** Answers with the exit code. What is decided is printed also where something else is wrong. */
export async function runExplain(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const { files, functionConfig, diagnostics: unread, notes } = gather(paths.length === 0 ? ['.'] : paths, options)
  const progress = await progressOver(files)
  const decisions: Decision[] = []
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
    ...(functionConfig === undefined ? {} : { functionConfig }),
  }
  const details = unread.length > 0 ? undefined : await withConditions(hooks => lookAt({ ...input, ...hooks }, read(input)))
  const diagnostics = [...(details?.diagnostics ?? unread), ...notes]
  progress.clear()
  if (details !== undefined) writeFully(1, explanation(details, decisions, options))
  else if (options.output !== 'text') writeFully(1, FORMATS[options.output]({ command: 'explain', findings: unread, files: [] }))
  writeFully(2, printDiagnostics(diagnostics))
  const injected = decisions.filter(({ injections }) => injections.length > 0).length
  progress.end(`explain: ${count(files.length, 'file')}, ${count(decisions.length, 'workload')}, ${injected} injected`)
  return exitCodeOf(diagnostics)
}

function explanation({ diagnostics, files, placeInInput }: InjectDetails, decisions: readonly Decision[], { output, trace }: ExplainOptions): string {
  const results = explainResults(decisions).map(result => (result.at === undefined ? result : { ...result, at: placeInInput(result.at) }))
  const table = trace ? decisions.map(decision => explainTrace(decision, placeInInput)).join('\n') : explainTable(decisions)
  return FORMATS[output]({
    command: 'explain',
    findings: [...diagnostics.filter(({ code }) => code !== 'explained'), ...results],
    files: files.map(({ path }) => ({ path, changed: false })),
    explained: { decisions, table, json: explainJson(decisions, placeInInput) },
  })
}
