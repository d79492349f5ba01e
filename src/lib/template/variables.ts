// Resolves variables to slots while a template is compiled, as Go's stack of variables does at run time (text/template documentation: Variables).

import { Box } from '../go/value.ts'
import type { Value } from './assign.ts'
import { fail, type Run } from './run.ts'

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
  /** Collects the variables that a statement may read and set; undefined where they are not needed. */
  uses: VariableUses | undefined
}

/** Variables that a statement names. */
export interface VariableUses {
  readonly slots: Set<number>
  /** Whether it is known only when it runs which ones. */
  isUnsure: boolean
}

/** Calls `compile` and collects the variables that it resolves, also for the statement around it. */
export function usesOf<Compiled>(variables: Variables, compile: () => Compiled): { readonly uses: VariableUses; readonly compiled: Compiled } {
  const outer = variables.uses
  const uses: VariableUses = { slots: new Set(), isUnsure: false }
  variables.uses = uses
  const compiled = compile()
  variables.uses = outer
  if (outer !== undefined) {
    for (const slot of uses.slots) outer.slots.add(slot)
    outer.isUnsure ||= uses.isUnsure
  }
  return { uses, compiled }
}

/** The variables at the beginning of a template: `$`. */
export function createVariables(): Variables {
  return { stack: [{ name: '$', slot: 0, isSure: true }], slots: 1, unsure: undefined, uses: undefined }
}

/** Value of a slot until a conditional declaration is evaluated. */
const UNSET: Value = new Box({ kind: 'struct', name: 'unset' }, undefined)

/** Declares a variable, and returns its slot. */
export function declare(variables: Variables, name: string): number {
  const slot = variables.slots++
  variables.stack.push({ name, slot, isSure: variables.unsure === undefined })
  variables.unsure?.push(slot)
  if (variables.uses !== undefined) {
    variables.uses.slots.add(slot)
    if (variables.unsure !== undefined) variables.uses.isUnsure = true
  }
  return slot
}

/** Whether the variable of a slot is still in sight; slots rise along the stack. */
export function isInSight({ stack }: Variables, slot: number): boolean {
  let low = 0
  for (let high = stack.length; low < high; ) {
    const middle = (low + high) >>> 1
    if ((stack[middle]?.slot ?? 0) < slot) low = middle + 1
    else high = middle
  }
  return stack[low]?.slot === slot
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

/**
 * The slot of a name, known now for all but unsure variables. Go's parser lets some names through that are not there at run time.
 * @throws TemplateError for an undefined variable
 */
export function slotOf(variables: Variables, name: string): number | SlotOf {
  const { slots, isSure } = lookUp(variables, name)
  const [first] = slots
  const { uses } = variables
  if (uses !== undefined) {
    for (const slot of slots) uses.slots.add(slot)
    if (!isSure || slots.length > 1) uses.isUnsure = true
  }
  if (isSure && slots.length === 1 && first !== undefined) return first
  return run => {
    const slot = slots.find(candidate => run.vars[candidate] !== UNSET)
    if (slot === undefined) throw fail(run, 'undefined variable: %s', name)
    return slot
  }
}
