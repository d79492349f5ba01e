// Errors of a strategic merge patch, with the messages of apimachinery's mergepatch and strategicpatch packages.

import type { Json, JsonObject } from '../lib/model/index.ts'
import { isObject } from '../lib/model/index.ts'

/** A patch that Kubernetes rejects; the message is the error text of its library. */
export class MergeError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MergeError'
  }
}

/** The error about an element without its merge key. */
export function noMergeKey(element: JsonObject, mergeKey: string): MergeError {
  return new MergeError(`map: ${goText(element)} does not contain declared merge key: ${mergeKey}`)
}

/** The error about an unknown `$patch` directive. */
export function unknownPatchType(directive: Json, patch: JsonObject): MergeError {
  const shown = typeof directive === 'string' ? directive : directive === null ? '%!s(<nil>)' : `%!s(${goType(directive)}=${goText(directive)})`
  return new MergeError(`unknown patch type: ${shown} in map: ${goText(patch)}`)
}

/** The error about a value that is not a list or a map. */
export function wrongType(expected: 'list' | 'map', actual: Json): MergeError {
  const wanted = expected === 'list' ? '[]interface {}' : 'map[string]interface {}'
  return new MergeError(`expected a ${wanted}, but received a ${actual === null ? '%!s(<nil>)' : goType(actual)}`)
}

/**
 * Refuses a map or a list, with which Go panics in the lookup of a set.
 * @throws MergeError
 */
export function requireHashable(list: readonly Json[]): void {
  const compound = list.find(item => typeof item === 'object' && item !== null)
  if (compound !== undefined) throw new MergeError(`runtime error: hash of unhashable type ${goType(compound)}`)
}

/** The text of a value as Go's %v prints it: `map[a:1 b:<nil>]`, `[x y]`. */
export function goText(value: Json): string {
  if (value === null) return '<nil>'
  if (typeof value === 'number') return numberText(value)
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isObject(value)) return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`
}

/** The Go type that a JSON value decodes to; a whole number is an int64. */
export function goType(value: Json): string {
  if (value === null) return 'nil'
  if (Array.isArray(value)) return '[]interface {}'
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return isInt64(value) ? 'int64' : 'float64'
    default:
      return 'map[string]interface {}'
  }
}

function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63
}

/** A float as Go's %g prints it: the exponent form below 1e-4 and from 1e6 on, with two digits in the exponent. */
function numberText(value: number): string {
  if (isInt64(value)) return BigInt(value).toString()
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return String(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}
