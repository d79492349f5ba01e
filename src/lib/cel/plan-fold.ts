// Loops that macros expand to.

import { accumulatorOf } from './accumulate.ts'
import type { Fold } from './ast.ts'
import type { Eval, Frame, Planned } from './frame.ts'
import { goType } from './plan-attribute.ts'
import type { Planner } from './planner.ts'
import { CelError, CelMap, type CelValue, isList } from './value.ts'

/** Plans a loop. */
export function plannedFold(fold: Fold, planner: Planner): Planned {
  const range = planner.plan(fold.range).run
  const initial = planner.plan(fold.initial).run
  const { locals } = planner
  const place = locals.length
  locals.push(fold.accumulator, fold.variable)
  if (fold.variable2 !== undefined) locals.push(fold.variable2)
  const condition = planner.plan(fold.condition).run
  const start = accumulatorOf(fold, planner) ?? plainAccumulator(planner.plan(fold.step).run, place)
  locals.length = place + 1
  const result = planner.plan(fold.result).run
  locals.length = place
  const pairs = fold.variable2 !== undefined

  const run: Eval = frame => {
    const values = range(frame)
    if (values instanceof CelError) return values
    const rounds = pairs ? pairsOf(values) : elementsOf(values)
    if (rounds instanceof CelError) return rounds
    frame.locals[place] = initial(frame)
    const { step, end } = start(frame)
    for (const [first, second] of rounds) {
      frame.meter.work(1)
      frame.locals[place + 1] = first
      if (pairs) frame.locals[place + 2] = second
      if (condition(frame) === false) break
      step()
    }
    frame.locals[place] = end()
    return result(frame)
  }
  return { run }
}

function plainAccumulator(step: Eval, place: number): ReturnType<typeof accumulatorOf> & object {
  return (frame: Frame) => ({
    step: () => {
      frame.locals[place] = step(frame)
    },
    end: () => frame.locals[place] ?? null,
  })
}

type Rounds = Iterable<readonly [CelValue, CelValue]> | CelError

function* single(values: Iterable<CelValue>): Generator<readonly [CelValue, CelValue]> {
  for (const value of values) yield [value, null]
}

function* indexed(values: readonly CelValue[]): Generator<readonly [CelValue, CelValue]> {
  for (const [i, value] of values.entries()) yield [BigInt(i), value]
}

function elementsOf(values: CelValue): Rounds {
  if (isList(values)) return single(values)
  if (values instanceof CelMap) return single(values.keys())
  return new CelError(`got '${goType(values)}', expected iterable type`)
}

function pairsOf(values: CelValue): Rounds {
  if (isList(values)) return indexed(values)
  if (values instanceof CelMap) return values.entries()
  return new CelError(`unsupported comprehension range type: ${goType(values)}`)
}
