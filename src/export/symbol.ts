// Types of values that depend on the pod: expressions of CEL with their Go types, and texts with such parts.

import type { SchemaType } from '../lib/k8s/pod-schema.ts'
import type { GoValue } from '../lib/template/index.ts'

/** A value in a template: known, or dependent on the pod. */
export type Value = { readonly kind: 'go'; readonly value: GoValue } | SymbolicValue

export type SymbolicValue =
  /** `.` of the template: its fields are known by name. */
  | { readonly kind: 'root' }
  | TextValue
  | { readonly kind: 'bool'; readonly cel: string; readonly loop?: Loop | undefined }
  | { readonly kind: 'int'; readonly cel: string; readonly loop?: Loop | undefined }
  | PodValue

/** A text with parts that depend on the pod. */
export interface TextValue {
  readonly kind: 'text'
  readonly parts: readonly Part[]
  /** Whether the text is the value between quotes, as `quote` makes it: then it can only be printed. */
  readonly isQuoted?: true
  readonly loop?: Loop | undefined
}

/** A constant text, or an expression of type string. */
export type Part = string | { readonly cel: string }

/** A value of the pod. */
export interface PodValue {
  readonly kind: 'pod'
  readonly type: SchemaType
  /** An expression that always has a value, or one of type optional. */
  readonly cel: string
  readonly isOptional: boolean
  /** Text that is printed if the value is missing. */
  readonly otherwise?: string
  readonly loop?: Loop | undefined
}

/** A range over the containers of the pod. */
export interface Loop {
  /** The variable of the element in CEL. */
  readonly variable: string
  /** `containers` or `initContainers`. */
  readonly list: string
}

/** A condition that depends on the pod. */
export interface Condition {
  readonly cel: string
  /** The range whose element it looks at. */
  readonly loop?: Loop | undefined
}

/** A value that does not depend on the pod. */
export function goValue(value: GoValue): Value {
  return { kind: 'go', value }
}

/** A text in CEL: `"a" + string(x)`. */
export function textCel(parts: readonly Part[]): string {
  const texts = parts.filter(part => part !== '').map(part => (typeof part === 'string' ? celText(part) : part.cel))
  return texts.length === 0 ? '""' : texts.join(' + ')
}

/** A literal of type string. */
export function celText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ud800-\udfff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
