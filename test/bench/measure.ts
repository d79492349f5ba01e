// CPU time and memory of whole processes, run in turns so that a busy machine slows all of them alike.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'

const PRELOAD = join(import.meta.dirname, 'cpu-at-exit.cjs')

export interface Program {
  readonly name: string
  /** Arguments of node: a script, or `-e` and a text. */
  readonly args: readonly string[]
  readonly input: string
}

export interface Cost {
  readonly cpuMs: number
  readonly rssMb: number
}

function runOnce(program: Program): Cost {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env // costs 35 ms at every start
  const { status, output, stderr } = spawnSync(process.execPath, ['--require', PRELOAD, ...program.args], {
    input: program.input,
    env,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  if (status !== 0) throw new Error(`${program.name} ended with ${status}: ${stderr.slice(0, 2000)}`)
  return JSON.parse(output[3] ?? '')
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** Runs every program `rounds` times, one round after the other, and gives the medians in the programs' order. */
export function measure(programs: readonly Program[], rounds: number): Cost[] {
  const costs: Cost[][] = programs.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, program] of programs.entries()) costs[i]?.push(runOnce(program))
  }
  return costs.map(list => ({ cpuMs: median(list.map(c => c.cpuMs)), rssMb: median(list.map(c => c.rssMb)) }))
}
