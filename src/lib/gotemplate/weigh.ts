// Weighs lists and maps before a function walks them: a small template can build a value that is gigabytes when written out.

import type { Value } from './assign.ts'
import { DEFAULT_LIMITS } from './execute-limits.ts'
import { charge, fail, type Run } from './run.ts'
import { Box } from './value.ts'

const ITEM = 16
const CHARACTERS_A_UNIT = 256
// Deeper values, and maps that contain themselves, would break the walk and every function's own.
const MAX_NESTING = 1000

/** Whether a value written out would be longer than any output may be. */
export function isTooHeavy(value: Value): boolean {
  const scale = new Scale(DEFAULT_LIMITS.maxOutput)
  scale.add(value, 0)
  return scale.isTooDeep || scale.weight > scale.limit
}

/** Fails where a value written out would be longer than the output may be, and charges the run for it. */
export function weigh(run: Run, value: Value): void {
  const scale = new Scale(run.limits.maxOutput)
  scale.add(value, 0)
  if (scale.isTooDeep) throw fail(run, 'values are nested more than %d deep', BigInt(MAX_NESTING))
  if (scale.weight > scale.limit) throw fail(run, 'the value is too large: its text would exceed %d characters', BigInt(scale.limit))
  charge(run, Math.floor(scale.weight / CHARACTERS_A_UNIT))
}

/** Charges a run for a text that a function is given or returns. */
export function chargeText(run: Run, text: string): void {
  if (text.length > run.limits.maxOutput) throw fail(run, 'the text is too long: more than %d characters', BigInt(run.limits.maxOutput))
  charge(run, Math.floor(text.length / CHARACTERS_A_UNIT))
}

class Scale {
  weight = 0
  isTooDeep = false
  readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  /** Stops as soon as the limit is passed, so that a value is never walked for longer than it may be. */
  add(value: unknown, depth: number): void {
    this.weight += typeof value === 'string' ? ITEM + value.length : ITEM
    if (typeof value !== 'object' || value === null) return
    if (depth > MAX_NESTING) {
      this.isTooDeep = true
      return
    }
    if (Array.isArray(value)) this.addAll(value, depth + 1)
    else if (value instanceof Map) this.addMap(value, depth + 1)
    else if (value instanceof Box) this.addBox(value, depth + 1)
    else if (ArrayBuffer.isView(value)) this.weight += value.byteLength
  }

  private addAll(items: readonly unknown[], depth: number): void {
    for (const item of items) {
      if (this.isOver()) return
      this.add(item, depth)
    }
  }

  private addMap(map: ReadonlyMap<unknown, unknown>, depth: number): void {
    for (const [key, item] of map) {
      if (this.isOver()) return
      if (typeof key === 'string') this.weight += key.length
      this.add(item, depth)
    }
  }

  /** Structs are views of data that templates cannot build, and so they are not looked into. */
  private addBox({ type, value }: Box, depth: number): void {
    if (type.kind !== 'struct' && type.kind !== 'func') this.add(value, depth)
  }

  private isOver(): boolean {
    return this.weight > this.limit || this.isTooDeep
  }
}
