// The form of a conformance suite: reads its cases from a data folder, says which pass.

export interface CaseFailure {
  readonly name: string
  readonly why: string
}

export interface SuiteResult {
  /** As printed: `istio/1.31`, `sprig`. */
  readonly suite: string
  readonly total: number
  readonly failures: readonly CaseFailure[]
  /** Printed below the suite's line: what was left out, and why. */
  readonly notes?: readonly string[]
}

/** Runs the cases found under `folder` (the form of ../shared/conformance); [] where the folder holds none of this suite's files. */
export type Suite = (folder: string) => readonly SuiteResult[]

/** Runs `check` over cases: undefined means passed, a text says why not. An exception is a failure, never a crash of the run. */
export function runCases<Case>(
  suite: string,
  cases: readonly Case[],
  name: (c: Case, index: number) => string,
  check: (c: Case) => string | undefined,
): SuiteResult {
  const failures: CaseFailure[] = []
  cases.forEach((c, index) => {
    let why: string | undefined
    try {
      why = check(c)
    } catch (error) {
      why = error instanceof Error ? `threw ${error.stack ?? error.message}` : String(error)
    }
    if (why !== undefined) failures.push({ name: name(c, index), why })
  })
  return { suite, total: cases.length, failures }
}
