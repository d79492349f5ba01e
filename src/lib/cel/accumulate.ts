// Runs `map`, `filter` and `transform…` loops with a mutable list or map. The expanded macro says `accumulator + [x]` in each round; the charged cost stays
// that of the macro.

import type { Call, Expr, Fold } from './ast.ts'
import type { Eval, Frame, Planned } from './frame.ts'
import type { Planner } from './planner.ts'
import { CelError, CelMap, type CelValue, NO_OVERLOAD, type Result } from './value.ts'

/** One run of a loop: a function for each round, and one for the result. */
export interface Accumulation {
  readonly step: () => void
  readonly end: () => Result
}

/** Starts the accumulation of a `map`, `filter` or `transform…` loop; undefined for other loops. */
export function accumulatorOf(fold: Fold, planner: Planner): ((frame: Frame) => Accumulation) | undefined {
  const { step } = fold
  if (step.kind !== 'call' || step.name !== '_?_:_') return collectorOf(step, fold, planner)
  const [condition, chosen, kept] = step.args
  const collector = chosen && isAccumulator(kept, fold) ? collectorOf(chosen, fold, planner) : undefined
  if (condition === undefined || collector === undefined) return undefined
  const test = planner.plan(condition).run
  return frame => {
    const { step: collect, end } = collector(frame)
    let error: CelError | undefined
    return {
      step: () => {
        const value = test(frame)
        if (value === true) collect()
        else if (value !== false) error = value instanceof CelError ? value : NO_OVERLOAD
      },
      end: () => error ?? end(),
    }
  }
}

function collectorOf(step: Expr, fold: Fold, planner: Planner): ((frame: Frame) => Accumulation) | undefined {
  if (step.kind !== 'call' || !isAccumulator(step.args[0], fold)) return undefined
  if (step.name === '_+_' && fold.initial.kind === 'list') return listCollector(step, planner)
  return step.name === 'cel.@mapInsert' && fold.initial.kind === 'map' ? mapCollector(step, planner) : undefined
}

function isAccumulator(expr: Expr | undefined, { accumulator }: Fold): boolean {
  return accumulator.startsWith('@') && expr?.kind === 'ident' && expr.name === accumulator
}

function listCollector({ args: [, list] }: Call, planner: Planner): ((frame: Frame) => Accumulation) | undefined {
  if (list?.kind !== 'list' || list.elements[0] === undefined) return undefined
  const element = planner.plan(list.elements[0])
  const listCost = element.constant === undefined ? 10 : 0
  return frame => {
    const items: CelValue[] = []
    let error: CelError | undefined
    const step = (): void => {
      frame.meter.charge(1)
      const value = element.run(frame)
      frame.meter.charge(listCost)
      frame.meter.charge(1)
      if (value instanceof CelError) error ??= value
      else items.push(value)
    }
    return { step, end: () => error ?? items }
  }
}

function mapCollector({ args: [, first, second] }: Call, planner: Planner): ((frame: Frame) => Accumulation) | undefined {
  if (first === undefined) return undefined
  const [key, value] = [planner.plan(first), second && planner.plan(second)]
  return frame => {
    const map = CelMap.of([])
    let error: CelError | undefined
    const step = (): void => {
      frame.meter.charge(1)
      error = value === undefined ? insertEntries(map, key, { frame, error }) : (error ?? insertPair(map, [key.run, value.run], frame))
    }
    return { step, end: () => error ?? map }
  }
}

function insertPair(map: CelMap, [readKey, readValue]: readonly [Eval, Eval], frame: Frame): CelError | undefined {
  const key = readKey(frame)
  if (key instanceof CelError) return key
  const value = readValue(frame)
  frame.meter.charge(1)
  if (value instanceof CelError) return value
  return map.insert(key, value) ? undefined : exists(key)
}

function insertEntries(map: CelMap, read: Planned, { frame, error }: { readonly frame: Frame; readonly error: CelError | undefined }): CelError | undefined {
  const entries = read.run(frame)
  frame.meter.charge(1)
  if (error !== undefined) return error
  if (entries instanceof CelError) return entries
  if (!(entries instanceof CelMap)) return NO_OVERLOAD
  for (const [key, value] of entries.entries()) if (!map.insert(key, value)) return exists(key)
  return undefined
}

function exists(key: CelValue): CelError {
  return new CelError(`insert failed: key ${key} already exists`)
}
