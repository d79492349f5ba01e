// Formats a report as workflow commands of GitHub Actions, which become annotations on the changed files.

import { type Diagnostic, describe, type Severity, visible } from '../../lib/model/index.ts'
import { findingPosition, type Report, visibleLinesOf } from './report.ts'

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/** The report as workflow commands, one line for each finding. */
export function formatGithub({ findings, explained }: Report): string {
  // There is room for ten annotations of a kind: none of them for what is as it should be.
  const shown = explained === undefined ? findings.filter(({ severity }) => severity !== 'info') : findings
  return shown.map(line).join('')
}

function line(finding: Diagnostic): string {
  const { severity, code, resource } = finding
  const place = findingPosition(finding)
  const properties: [string, string][] = []
  if (place !== undefined) properties.push(['file', place.path.replace(/[^\r\n]+/g, visible)])
  if (place?.at !== undefined) {
    const { line, column, length } = place.at
    properties.push(['line', String(line)], ['col', String(column)])
    if (length !== undefined) properties.push(['endColumn', String(column + length)])
  }
  properties.push(['title', code])
  const whose = resource === undefined ? '' : `${visible(describe(resource))}: `
  const message = `${whose}${visibleLinesOf(finding).join('\n')}`
  return `::${COMMANDS[severity]} ${properties.map(([key, value]) => `${key}=${escapedProperty(value)}`).join(',')}::${escapedData(message)}\n`
}

/** Escapes the data of a command: a line end in a message would end it, and the next line could be another command. */
function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
