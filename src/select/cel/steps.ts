// What an evaluation may cost, as Kubernetes bounds it: no expression runs for ever, or builds more than memory holds. Counted is what macros do and
// what they and functions build; all else is bounded by the length of the expression and of the pod.

import { Optional } from '@marcbachmann/cel-js'

/** What the evaluations of one run may do together. */
export interface StepBudget {
  left: number
}

/** For one evaluation; a second's worth. */
const MAX_STEPS = 1_000_000
/** For a run beyond what every evaluation has free. */
const MAX_STEPS_TOGETHER = 5_000_000
const FREE = 1000
/** So many characters are looked at in one step. */
const CHARACTERS_A_STEP = 512

let stepsLeft = 0
/** Of what an iteration may look at, in characters: the expression with the pod, or the largest value that was built. */
let largest = 0

export function stepBudget(): StepBudget {
  return { left: MAX_STEPS_TOGETHER }
}

/** @param size of expression and request, in characters */
export function evaluateWithin<Result>(budget: StepBudget, size: number, evaluation: () => Result): Result {
  const granted = Math.min(MAX_STEPS, budget.left + FREE)
  stepsLeft = granted
  largest = size
  try {
    return evaluation()
  } finally {
    budget.left -= Math.max(0, granted - stepsLeft - FREE)
  }
}

/** @throws Error as the API server when nothing is left */
export function countSteps(steps: number): void {
  stepsLeft -= steps
  if (stepsLeft < 0) throw new Error('operation cancelled: actual cost limit exceeded')
}

/** Whether no step is left, which is no failure of a single element. */
export function isSpent(): boolean {
  return stepsLeft < 0
}

/** One element of a list that a macro goes through: what is done with it may look at everything there is. */
export function countIteration(): void {
  countSteps(1 + Math.floor(largest / CHARACTERS_A_STEP))
}

/** A text that is about to be built. */
export function countText(length: number): void {
  const steps = Math.ceil(length / 16)
  countSteps(steps)
  largest = Math.max(largest, length)
}

/** A value that was built: parts that it has several times count as often, for they are walked as often. */
export function countValue(value: unknown): void {
  const before = stepsLeft
  weigh(value)
  largest = Math.max(largest, (before - stepsLeft) * 16)
}

function weigh(value: unknown): void {
  if (typeof value === 'string') countSteps(1 + Math.floor(value.length / 16))
  else if (typeof value !== 'object' || value === null) countSteps(1)
  else if (Array.isArray(value)) weighAll(value)
  else if (value instanceof Map) {
    for (const [key, child] of value) weighAll([key, child])
  } else if (value instanceof Optional) weigh(value.hasValue() ? value.value() : null)
  else weighAll(Object.values(value))
}

function weighAll(values: readonly unknown[]): void {
  countSteps(1)
  for (const value of values) weigh(value)
}
