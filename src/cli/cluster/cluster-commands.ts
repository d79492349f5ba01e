// `inject-sidecars capture` and `inject-sidecars verify`: the two commands that connect to a cluster.

import { conditionCompiler, policyEngine } from '#cel-rules'
import { renderedOf } from '../../drift/drift.ts'
import { lookAt } from '../../inject.ts'
import type { Outcome as Injected } from '../../inject-workload.ts'
import { type Diagnostic, InjectError } from '../../lib/model/index.ts'
import { read } from '../../read/read.ts'
import { DONE, exitCodeOf, FAILED } from '../exit-code.ts'
import { readSource } from '../files.ts'
import { gather } from '../gather.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor } from '../options.ts'
import { replaceFile } from '../replace-file.ts'
import { showFindings } from '../show-findings.ts'
import { writeFully } from '../stdio.ts'
import { capture } from './capture.ts'
import { type ClusterOptions, compareRunning, connectOptions, type PodsOptions } from './compare-running.ts'
import { connect } from './connect.ts'
import { DRIFT_FORMATS, type DriftFormat, verdictText } from './drift-report.ts'
import { verify } from './verify.ts'

export interface CaptureCommandOptions extends ClusterOptions {
  readonly istioNamespace: string
  readonly output?: string
}

export interface VerifyOptions extends PodsOptions, FileOptions, FunctionConfigOption {
  readonly output: DriftFormat
}

/** Prints the cluster's injection configuration, or writes it to a file; returns the exit code. */
export async function runCapture(options: CaptureCommandOptions): Promise<number> {
  return await reporting(async () => {
    const text = await capture(await connect(connectOptions(options)), { istioNamespace: options.istioNamespace })
    if (options.output === undefined) writeFully(1, text)
    else return replaceFile(options.output, text)
    return []
  })
}

/**
 * Compares the injected files with the result of the cluster's webhook, or with running pods; returns the exit code, 1 if they differ.
 */
export async function runVerify(paths: readonly string[], options: VerifyOptions): Promise<number> {
  return await reporting(async () => {
    const { outcomes, failed } = outcomesOf(paths, options)
    if (options.pods !== undefined || options.running) {
      const rendered = outcomes.flatMap(outcome => renderedOf(outcome) ?? [])
      const report = await compareRunning(rendered, options)
      writeFully(1, DRIFT_FORMATS[options.output](report))
      return { diagnostics: failed, code: report.workloads.some(({ groups }) => groups.length > 0) ? FAILED : DONE }
    }
    const { verdicts, diagnostics } = await verify(await connect(connectOptions(options)), outcomes)
    writeFully(1, verdicts.map(verdictText))
    return { diagnostics: [...failed, ...diagnostics], code: verdicts.some(({ differences }) => differences.length > 0) ? FAILED : DONE }
  })
}

function outcomesOf(paths: readonly string[], options: VerifyOptions): { outcomes: readonly Injected[]; failed: readonly Diagnostic[] } {
  const { files, functionConfig, diagnostics: unread } = gather(paths, options)
  if (unread.length > 0) return { outcomes: [], failed: unread }
  const compile = conditionCompiler()
  const outcomes: Injected[] = []
  const onOutcome = (outcome: Injected) => outcomes.push(outcome)
  const input = {
    files,
    readSource,
    onOutcome,
    conditionCompiler: () => compile,
    policyEngine: () => policyEngine(),
    ...namespacesFor(options),
    ...(functionConfig === undefined ? {} : { functionConfig }),
  }
  const { diagnostics } = lookAt(input, read(input))
  return { outcomes, failed: diagnostics.filter(({ severity }) => severity === 'error') }
}

type Outcome = readonly Diagnostic[] | { readonly diagnostics: readonly Diagnostic[]; readonly code: number }

async function reporting(work: () => Promise<Outcome>): Promise<number> {
  let outcome: Outcome
  try {
    outcome = await work()
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    outcome = [error.diagnostic]
  }
  const { diagnostics, code } = 'code' in outcome ? outcome : { diagnostics: outcome, code: 0 }
  await showFindings(diagnostics)
  return Math.max(code, exitCodeOf(diagnostics))
}
