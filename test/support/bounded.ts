// Runs the program as rig.ts does, with little memory, and lets no input take more of the processor than any may.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { type Circumstances, type Outcome, program, ROOT } from './rig.ts'

/** JavaScript's heap, in megabytes, for inputs of a few megabytes (docs/security.md). */
const MEMORY = 256
/** What a process takes beside that heap at most, in megabytes: the resident memory is more than the heap. */
const BESIDE_HEAP = 300
/** No input of a few megabytes takes longer: of the processor, for the machine may be busy with other things. */
export const CPU_MS = 5000
/** What takes longer than this hangs. */
const TIMEOUT_MS = 60_000
const MEASURED = join(ROOT, 'test/bench/cpu-at-exit.cjs')

export interface Bounds extends Circumstances {
  readonly memory?: number
}

/** What `run` gives. Throws where it takes more of the processor than any input may. */
export function inTime<Result>(run: () => Result): Result {
  const before = process.cpuUsage()
  const result = run()
  const { user, system } = process.cpuUsage(before)
  const cpuMs = (user + system) / 1000
  if (cpuMs > CPU_MS) throw new Error(`it took ${cpuMs} ms of the processor`)
  return result
}

/** Throws where the program takes too long, needs more memory than it may, dies, or takes its input for a bug of its own. */
export function bounded(args: readonly string[], { input = '', cwd = ROOT, node = process.execPath, memory = MEMORY }: Bounds = {}): Outcome {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, CI: ___, ...env } = process.env
  const { status, signal, stdout, stderr, output, error } = spawnSync(node, [`--max-old-space-size=${memory}`, '-r', MEASURED, program(), ...args], {
    input,
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  if (error) throw error
  if (signal !== null || status === 2) throw new Error(`exit code ${status}, signal ${signal}: ${stderr.slice(0, 2000)}`)
  const { cpuMs, rssMb } = JSON.parse(output[3] ?? '') as { cpuMs: number; rssMb: number }
  if (cpuMs > CPU_MS) throw new Error(`it took ${cpuMs} ms of the processor`)
  if (rssMb > memory + BESIDE_HEAP) throw new Error(`it took ${rssMb} MB of memory`)
  return { code: status, stdout, stderr }
}
