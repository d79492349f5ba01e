// Runs a task whose failure becomes a diagnostic, so that other tasks still run.

import { type Diagnostic, InjectError } from './diagnostic.ts'

/**
 * The task's result; or undefined, and its error among the diagnostics. Any other error is thrown again.
 * @example attempt(diagnostics, () => parseDocuments(file)) ?? []
 */
export function attempt<T>(diagnostics: Diagnostic[], task: () => T): T | undefined {
  try {
    return task()
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    diagnostics.push(error.diagnostic)
    return undefined
  }
}
