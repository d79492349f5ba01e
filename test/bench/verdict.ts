// What the gate makes of its measurements: the program against an earlier one, and against itself with a slowdown that has to be seen.

import { type Cost, median } from './measure.ts'

/** Above this, a program has become slower, or larger. */
export const LIMIT = 1.1
/** What the proof adds, in CPU time and in memory. */
export const SEEDED = 0.15

/** The costs of one case, by program; the rounds of all three are the same ones. */
export interface Rounds {
  readonly before: readonly Cost[]
  readonly now: readonly Cost[]
  /** Of the program with 15 % of idle work and of memory added. */
  readonly seeded: readonly Cost[]
}

export interface Verdict {
  readonly cpu: number
  readonly memory: number
  readonly seededCpu: number
  readonly seededMemory: number
  /** Why the case does not pass; empty where it does. */
  readonly problems: readonly string[]
}

/**
 * Medians of the rounds' own ratios, for what slows a round down slows all programs in it.
 * @example judge({ before: [{ cpuMs: 100, … }], now: [{ cpuMs: 115, … }], seeded: [{ cpuMs: 132, … }] }).problems // ['CPU: 1.15 of the previous commit …']
 */
export function judge({ before, now, seeded }: Rounds): Verdict {
  const ratio = (costs: readonly Cost[], others: readonly Cost[], field: 'cpuMs' | 'rssMb') =>
    median(costs.map((cost, i) => cost[field] / (others[i]?.[field] ?? Number.NaN)))
  const [cpu, memory] = [ratio(now, before, 'cpuMs'), ratio(now, before, 'rssMb')]
  const [seededCpu, seededMemory] = [ratio(seeded, now, 'cpuMs'), ratio(seeded, now, 'rssMb')]
  return { cpu, memory, seededCpu, seededMemory, problems: [...problemsOf('CPU', cpu, seededCpu), ...problemsOf('memory', memory, seededMemory)] }
}

function problemsOf(what: string, ratio: number, seen: number): string[] {
  // NaN, of no rounds at all, is a problem too.
  const grown = ratio <= LIMIT ? [] : [`${what}: ${ratio.toFixed(2)} of the previous commit is above ${LIMIT}`]
  const blind = seen > LIMIT ? [] : [`${what}: the seeded ${SEEDED * 100} % came out as ${seen.toFixed(2)}: this measurement proves nothing`]
  return [...grown, ...blind]
}
