// Prints values as Go's errors do, with the types of its YAML package.

import type { Json } from '../model/index.ts'
import { formatG } from './scalar.ts'

/**
 * A value as Go's `%#v` prints it.
 * @example goSyntax(['a', null]) // '[]interface {}{"a", interface {}(nil)}'
 */
export function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : formatG(value)
  if (typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.keys(value)
    .sort()
    .map(key => `${JSON.stringify(key)}:${goSyntax(value[key] ?? null)}`)
  return `map[interface {}]interface {}{${entries.join(', ')}}`
}
