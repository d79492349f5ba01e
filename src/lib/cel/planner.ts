// The state that the files of the planner share.

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

/** A part that fails whenever it is evaluated, so that no program is made. */
export class PlanError extends Error {}
