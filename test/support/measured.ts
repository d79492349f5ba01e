// Runs the program in a process of its own, and measures what it took: time of the processor and the peak of its resident memory.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { type Outcome, program, ROOT } from './rig.ts'

const MEASURE = join(ROOT, 'test/bench/cpu-at-exit.cjs')

export interface Measured extends Outcome {
  readonly signal: NodeJS.Signals | null
  /** User and system, in milliseconds; not a number where the process was ended from outside. */
  readonly cpuMs: number
  /** The peak of the resident memory in megabytes. */
  readonly rssMb: number
}

/**
 * Runs `inject-sidecars ARGS` in `cwd`.
 * @param timeoutMs after which the process is ended; then `signal` says so
 * @param input standard input; without it there is none
 */
export function measured(args: readonly string[], cwd: string, timeoutMs: number, input?: string): Measured {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, CI: ___, ...env } = process.env
  const { status, signal, stdout, stderr, output } = spawnSync(process.execPath, ['-r', MEASURE, program(), ...args], {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 29,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(input === undefined ? {} : { input }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  const cost = output[3] ? (JSON.parse(output[3]) as { cpuMs: number; rssMb: number }) : { cpuMs: Number.NaN, rssMb: Number.NaN }
  return { code: status, signal, stdout, stderr, ...cost }
}
