// Limits on one execution of a template; what single functions may build is limited in limits.ts.

import { MAX_TEXT, MAX_WORK } from '../go/limits.ts'

export interface ExecuteLimits {
  /** Longest output, in UTF-16 code units. */
  readonly maxOutput: number
  /**
   * Most work: an action, an iteration of a range and a call of a template are one unit each, and so are 16 characters
   * or one item that a function is given or returns. Two million take about half a second. Istio's templates take less than a thousand.
   */
  readonly maxWork: number
}

/** What several executions may do together. Their output counts too: 16 characters are a unit. */
export interface WorkBudget {
  readonly total: number
  left: number
}

export const DEFAULT_LIMITS: ExecuteLimits = { maxOutput: MAX_TEXT, maxWork: MAX_WORK }
