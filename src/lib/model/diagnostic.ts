// A finding: a stable code, a message, a position and a hint.

import type { DiagnosticCode } from './codes.ts'
import type { FieldPath } from './json.ts'

export type Severity = 'error' | 'warning' | 'info'

/** A place in a text. Lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The text of that line, for the pointer under the message. */
  readonly lineText?: string
  /** Number of characters that the pointer underlines. */
  readonly length?: number
  /** The position in an inner text with its own name, such as a template in the file. If the text is in no file, `file` is in angle brackets. */
  readonly inside?: InnerPosition
}

/** A place in a template, or in what one rendered. */
export interface InnerPosition {
  readonly text: 'template' | 'output of template'
  /** Name of the template. */
  readonly name: string
  readonly line: number
  readonly column: number
}

/** template sidecar:12:7 */
export function describeInner({ text, name, line, column }: InnerPosition): string {
  return `${text} ${name}:${line}:${column}`
}

export interface ResourceRef {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
  /** metadata.generateName, from which the API server makes the name of an object without one. */
  readonly generateName?: string
}

export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly message: string
  readonly hint?: string
  readonly resource?: ResourceRef
  readonly field?: FieldPath
  readonly at?: Position
  /** The file that the resource came from, when it reached us as an item of a ResourceList. */
  readonly file?: { readonly path: string; readonly index?: number }
}

/** An error that a user can correct. Bugs of this program are plain Errors. */
export class InjectError extends Error {
  readonly diagnostic: Diagnostic

  constructor(diagnostic: Omit<Diagnostic, 'severity'>, options?: ErrorOptions) {
    super(diagnostic.message, options)
    this.name = 'InjectError'
    this.diagnostic = { severity: 'error', ...diagnostic }
  }

  /** The error with the resource, field or position that the caller knows; facts that the error already has are kept. */
  with(facts: Partial<Pick<Diagnostic, 'resource' | 'field' | 'at' | 'file' | 'hint'>>): InjectError {
    return new InjectError({ ...facts, ...this.diagnostic }, { cause: this })
  }
}

/** A diagnostic of severity warning. */
export function warning(diagnostic: Omit<Diagnostic, 'severity'>): Diagnostic {
  return { severity: 'warning', ...diagnostic }
}

/** `Deployment shop/web`; `Job shop/migrate-*` for a generated name. */
export function describe({ kind, namespace, name, generateName }: ResourceRef): string {
  const shown = name === '' && generateName !== undefined ? `${generateName}*` : name
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${shown}`
}
