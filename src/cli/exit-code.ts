// Chooses the exit code: 0 success, 1 errors in the input, 2 a bug in this program, 3 bad function config or usage.

import type { Diagnostic } from '../lib/model/index.ts'

export const DONE = 0
export const FAILED = 1
export const BUG = 2
export const BAD_USAGE = 3

/** The exit code of a run with these findings. */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  const errors = diagnostics.filter(diagnostic => diagnostic.severity === 'error')
  if (errors.some(diagnostic => diagnostic.code === 'internal')) return BUG
  if (errors.some(diagnostic => diagnostic.code === 'config-invalid')) return BAD_USAGE
  return errors.length > 0 ? FAILED : DONE
}
