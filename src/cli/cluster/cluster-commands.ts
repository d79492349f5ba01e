// `inject-sidecars capture` and `inject-sidecars verify`: the two commands that talk to a cluster.

import { lookAt } from '../../inject.ts'
import type { Outcome as Injected } from '../../inject-workload.ts'
import { type Diagnostic, describe, InjectError, type SourceFile } from '../../lib/model/index.ts'
import { read } from '../../read/read.ts'
import { conditionCompiler } from '../../select/cel/compile.ts'
import { exitCodeOf, FAILED } from '../exit-code.ts'
import { readSource, replaceFile } from '../files.ts'
import { findManifests } from '../find-manifests.ts'
import { readerFor, readFunctionConfig } from '../gather.ts'
import { printDiagnostics } from '../print.ts'
import { writeFully } from '../stdio.ts'
import { capture } from './capture.ts'
import { type ConnectOptions, connect } from './connect.ts'
import { verify } from './verify.ts'

export interface ClusterOptions {
  readonly kubeconfig?: string
  readonly context?: string
  /** Seconds. */
  readonly timeout?: string
}

export interface CaptureCommandOptions extends ClusterOptions {
  readonly istioNamespace: string
  readonly output?: string
}

export interface VerifyOptions extends ClusterOptions {
  readonly functionConfig?: string
}

/** Prints the cluster's injection configuration, or writes it to a file; answers with the exit code. */
export async function runCapture(options: CaptureCommandOptions): Promise<number> {
  return await reporting(async () => {
    const text = await capture(await connect(connectOptions(options)), { istioNamespace: options.istioNamespace })
    if (options.output === undefined) writeFully(1, text)
    else replaceFile(options.output, text)
    return []
  })
}

/** Compares what we inject into the files with what the cluster's webhook would; exit code 1 when they differ. */
export async function runVerify(paths: readonly string[], options: VerifyOptions): Promise<number> {
  return await reporting(async () => {
    const functionConfig = readFunctionConfig(options.functionConfig)
    const files: readonly SourceFile[] = findManifests(paths).paths.map(readerFor(functionConfig))
    const compile = conditionCompiler()
    const outcomes: Injected[] = []
    const onOutcome = (outcome: Injected) => outcomes.push(outcome)
    const input = { files, readSource, onOutcome, conditionCompiler: () => compile, ...(functionConfig === undefined ? {} : { functionConfig }) }
    const details = lookAt(input, read(input))
    const { verdicts, diagnostics } = await verify(await connect(connectOptions(options)), outcomes)
    let differing = 0
    for (const { outcome, differences } of verdicts) {
      const { ref } = outcome.workload.resource
      const name = describe({ ...ref, namespace: outcome.workload.namespace })
      writeFully(1, `${name}: ${differences.length === 0 ? 'the same as in the cluster' : 'differs'}\n${differences.map(text => `  ${text}\n`).join('')}`)
      if (differences.length > 0) differing++
    }
    const failed: Diagnostic[] = [...details.diagnostics.filter(({ severity }) => severity === 'error'), ...diagnostics]
    return differing === 0 ? failed : { diagnostics: failed, code: FAILED }
  })
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
  writeFully(2, printDiagnostics(diagnostics))
  return Math.max(code, exitCodeOf(diagnostics))
}

function connectOptions({ kubeconfig, context, timeout }: ClusterOptions): ConnectOptions {
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...(timeout === undefined ? {} : { timeoutMs: Number(timeout) * 1000 }),
  }
}
