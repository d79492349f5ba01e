// Plans the loops into which macros expand.

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
    if (!isList(values) && !(values instanceof CelMap)) return notIterable(values, pairs)
    frame.locals[place] = initial(frame)
    const { step, end } = start(frame)
    const goesOn = (first: CelValue, second: CelValue): boolean => {
      frame.meter.work(1)
      frame.locals[place + 1] = first
      if (pairs) frame.locals[place + 2] = second
      if (condition(frame) === false) return false
      step()
      return true
    }
    if (isList(values)) values.every((item, i) => (pairs ? goesOn(BigInt(i), item) : goesOn(item, null)))
    else for (const [key, value] of values.entries()) if (!goesOn(key, value)) break
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

function notIterable(values: CelValue, pairs: boolean): CelError {
  const type = goType(values)
  return new CelError(pairs ? `unsupported comprehension range type: ${type}` : `got '${type}', expected iterable type`)
}
