// The types of values in an unchecked apply configuration: JSON, 64-bit integers, and other Go values, which no schema accepts.

import type { Json } from '../../model/index.ts'

export type PatchValue = null | boolean | number | bigint | string | GoValue | PatchValue[] | PatchObject
export interface PatchObject {
  [key: string]: PatchValue
}

/** A value that is not JSON, such as a duration or CEL's null: it fits no field, and errors print it as Go does. */
export class GoValue {
  /** Its type as Go's `%T` prints it. */
  readonly goType: string
  /** The value as Go's `%v` prints it. */
  readonly plain: string
  /** The value as Go's `%#v` prints it. */
  readonly syntax: string

  constructor(goType: string, plain: string, syntax: string = plain) {
    this.goType = goType
    this.plain = plain
    this.syntax = syntax
  }
}

/** Whether a value is an object. */
export function isPatchObject(value: PatchValue): value is PatchObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof GoValue)
}

/** The text of a value as Go's `%v` prints it. */
export function goText(value: PatchValue): string {
  if (value instanceof GoValue) return value.plain
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isPatchObject(value)) return String(value)
  return `map[${Object.keys(value)
    .sort()
    .map(key => `${key}:${goText(value[key] ?? null)}`)
    .join(' ')}]`
}

/** The text of a value as Go's `%#v` prints it. */
export function goSyntax(value: PatchValue): string {
  if (value instanceof GoValue) return value.syntax
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `${goType(value)}{${value.map(goSyntax).join(', ')}}`
  if (!isPatchObject(value)) return goText(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${goType(value)}{${entries.map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`).join(', ')}}`
}

/** The type of a value as Go's `%T` prints it. */
export function goType(value: PatchValue): string {
  if (value instanceof GoValue) return value.goType
  if (Array.isArray(value)) return '[]interface {}'
  if (isPatchObject(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'bigint' ? 'int64' : typeof value === 'boolean' ? 'bool' : typeof value
}

/** A key field or set item as a path element prints it. */
export function keyText(value: PatchValue | Json): string {
  return typeof value === 'string' ? JSON.stringify(value) : goText(value as PatchValue)
}
