// CPU time and memory of whole processes, run in turns so that a busy machine slows all of them alike.

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

const PRELOAD = join(import.meta.dirname, 'cpu-at-exit.cjs')

export interface Program {
  readonly name: string
  /** Arguments of node: a script, or `-e` and a text. */
  readonly args: readonly string[]
  /** A program that is no script: bash counts its CPU time, and its memory is not known. */
  readonly executable?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input: string
  /** Exit codes that are no failure; 0 unless given. */
  readonly codes?: readonly number[]
  /** Called before each run, which may have changed its files. */
  readonly prepare?: () => void
  /** Called with what each run wrote to standard output; throws where that is not the work that was to be measured. */
  readonly prove?: (output: string) => void
}

export interface Cost {
  readonly cpuMs: number
  readonly rssMb: number
  readonly inMb: number
  readonly outMb: number
}

/** Through files, which a pipe's size and the reader's speed do not slow. */
function runOnce({ name, args, executable, env: more, input, codes = [0], prepare, prove }: Program, folder: string): Cost {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env // costs 35 ms at every start
  const [from, to, cost] = ['input', 'output', 'cost'].map(file => join(folder, file)) as [string, string, string]
  prepare?.()
  writeFileSync(from, input)
  const files = [openSync(from, 'r'), openSync(to, 'w'), openSync(cost, 'w')]
  const [stdin, stdout, result] = files as [number, number, number]
  const [command, ...before] =
    executable === undefined ? [process.execPath, '--require', PRELOAD] : ['bash', '-c', '"$@"; code=$?; times >&3; exit $code', 'bash', executable]
  const { status, stderr } = spawnSync(command ?? '', [...before, ...args], {
    env: { ...env, ...more },
    stdio: [stdin, stdout, 'pipe', result],
    encoding: 'utf8',
  })
  for (const file of files) closeSync(file)
  if (!codes.includes(status ?? -1)) throw new Error(`${name} ended with ${status}: ${stderr.slice(0, 2000)}`)
  prove?.(readFileSync(to, 'utf8'))
  const used = readFileSync(cost, 'utf8')
  return { ...(executable === undefined ? JSON.parse(used) : ofShell(used)), inMb: input.length / MB, outMb: statSync(to).size / MB }
}

/** What bash's `times` says of its children, in its second line: `0m0.123s 0m0.031s`. That of other shells counts in hundredths of a second. */
function ofShell(times: string): Pick<Cost, 'cpuMs' | 'rssMb'> {
  const [user = Number.NaN, system = Number.NaN] = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  )
  return { cpuMs: (user + system) * 1000, rssMb: Number.NaN }
}

const MB = 1 << 20

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** Runs every program `rounds` times, one round after the other, and gives all costs, by program. */
export function runInTurns(programs: readonly Program[], rounds: number): Cost[][] {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const costs: Cost[][] = programs.map(() => [])
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [i, program] of programs.entries()) costs[i]?.push(runOnce(program, folder))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  return costs
}

/** As `runInTurns`, the medians. */
export function measure(programs: readonly Program[], rounds: number): Cost[] {
  const of = (costs: readonly Cost[], field: keyof Cost) => median(costs.map(cost => cost[field]))
  return runInTurns(programs, rounds).map(costs => ({
    cpuMs: of(costs, 'cpuMs'),
    rssMb: of(costs, 'rssMb'),
    inMb: of(costs, 'inMb'),
    outMb: of(costs, 'outMb'),
  }))
}
