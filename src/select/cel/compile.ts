import type { Condition } from '../match-conditions.ts'
import { ConditionError } from '../match-conditions.ts'

export function compileCondition(_expression: string): Condition {
  throw new ConditionError('not yet')
}
