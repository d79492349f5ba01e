// Variables while a template is compiled: the stack that Go keeps at run time, worked out beforehand, so that each variable has a fixed slot.

import type { Value } from './assign.ts'
import { fail, type Run } from './run.ts'
import { Box } from './value.ts'

interface Variable {
  readonly name: string
  readonly slot: number
  /** False where the declaration stands in an argument of and/or that may not be evaluated. */
  readonly isSure: boolean
}

/** The variables in sight at one place of a template. */
export interface Variables {
  readonly stack: Variable[]
  /** Slots given away so far. */
  slots: number
  /** Slots that declarations in arguments of and/or have taken; undefined outside of such. */
  unsure: number[] | undefined
}

export function createVariables(): Variables {
  return { stack: [{ name: '$', slot: 0, isSure: true }], slots: 1, unsure: undefined }
}

/** What a slot holds until an unsure declaration is evaluated. */
const UNSET: Value = new Box({ kind: 'struct', name: 'unset' }, undefined)

export function declare(variables: Variables, name: string): number {
  const slot = variables.slots++
  variables.stack.push({ name, slot, isSure: variables.unsure === undefined })
  variables.unsure?.push(slot)
  return slot
}

/** Makes `slots` hold nothing, before an and/or that may or may not set them. */
export function clearSlots(run: Run, slots: readonly number[]): void {
  for (const slot of slots) run.vars[slot] = UNSET
}

/** Slots that a name may mean, innermost first; the last one is sure, if `isSure`. */
interface Meaning {
  readonly slots: readonly number[]
  readonly isSure: boolean
}

function lookUp({ stack }: Variables, name: string): Meaning {
  const slots: number[] = []
  for (let i = stack.length - 1; i >= 0; i--) {
    const variable = stack[i]
    if (variable?.name !== name) continue
    slots.push(variable.slot)
    if (variable.isSure) return { slots, isSure: true }
  }
  return { slots, isSure: false }
}

/** Finds a variable's slot when the template runs. */
export type SlotOf = (run: Run) => number

/** The slot of a name, known now for all but unsure variables. Go's parser lets some names through that are not there at run time. */
export function slotOf(variables: Variables, name: string): number | SlotOf {
  const { slots, isSure } = lookUp(variables, name)
  const [first] = slots
  if (isSure && slots.length === 1 && first !== undefined) return first
  return run => {
    const slot = slots.find(candidate => run.vars[candidate] !== UNSET)
    if (slot === undefined) throw fail(run, 'undefined variable: %s', name)
    return slot
  }
}
