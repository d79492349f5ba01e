// Formats a report in Markdown, for comments on pull requests and job summaries.

import { type Decision, type Diagnostic, describe } from '../../lib/model/index.ts'
import { code, table, text } from './markdown-text.ts'
import { findingPosition, type Report } from './report.ts'

/** The report in Markdown, under a heading of level 2. */
export function formatMarkdown({ command, findings, files, explained }: Report): string {
  const changed = files.filter(file => file.changed)
  const shown = explained === undefined ? findings.filter(({ severity }) => severity !== 'info') : findings
  const parts = [`## inject-sidecars ${command}\n`]
  if (explained !== undefined) parts.push(table(['Workload', 'Injected by', 'Why'], explained.decisions.map(decisionRow)))
  if (shown.length > 0) parts.push(table(['', 'Code', 'Where', 'What'], shown.map(findingRow)))
  if (changed.length > 0) parts.push(changed.map(({ path }) => `- ${code(path)}\n`).join(''))
  if (parts.length === 1) parts.push('Nothing found.\n')
  return parts.join('\n')
}

function findingRow(finding: Diagnostic): string[] {
  const { severity, message, hint, resource } = finding
  const place = findingPosition(finding)
  const where = place === undefined ? '' : code(place.at === undefined ? place.path : `${place.path}:${place.at.line}`)
  const whose = resource === undefined ? '' : text(describe(resource))
  return [
    severity,
    code(finding.code),
    [where, whose].filter(part => part !== '').join('<br>'),
    hint === undefined ? text(message) : `${text(message)}<br>_${text(hint)}_`,
  ]
}

function decisionRow({ workload, injections, because }: Decision): string[] {
  const by = injections.map(({ injector }) => (injector.kind === 'istio' ? `Istio (${injector.revision})` : injector.name))
  return [text(describe(workload.resource.ref)), text(by.join(', ')) || '–', because.map(({ message }) => text(message)).join('<br>')]
}
