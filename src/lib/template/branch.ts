// Runs `if` and `with`: the body of the first condition that is true.

import type { Expr, Step } from './run.ts'
import { isTrue } from './truth.ts'

/** A condition, and what is executed where it is true. */
export interface Arm {
  readonly condition: Expr
  readonly body: Step
}

/** One condition, as most have. */
export function ifElse({ condition, body }: Arm, otherwise: Step): Step {
  return (run, dot) => (isTrue(condition(run, dot)) ? body(run, dot) : otherwise(run, dot))
}

/** A chain of `else if`. */
export function ifArms(arms: readonly Arm[], otherwise: Step): Step {
  return (run, dot) => {
    for (const { condition, body } of arms) {
      if (isTrue(condition(run, dot))) return body(run, dot)
    }
    return otherwise(run, dot)
  }
}

/** As {@link ifArms}, with `.` set to the value of the condition. */
export function withArms(arms: readonly Arm[], otherwise: Step): Step {
  return (run, dot) => {
    for (const { condition, body } of arms) {
      const value = condition(run, dot)
      if (!isTrue(value)) continue
      const outer = run.dotType
      run.dotType = undefined
      const signal = body(run, value)
      run.dotType = outer
      return signal
    }
    return otherwise(run, dot)
  }
}
