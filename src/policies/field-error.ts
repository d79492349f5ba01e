// One validation error of the API server about a field, with its message (k8s.io/apimachinery/pkg/util/validation/field).

import type { Issue } from '../lib/cel/index.ts'
import type { FieldPath, Json } from '../lib/model/index.ts'

export interface FieldError {
  readonly field: FieldPath
  /** `Required value: …`, `Invalid value: "x": …`. */
  readonly reason: string
  /** Of an expression that does not compile: what is wrong with it, and where. */
  readonly issues?: readonly Issue[]
  readonly expression?: string
}

/** The finding about a field that is missing. */
export function required(field: FieldPath, detail = ''): FieldError {
  return { field, reason: `Required value${detail === '' ? '' : `: ${detail}`}` }
}

/** The finding about a value that is not allowed. */
export function invalid(field: FieldPath, value: Json, detail: string): FieldError {
  return { field, reason: `Invalid value: ${JSON.stringify(value)}: ${detail}` }
}

/** The finding about a field that may not be set. */
export function forbidden(field: FieldPath, detail: string): FieldError {
  return { field, reason: `Forbidden: ${detail}` }
}

/** The finding about a value that occurs twice in a list. */
export function duplicate(field: FieldPath, value: Json): FieldError {
  return { field, reason: `Duplicate value: ${JSON.stringify(value)}` }
}

/** The finding about a list that is too long. */
export function tooMany(field: FieldPath, actual: number, most: number): FieldError {
  return { field, reason: `Too many: ${actual}: must have at most ${most} items` }
}

/** The finding about a value outside of a fixed set; `supported` lists the allowed values in the order in which they are printed. */
export function unsupported(field: FieldPath, value: Json, supported: readonly string[]): FieldError {
  return { field, reason: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map(name => JSON.stringify(name)).join(', ')}` }
}

/** `spec.mutations[0].patchType`, as the API server writes it. */
function fieldText(path: FieldPath): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
}

/** The message with which the API server refuses an object of `kind`. */
export function refusalText(kind: string, name: string, errors: readonly FieldError[]): string {
  const texts = errors.map(({ field, reason }) => `${fieldText(field)}: ${reason}`)
  return `${kind}.admissionregistration.k8s.io ${JSON.stringify(name)} is invalid: ${texts.length === 1 ? texts.join() : `[${texts.join(', ')}]`}`
}
