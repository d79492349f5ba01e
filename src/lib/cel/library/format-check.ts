// Checks calls of `format` with literal text and arguments at compile time.

import type { Call } from '../ast.ts'
import type { Checked } from '../checked.ts'
import { ERROR } from '../type.ts'
import { formatText } from './format.ts'
import { wrongType } from './format-verbs.ts'

/** Reports mistakes in a call of `format`, if its text and its list are literals. */
export function checkFormat({ target, args: [list], at }: Call, checked: Checked, report: (message: string, at: number) => void): void {
  if (target?.kind !== 'constant' || typeof target.value !== 'string' || list?.kind !== 'list') return
  const { elements } = list
  let used = 0
  let wrongAt = at
  const problem = formatText(target.value, elements.length, (verb, index) => {
    used = index + 1
    const element = elements[index]
    const message = element === undefined ? undefined : wrongType(verb, checked.types.get(element) ?? ERROR)
    if (message === undefined) return { text: '' }
    wrongAt = element?.at ?? at
    return { error: `error during formatting: ${message}` }
  })
  if ('error' in problem) report(problem.error, wrongAt)
  else if (elements.length > used) report(`too many arguments supplied to string.format (expected ${used}, got ${elements.length})`, at)
}
