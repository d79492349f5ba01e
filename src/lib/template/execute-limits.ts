// Limits the output and the work of one execution of a template; go/limits.ts limits single functions.

import { MAX_TEXT, MAX_WORK } from '../go/limits.ts'

/** Limits of one execution. */
export interface ExecuteLimits {
  /** Longest output, in UTF-16 code units. */
  readonly maxOutput: number
  /**
   * Most work: an action, an iteration of a range and a call of a template are one unit each, and so are 16 characters
   * or one item that a function is given or returns. Two million take about half a second. Istio's templates take less than a thousand.
   */
  readonly maxWork: number
}

/** The work that several executions may do together. Their output counts, too: 16 characters are a unit. */
export interface WorkBudget {
  readonly total: number
  left: number
}

/** The limits of an execution that is given none. */
export const DEFAULT_LIMITS: ExecuteLimits = { maxOutput: MAX_TEXT, maxWork: MAX_WORK }
