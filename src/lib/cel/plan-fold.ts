// Loops that macros expand to.

import type { Fold } from './ast.ts'
import type { Eval, Frame, Planned } from './frame.ts'
import { goType } from './plan-attribute.ts'
import type { Planner } from './planner.ts'
import { CelError, CelMap, type CelValue, isList } from './value.ts'

export function plannedFold(fold: Fold, planner: Planner): Planned {
  const range = planner.plan(fold.range).run
  const initial = planner.plan(fold.initial).run
  const { locals } = planner
  const place = locals.length
  locals.push(fold.accumulator, fold.variable)
  if (fold.variable2 !== undefined) locals.push(fold.variable2)
  const condition = planner.plan(fold.condition).run
  const step = planner.plan(fold.step).run
  locals.length = place + 1
  const result = planner.plan(fold.result).run
  locals.length = place
  const pairs = fold.variable2 !== undefined

  const round = (frame: Frame, first: CelValue, second: CelValue): boolean => {
    frame.meter.work(1)
    frame.locals[place + 1] = first
    if (pairs) frame.locals[place + 2] = second
    if (condition(frame) === false) return false
    frame.locals[place] = step(frame)
    return true
  }
  const run: Eval = frame => {
    const values = range(frame)
    if (values instanceof CelError) return values
    const loop = pairs ? pairsOf(values) : elementsOf(values)
    if (loop instanceof CelError) return loop
    frame.locals[place] = initial(frame)
    for (const [first, second] of loop) if (!round(frame, first, second)) break
    return result(frame)
  }
  return { run }
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
