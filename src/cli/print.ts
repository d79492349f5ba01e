// Prints findings as text: position, message, the line with a pointer under it, the resource and the hint.

import type { Diagnostic, Position } from '../lib/model/index.ts'
import { describe, describeInner, visible, visibleLines } from '../lib/model/index.ts'
import { groupFindings, othersLine } from './group-findings.ts'

/** Number of characters of a long line that are shown around the pointer. */
const WIDTH = 100

export interface PrintOptions {
  /** Whether severities have the colours of a terminal. */
  readonly coloured?: boolean
}

/**
 * The errors and warnings as text, one after the other; '' if there are none. Equal findings about three or more resources are shown once.
 * Infos are left to `results` and to the commands that print them.
 */
export function printDiagnostics(diagnostics: readonly Diagnostic[], { coloured = false }: PrintOptions = {}): string {
  return groupFindings(diagnostics.filter(({ severity }) => severity !== 'info'))
    .map(({ first, others }) => {
      const text = printDiagnostic(first)
      const shown = coloured ? withColour(text, first) : text
      return others.length === 0 ? shown : `${shown}      = ${visible(othersLine(others))}\n`
    })
    .join('')
}

const COLOURS = { error: '\x1b[1;31m', warning: '\x1b[1;33m', info: '\x1b[1;36m' }

/** Colours the severity in the first line of a finding, but not texts from manifests, so that these cannot imitate the program's output. */
function withColour(text: string, diagnostic: Diagnostic): string {
  const { severity, code } = diagnostic
  const start = visible(whereOf(diagnostic)).length
  const word = `${severity}[${code}]`
  return `${text.slice(0, start)}${COLOURS[severity]}${word}\x1b[0m${text.slice(start + word.length)}`
}

/**
 * One finding, with a line end.
 * @example
 * apps/web.yaml:14:36: error[template-unknown]: template "grpc-agnet" is not in the injector config
 *    14 |         inject.istio.io/templates: grpc-agnet
 *       |                                    ^^^^^^^^^^
 *       = Deployment shop/web, hint: known templates: gateway, grpc-agent, sidecar
 */
export function printDiagnostic(diagnostic: Diagnostic): string {
  const { at, code, severity, message } = diagnostic
  const lines = [`${visible(whereOf(diagnostic))}${severity}[${code}]: ${messageLines(message)}`]
  if (at?.lineText !== undefined) lines.push(...excerpt(at, at.lineText, isLineUnknown(diagnostic) ? at.inside?.line : at.line))
  const facts: string[] = []
  if (at?.inside !== undefined && !isLineUnknown(diagnostic)) facts.push(visible(describeInner(at.inside)))
  if (diagnostic.resource !== undefined) facts.push(visible(describe(diagnostic.resource)))
  if (diagnostic.hint !== undefined) facts.push(`hint: ${indented(diagnostic.hint.trimEnd().split('\n'))}`)
  if (facts.length > 0) lines.push(`      = ${facts.join(', ')}`)
  return `${lines.join('\n')}\n`
}

/** The position of a finding as text. An item of a ResourceList has the name of its original file, without a line. */
function whereOf(diagnostic: Diagnostic): string {
  const { at, file } = diagnostic
  if (at?.inside !== undefined && isLineUnknown(diagnostic)) return `${describeInner(at.inside)}: `
  if (file !== undefined) return `${file.path}${file.index ? ` (document ${file.index + 1})` : ''}: `
  return at === undefined ? '' : `${at.file}:${at.line}:${at.column}: `
}

/** Whether the line number is not one of a file that the user has. */
function isLineUnknown({ at, file }: Diagnostic): boolean {
  return file !== undefined || (at?.inside !== undefined && at.file.startsWith('<'))
}

function excerpt(at: Position, lineText: string, line: number | undefined): string[] {
  // Of a line that is not shown to its end, the pointer stands under what is left out.
  const column = Math.max(1, Math.min(at.column, lineText.length))
  const start = lineText.length > WIDTH ? Math.max(0, column - 1 - WIDTH / 2) : 0
  const shown = lineText.slice(start, start + WIDTH)
  const before = visibleLines(shown.slice(0, column - 1 - start))
  const marked = visibleLines(shown.slice(column - 1 - start, column - 1 - start + Math.max(1, at.length ?? 1)))
  return [`${String(line ?? '').padStart(5)} | ${visibleLines(shown)}`, `      | ${before.replace(/[^\t]/g, ' ')}${'^'.repeat(Math.max(1, marked.length))}`]
}

/** The lines of a message: errors that Go's multierror lists have lines of their own. */
function messageLines(message: string): string {
  return indented(message.trimEnd().split(/\n(?=\t\* )/))
}

function indented(lines: readonly string[]): string {
  return lines.map(line => visible(line.trim())).join('\n        ')
}
