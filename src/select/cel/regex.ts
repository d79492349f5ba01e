// Regular expressions as Kubernetes' CEL has them: RE2, as Go's package regexp.

import { createMeter, type Meter } from '../../lib/go/limits.ts'
import { compile, type Regexp } from '../../lib/go/regexp.ts'
import { countSteps } from './steps.ts'

/** @throws Error for a pattern that RE2 does not have */
export function matches(text: string, pattern: string): boolean {
  return counted(pattern, (regexp, meter) => regexp.isMatch(text, meter))
}

/** The first match, or ''. */
export function find(text: string, pattern: string): string {
  return counted(pattern, (regexp, meter) => regexp.find(text, meter))
}

/** @param most a negative number means all */
export function findAll(text: string, pattern: string, most: number): string[] {
  return counted(pattern, (regexp, meter) => regexp.findAll(text, most, meter)) ?? []
}

function counted<Result>(pattern: string, use: (regexp: Regexp, meter: Meter) => Result): Result {
  const meter = createMeter()
  try {
    return use(compile(pattern), meter)
  } finally {
    countSteps(Math.ceil(meter.spent))
  }
}
