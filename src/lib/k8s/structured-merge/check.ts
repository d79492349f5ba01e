// Validates an apply configuration against the schema, with the words of structured-merge-diff (typed/validate.go).

import { itemKey } from './item-key.ts'
import { goSyntax, goText, goType, isPatchObject, type PatchValue } from './patch-value.ts'
import { type ListType, type MergeType, mergeFields } from './schema.ts'

/**
 * Every problem as `PATH: MESSAGE`; [] where the value fits its type.
 * @example schemaProblems({ kind: 'struct', name: 'Pod', atomic: false }, { colour: 'red' }) // ['.colour: field not declared in schema']
 */
export function schemaProblems(type: MergeType, value: PatchValue): string[] {
  const problems: string[] = []
  check({ type, value, path: '' }, problems)
  return problems
}

interface TypedValue {
  readonly type: MergeType
  readonly value: PatchValue
  readonly path: string
}

function check(typed: TypedValue, problems: string[]): void {
  const { type, value } = typed
  if (value === null) return
  switch (type.kind) {
    case 'struct':
    case 'map':
      if (isPatchObject(value)) checkFields({ ...typed, value }, type, problems)
      else problems.push(problem(typed, `expected map, got &{${goText(value)}}`))
      return
    case 'list':
      if (Array.isArray(value)) checkItems({ ...typed, value }, type, problems)
      else problems.push(problem(typed, `expected list, got &{${goText(value)}}`))
      return
    default: {
      const message = scalarProblem(type.kind, value)
      if (message !== undefined) problems.push(problem(typed, message))
    }
  }
}

function checkFields(typed: TypedValue & { value: { [key: string]: PatchValue } }, type: MergeType & { kind: 'struct' | 'map' }, problems: string[]): void {
  const fields = type.kind === 'struct' ? mergeFields(type.name) : undefined
  for (const [name, value] of Object.entries(typed.value)) {
    const path = `${typed.path}.${name}`
    const field = type.kind === 'map' ? type.values : fields?.get(name)
    if (field === undefined) {
      problems.push(`${path}: field not declared in schema`)
      return
    }
    check({ type: field, value, path }, problems)
  }
}

function checkItems(typed: TypedValue & { value: readonly PatchValue[] }, type: ListType, problems: string[]): void {
  const seen = new Set<string>()
  for (const [i, value] of typed.value.entries()) {
    let step = `[${i}]`
    if (type.list !== 'atomic') {
      const found = itemKey(value, type)
      if ('problem' in found) {
        problems.push(problem(typed, `element ${i}: ${found.problem}`))
        return
      }
      if (seen.has(found.key)) problems.push(problem(typed, `duplicate entries for key ${found.key}`))
      seen.add(found.key)
      step = found.key
    }
    check({ type: type.items, value, path: typed.path + step }, problems)
  }
}

/** The message about a value that does not fit a scalar type; undefined if it fits. */
export function scalarProblem(kind: MergeType['kind'], value: PatchValue): string | undefined {
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goText(value)}}`
    case 'int32':
    case 'int64':
      return isNumber ? undefined : `expected numeric (int or float), got ${goType(value)}`
    case 'any':
      return undefined
    default:
      if (isNumber || typeof value === 'string' || typeof value === 'boolean') return undefined
      return `expected any scalar, got &{${goText(value)}}`
  }
}

function problem({ path }: TypedValue, message: string): string {
  return path === '' ? message : `${path}: ${message}`
}
