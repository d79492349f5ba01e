// Weighs lists and maps before a function walks them: a small template can build a value that is gigabytes when written out.

import { Box } from '../go/value.ts'
import type { Value } from './assign.ts'
import { DEFAULT_LIMITS } from './execute-limits.ts'
import { charge, fail, type Run } from './run.ts'

const ITEM = 16
const CHARACTERS_A_UNIT = 16
// Deeper values, and maps that contain themselves, would break the walk and every function's own.
const MAX_NESTING = 1000

/** Whether a value written out would be longer than any output may be. */
export function isTooHeavy(value: Value): boolean {
  return isOver(scaleOf(value, DEFAULT_LIMITS.maxOutput))
}

/** Whether a value written out is at most so long. */
export function isLighter(value: Value, limit: number): boolean {
  return !isOver(scaleOf(value, limit))
}

/**
 * Charges a run for the size of a value written out.
 * @throws TemplateError if that is longer than the output may be
 */
export function weigh(run: Run, value: Value): void {
  const scale = scaleOf(value, run.limits.maxOutput)
  if (scale.isTooDeep) throw fail(run, 'values are nested more than %d deep', BigInt(MAX_NESTING))
  if (scale.weight > scale.limit) throw fail(run, 'the value is too large: its text would exceed %d characters', BigInt(scale.limit))
  charge(run, Math.floor(scale.weight / CHARACTERS_A_UNIT))
}

/**
 * Charges a run for a text that a function is given or returns.
 * @throws TemplateError if the text is longer than the output may be
 */
export function chargeText(run: Run, text: string): void {
  if (text.length > run.limits.maxOutput) throw fail(run, 'the text is too long: more than %d characters', BigInt(run.limits.maxOutput))
  charge(run, Math.floor(text.length / CHARACTERS_A_UNIT))
}

interface Scale {
  readonly limit: number
  weight: number
  isTooDeep: boolean
}

function scaleOf(value: Value, limit: number): Scale {
  const scale = { limit, weight: 0, isTooDeep: false }
  add(scale, value, 0)
  return scale
}

/** Stops as soon as the limit is passed, so that a value is never walked for longer than it may be. */
function add(scale: Scale, value: unknown, depth: number): void {
  scale.weight += typeof value === 'string' ? ITEM + value.length : ITEM
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_NESTING) scale.isTooDeep = true
  else if (Array.isArray(value)) addItems(scale, value, depth + 1)
  else if (value instanceof Map) addEntries(scale, value, depth + 1)
  else if (value instanceof Box) addBox(scale, value, depth + 1)
  else if (ArrayBuffer.isView(value)) scale.weight += value.byteLength
}

function addItems(scale: Scale, items: readonly unknown[], depth: number): void {
  for (const item of items) {
    if (isOver(scale)) return
    add(scale, item, depth)
  }
}

function addEntries(scale: Scale, map: ReadonlyMap<unknown, unknown>, depth: number): void {
  for (const [key, item] of map) {
    if (isOver(scale)) return
    if (typeof key === 'string') scale.weight += key.length
    add(scale, item, depth)
  }
}

/** Structs are views of data that templates cannot build, and so they are not looked into. */
function addBox(scale: Scale, { type, value }: Box, depth: number): void {
  if (type.kind !== 'struct' && type.kind !== 'func') add(scale, value, depth)
}

function isOver({ weight, limit, isTooDeep }: Scale): boolean {
  return weight > limit || isTooDeep
}
