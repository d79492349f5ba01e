// Checks whether the Objects in the value of an expression are named after the fields at which they stand (docs/policies.md).

import { CelMap, type CelValue, isConcatenation, jsonOf, Struct, structOf } from '../lib/cel/index.ts'

/**
 * The API server's message about the first wrong name, or undefined. Lists and maps add nothing to a name. Values that do not come from a literal are not checked.
 * @example typeNameProblem(object, 'Object') // type mismatch: unexpected type name "Object.spec", expected "Object.metadata", …
 */
export function typeNameProblem(value: CelValue, root: string): string | undefined {
  const problems: string[] = []
  check(value, root, problems)
  return problems.length === 0 ? undefined : `type mismatch: ${problems.join('\n')}`
}

function check(value: CelValue, path: string, problems: string[]): void {
  if (value instanceof Struct) {
    if (value.type !== path) {
      problems.push(`unexpected type name ${JSON.stringify(value.type)}, expected ${JSON.stringify(path)}, which matches field name path from root Object type`)
    }
    for (const [field, item] of value.fields) check(item, `${path}.${field}`, problems)
    return
  }
  if (typeof value !== 'object' || value === null || jsonOf(value) !== undefined || structOf(value) !== undefined) return
  if (Array.isArray(value)) {
    if (!isConcatenation(value)) for (const item of value as readonly CelValue[]) check(item, path, problems)
  } else if (value instanceof CelMap) {
    for (const [, item] of value.entries()) check(item, path, problems)
  }
}
