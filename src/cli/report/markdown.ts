// A report in Markdown, for comments on pull requests and job summaries.

import { type Decision, type Diagnostic, describe } from '../../lib/model/index.ts'
import { placeOf, type Report } from './report.ts'

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
  const place = placeOf(finding)
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

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Text that stays text: no HTML, no markup, no end of the cell. */
function text(raw: string): string {
  return raw
    .trim()
    .replace(/[\\`*_{}[\]|~#@!]/g, '\\$&')
    .replace(/[&<>]/g, char => ENTITIES[char] ?? char)
    .replace(/\r?\n/g, '<br>')
}

function code(raw: string): string {
  const clean = raw.replace(/\s+/g, ' ').replaceAll('|', '\\|')
  const fence = '`'.repeat(Math.max(0, ...[...clean.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1)
  return fence.length === 1 ? `\`${clean}\`` : `${fence} ${clean} ${fence}`
}
