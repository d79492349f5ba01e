// The state that the `plan-*.ts` files share.

import type { Expr } from './ast.ts'
import type { Checked } from './checked.ts'
import type { Declarations } from './environment.ts'
import type { Planned } from './frame.ts'

export interface Planner {
  readonly checked: Checked
  readonly declarations: Declarations
  readonly plan: (expr: Expr) => Planned
  /** The variables of the loops around, by their places in a frame. */
  readonly locals: string[]
}

/** Thrown for a part that always fails, so that the expression does not compile. */
export class PlanError extends Error {}
