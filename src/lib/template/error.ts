// The error of a template: Go's text, and the position in the template for a message with a caret (documentation of text/template).

import { sprintf } from '../go/fmt.ts'
import { byteLength } from '../go/utf8.ts'
import type { GoValue } from '../go/value.ts'

/** A text that was parsed, under the name that errors give it. Several templates may come from one text. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** Whether a template failed to parse or to execute. */
export type TemplatePhase = 'parse' | 'exec'

/** The text and position of an error. */
export interface TemplateErrorFacts {
  readonly phase: TemplatePhase
  readonly source: Source
  /** UTF-16 offset into the text. */
  readonly offset: number
  /** The template that was executing. */
  readonly executing?: string
  /** The node at fault, as Go prints it. */
  readonly node?: string
}

/**
 * An error of parsing or executing a template. `message` is Go's text, to the byte:
 * `template: inject:3:7: executing "inject" at <.a.b>: can't evaluate field b in type string`.
 */
export class TemplateError extends Error {
  readonly phase: TemplatePhase
  /** Name of the text that the error is in. */
  readonly template: string
  /** The template that was executing; undefined for a parse error. */
  readonly executing: string | undefined
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units; Go's own column in `message` counts bytes from 0. */
  readonly column: number
  /** The whole line, for a pointer under it. */
  readonly lineText: string
  /** The node at fault as Go prints it; '' for a parse error. */
  readonly node: string
  /** The message without name, position and node. */
  readonly reason: string

  constructor(message: string, reason: string, facts: TemplateErrorFacts, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TemplateError'
    const { text } = facts.source
    const lineStart = text.lastIndexOf('\n', facts.offset - 1) + 1
    const lineEnd = text.indexOf('\n', facts.offset)
    this.phase = facts.phase
    this.template = facts.source.name
    this.executing = facts.executing
    this.line = lineAt(text, facts.offset)
    this.column = facts.offset - (facts.offset === 0 ? 0 : lineStart) + 1
    this.lineText = text.slice(facts.offset === 0 ? 0 : lineStart, lineEnd < 0 ? text.length : lineEnd)
    this.node = facts.node ?? ''
    this.reason = reason
  }
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** A parse error: `template: NAME:LINE: …`. Where the name holds a percent sign Go formats it too, and so it must be here. */
export function parseError(source: Source, offset: number, { format, args }: { format: string; args: readonly GoValue[] }): TemplateError {
  const head = `template: ${source.name}:${lineAt(source.text, offset)}: `
  return new TemplateError(sprintf(head + format, ...args), sprintf(format, ...args), { phase: 'parse', source, offset })
}

/** An error at a node of a template that is being executed. */
export interface ExecFault {
  readonly source: Source
  readonly executing: string
  readonly offset: number
  readonly node: string
  readonly format: string
  readonly args: readonly GoValue[]
  readonly cause?: unknown
}

/** An execution error: `template: NAME:LINE:COLUMN: executing "NAME" at <NODE>: …`, columns in bytes from 0. */
export function execError({ source, executing, offset, node, format, args, cause }: ExecFault): TemplateError {
  const before = source.text.slice(0, offset)
  const column = byteLength(before.slice(before.lastIndexOf('\n') + 1))
  const location = `${source.name}:${lineAt(source.text, offset)}:${column}`
  // Go doubles the percent signs of everything but the location before it formats the whole.
  const name = sprintf('%q', executing).replaceAll('%', '%%')
  const head = `template: ${location}: executing ${name} at <${node.replaceAll('%', '%%')}>: `
  const facts = { phase: 'exec', source, offset, executing, node } as const
  return new TemplateError(sprintf(head + format, ...args), sprintf(format, ...args), facts, cause === undefined ? undefined : { cause })
}
