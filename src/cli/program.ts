// Chooses the mode of the program: without arguments the KRM function, which reads a ResourceList from standard input; with the path of a function config
// kustomize's legacy plugin; with other arguments the command line.

import { fstatSync } from 'node:fs'
import process from 'node:process'
import { runCommand } from '#command-line'
import { InjectError, tooLargeOr, visibleLines } from '../lib/model/index.ts'
import { BUG, exitCodeOf } from './exit-code.ts'
import { runFunction } from './function-mode.ts'
import { legacyConfig, runLegacyPlugin } from './legacy-plugin.ts'
import { printDiagnostic } from './print.ts'
import { writeFully } from './stdio.ts'

/**
 * Runs the program with its arguments, and ends the process. Errors are printed, never thrown. All output is written by then (stdio.ts), so the process does
 * not wait for open connections of a cluster's client, nor for the release of memory.
 */
export async function start(args: readonly string[]): Promise<void> {
  process.exit(await run(args).catch(failed))
}

async function run(args: readonly string[]): Promise<number> {
  if (args.length === 0 && !(await isTerminal())) return runFunction()
  const config = legacyConfig(args)
  if (config !== undefined && !(await isTerminal())) return runLegacyPlugin(config)
  return runCommand(args)
}

/** Whether standard input is a terminal. The module `node:tty` loads `node:net`, so it is loaded only for devices. */
async function isTerminal(): Promise<boolean> {
  if (!fstatSync(0).isCharacterDevice()) return false
  const { isatty } = await import('node:tty')
  return isatty(0)
}

function failed(thrown: unknown): number {
  const error = tooLargeOr(thrown)
  if (error instanceof InjectError) {
    writeFully(2, printDiagnostic(error.diagnostic))
    return exitCodeOf([error.diagnostic])
  }
  const report = error instanceof Error ? (error.stack ?? error.message) : String(error)
  writeFully(2, `error[internal]: a bug in inject-sidecars; please report it with the input that shows it\n${visibleLines(report)}\n`)
  return BUG
}
