// Executes a list of statements with a memory: what a statement did for the same inputs is taken again (memory.ts).

import type { Value } from './assign.ts'
import type { Entry, Memory, Part, Unit } from './memory.ts'
import { add, NEXT, type Run, type Signal, type Step } from './run.ts'

/** The statements of one list, in order. */
interface Units {
  readonly memory: Memory
  readonly units: readonly Unit[]
  /** What is taken, from `start` on. */
  readonly taken: Entry[]
  /** By the first unit. */
  readonly joined: Map<number, Joined>
}

/** The text of neighbours that were taken together: when they are again, it is the very same one. */
interface Joined {
  readonly entries: readonly Entry[]
  readonly text: string
}

/** A list of statements as one step. `plain` executes all of them. Units are made when the list is first executed with the memory. */
export function remembering(memory: Memory, parts: readonly Part[], plain: Step): Step {
  let units: Units | undefined
  return (run, dot) => {
    // Templates that call this one see other data.
    if (!run.remembers || run.stack > 0) return plain(run, dot)
    units ??= { memory, units: parts.map(part => memory.unitOf(part)), taken: [], joined: new Map() }
    return inOrder(units, run, dot)
  }
}

function inOrder(list: Units, run: Run, dot: Value): Signal {
  const { memory, units, taken } = list
  run.work += units.length
  taken.length = 0
  let length = 0
  for (const [i, unit] of units.entries()) {
    const entry = unit.constant ?? memory.recall(unit, run)
    if (entry !== undefined && isWithinLimits(run, entry, length)) {
      taken.push(entry)
      length += entry.text.length
      if (unit.constant === undefined) take(run, unit, entry)
      continue
    }
    addTaken(list, run, i)
    const signal = memory.perform(unit, run, dot)
    if (signal !== NEXT) return signal
    length = 0
  }
  addTaken(list, run, units.length)
  return NEXT
}

/** What would go beyond a limit is executed, so that it fails where it should. */
function isWithinLimits(run: Run, entry: Entry, length: number): boolean {
  return run.work + entry.work <= run.maxWork && run.written + run.out.length + length + entry.text.length <= run.limits.maxOutput
}

function take(run: Run, { sets }: Unit, { assigned, work, node, site }: Entry): void {
  for (let i = 0; i < assigned.length; i++) {
    const slot = sets[i] ?? 0
    run.vars[slot] = assigned[i]
    run.varTypes[slot] = undefined
  }
  run.work += work
  run.node = node
  run.site = site
}

/** Writes what was taken, up to the unit at `end`. */
function addTaken({ memory, taken, joined }: Units, run: Run, end: number): void {
  const [first, second] = taken
  if (first !== undefined) add(run, second === undefined ? first.text : joinedText(memory, joined, { taken, start: end - taken.length }))
  taken.length = 0
}

function joinedText(memory: Memory, joined: Map<number, Joined>, { taken, start }: { readonly taken: readonly Entry[]; readonly start: number }): string {
  const known = joined.get(start)
  if (known !== undefined && known.entries.length === taken.length && known.entries.every((entry, i) => entry === taken[i])) return known.text
  let text = ''
  for (const entry of taken) text += entry.text
  if (known !== undefined) memory.takeRoom(-known.text.length)
  joined.delete(start)
  if (memory.takeRoom(text.length)) joined.set(start, { entries: [...taken], text })
  return text
}
