// Executes a list of statements with a memory: what a statement did for the same inputs is taken again (memory.ts).

import type { Value } from '../assign.ts'
import { add, NEXT, type Run, type Signal, type Step } from '../run.ts'
import { isFor, type Memory, type Part, type Unit } from './memory.ts'
import { type Stretch, stretchOf, type Taken } from './stretch.ts'

/** The statements of one list, in order. */
interface Units {
  readonly memory: Memory
  readonly units: readonly Unit[]
  /** What was taken and is still to be written. */
  readonly taken: Taken[]
  /** By the first unit. */
  readonly stretches: Map<number, Stretches>
  /** Of the memory, when they were found. */
  generation: number
}

interface Stretches {
  readonly known: Stretch[]
  /** How many were made without one that was of use. */
  made: number
}

const MAX_STRETCHES = 4
// Where there is always another one they are of no use.
const MAX_MADE = 32

/** A list of statements as one step. `plain` executes all of them. Units are made when the list is first executed with the memory. */
export function remembering(memory: Memory, parts: readonly Part[], plain: Step): Step {
  let units: Units | undefined
  return (run, dot) => {
    // Templates that call this one see other data.
    if (!run.remembers || run.stack > 0) return plain(run, dot)
    units ??= { memory, units: parts.map(part => memory.unitOf(part)), taken: [], stretches: new Map(), generation: 0 }
    return inOrder(units, run, dot)
  }
}

function inOrder(list: Units, run: Run, dot: Value): Signal {
  const { memory, units, taken } = list
  run.work += units.length
  if (list.generation !== memory.generation) {
    list.generation = memory.generation
    for (const { known } of list.stretches.values()) for (const { entry } of known) memory.giveBack(entry)
    list.stretches.clear()
  }
  taken.length = 0
  let start = 0
  let length = 0
  for (let i = 0; i < units.length; ) {
    const unit = units[i]
    if (unit === undefined) break
    const stretch = stretchAt(list, run, i)
    const entry = stretch?.entry ?? unit.constant ?? memory.recall(unit, run)
    if (entry !== undefined && isWithinLimits(run, entry.work, length + entry.text.length)) {
      const item = stretch ?? { of: unit, entry }
      take(run, item)
      taken.push(item)
      length += entry.text.length
      i = stretch?.end ?? i + 1
      continue
    }
    writeTaken(list, run, { start, end: i })
    const signal = memory.perform(unit, run, dot)
    if (signal !== NEXT) return signal
    start = ++i
    length = 0
  }
  writeTaken(list, run, { start, end: units.length })
  return NEXT
}

/** The longest stretch from here on that was executed with the same inputs before. */
function stretchAt({ memory, stretches }: Units, run: Run, start: number): Stretch | undefined {
  const here = stretches.get(start)
  if (here === undefined || !memory.holds()) return undefined
  const stretch = here.known.find(({ of, entry }) => isFor(entry, of, run))
  if (stretch !== undefined) here.made = 0
  return stretch
}

/** What would go beyond a limit is executed, so that it fails where it should. */
function isWithinLimits(run: Run, work: number, length: number): boolean {
  return run.work + work <= run.maxWork && run.written + run.out.length + length <= run.limits.maxOutput
}

function take(run: Run, { of: { sets }, entry: { assigned, work, node, site } }: Taken): void {
  for (let i = 0; i < assigned.length; i++) {
    const slot = sets[i] ?? 0
    run.vars[slot] = assigned[i]
    run.varTypes[slot] = undefined
  }
  run.work += work
  if (node === undefined) return
  run.node = node
  run.site = site
}

function writeTaken(list: Units, run: Run, { start, end }: { readonly start: number; readonly end: number }): void {
  const { taken } = list
  const [first, second] = taken
  if (first === undefined) return
  if (second !== undefined) keepStretch(list, start, end)
  for (const { entry } of taken) add(run, entry.text)
  taken.length = 0
}

/** Keeps what was taken as a stretch, if there is room. */
function keepStretch({ memory, taken, stretches }: Units, start: number, end: number): void {
  let here = stretches.get(start)
  if (here === undefined) {
    here = { known: [], made: 0 }
    stretches.set(start, here)
  }
  if (++here.made > MAX_MADE) return
  const stretch = stretchOf(taken, end)
  if (!memory.takeRoom(stretch.entry)) return
  here.known.unshift(stretch)
  if (here.known.length > MAX_STRETCHES) memory.giveBack(here.known.pop()?.entry)
}
