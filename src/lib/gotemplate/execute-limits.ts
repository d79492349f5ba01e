// Limits on one execution of a template; what single functions may build is limited in limits.ts.

import { MAX_TEXT, MAX_WORK } from './limits.ts'

export interface ExecuteLimits {
  /** Longest output, in UTF-16 code units. */
  readonly maxOutput: number
  /**
   * Most work: an action, an iteration of a range and a call of a template are one unit each, and so are each 256 characters
   * or 16 items that a function is given or returns. Ten million take a few seconds.
   */
  readonly maxWork: number
}

export const DEFAULT_LIMITS: ExecuteLimits = { maxOutput: MAX_TEXT, maxWork: MAX_WORK }
