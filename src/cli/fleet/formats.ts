// Formats the result of `report`: a table for a terminal, JSON for programs and for merging, Markdown for a pull request, the fleet page.

import { fleetPage } from '#pages'
import { countsOf, summaryOf } from '../../fleet/counts.ts'
import { FLEET_SCHEMA, type FleetFinding, type FleetReport, type FleetWorkload, STATE_NAMES, STATES } from '../../fleet/types.ts'
import { visible, visibleJson, visibleLines } from '../../lib/model/index.ts'
import { code, table, text } from '../report/markdown-text.ts'
import { VERSION } from '../version.ts'

export type FleetFormat = 'text' | 'json' | 'markdown' | 'html'

export const FLEET_FORMATS: Readonly<Record<FleetFormat, (report: FleetReport) => string>> = {
  text: formatText,
  json: formatJson,
  markdown: formatMarkdown,
  // Pages are loaded when one is made.
  html: report => fleetPage(report),
}

/** One row for each workload, in columns; the summary below. */
function formatText(report: FleetReport): string {
  const isMerged = report.workloads.some(({ source }) => source !== undefined)
  const header = [...(isMerged ? ['REPORT'] : []), 'NAMESPACE', 'WORKLOAD', 'STATE', 'PROXY', 'NATIVE', 'INJECTORS', 'POLICIES', 'WHERE']
  const rows = report.workloads.map(workload => [...(isMerged ? [workload.source ?? '-'] : []), ...cellsOf(workload)].map(visible))
  const widths = header.map((title, i) => Math.max(title.length, ...lengths(rows, i)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  const lines = rows.length === 0 ? [] : [header, ...rows].map(line)
  return `${[...lines.map(visibleLines), visible(summaryOf(countsOf(report)))].join('\n')}\n`
}

/** The lengths one by one: a hundred thousand rows are too many arguments for one call. */
function* lengths(rows: readonly (readonly string[])[], column: number): Generator<number> {
  let longest = 0
  for (const row of rows) longest = Math.max(longest, row[column]?.length ?? 0)
  yield longest
}

function cellsOf(workload: FleetWorkload): string[] {
  const { namespace, kind, name, state, proxy, injectors, policies, findings, drift } = workload
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const warned = warnings === 0 ? '' : `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`
  const drifted = drift !== undefined && drift.groups.length > 0 ? `, drift: ${drift.pods - drift.same} of ${drift.pods} pods` : ''
  return [
    namespace,
    `${kind}/${name}`,
    `${STATE_NAMES[state].toLowerCase().replace('git', 'Git')}${warned}${drifted}`,
    proxy === undefined ? '-' : (proxy.version ?? proxy.image),
    proxy === undefined ? '-' : proxy.native ? 'yes' : 'no',
    injectors.join(',') || '-',
    policies.join(',') || '-',
    whereOf(workload) ?? '-',
  ]
}

function whereOf({ file, line }: Pick<FleetWorkload, 'file' | 'line'>): string | undefined {
  return file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`
}

/** The report as JSON, in the form of fn-config/report.schema.json. */
function formatJson({ workloads, findings, pods }: FleetReport): string {
  const report = { command: 'report', schema: FLEET_SCHEMA, version: VERSION, workloads, findings, ...(pods === undefined ? {} : { pods }) }
  return `${visibleJson(JSON.stringify(report, null, 1))}\n`
}

const ROWS_SHOWN = 500

/** The report in Markdown: first the workloads that need attention; if there are many others, only their number. */
function formatMarkdown(report: FleetReport): string {
  const counts = countsOf(report)
  const rank = ({ state }: FleetWorkload) => STATES.indexOf(state)
  const sorted = report.workloads.toSorted((a, b) => rank(a) - rank(b))
  const shown = sorted.slice(0, ROWS_SHOWN)
  const isMerged = report.workloads.some(({ source }) => source !== undefined)
  const header = [...(isMerged ? ['Report'] : []), 'Namespace', 'Workload', 'State', 'Proxy', 'Injectors', 'Where']
  const row = (workload: FleetWorkload) => [
    ...(isMerged ? [text(workload.source ?? '')] : []),
    text(workload.namespace),
    text(`${workload.kind} ${workload.name}`),
    STATE_NAMES[workload.state],
    workload.proxy === undefined ? '–' : `${code(workload.proxy.version ?? workload.proxy.image)}${workload.proxy.native ? ' native' : ''}`,
    workload.injectors.map(code).join(', ') || '–',
    whereOf(workload) === undefined ? '–' : code(whereOf(workload) ?? ''),
  ]
  const findings = [...report.findings, ...sorted.flatMap(workload => workload.findings)].filter(({ severity }) => severity === 'error')
  return [
    '## inject-sidecars report\n',
    `${text(summaryOf(counts))}\n`,
    ...(findings.length === 0 ? [] : [table(['Code', 'Where', 'What'], findings.slice(0, ROWS_SHOWN).map(findingRow))]),
    ...(shown.length === 0 ? [] : [table(header, shown.map(row))]),
    ...(shown.length === sorted.length ? [] : [`and ${sorted.length - shown.length} more workloads; \`-o json\` and \`--html\` show all\n`]),
  ].join('\n')
}

function findingRow({ code: name, message, hint, ...place }: FleetFinding): string[] {
  const where = whereOf(place)
  return [code(name), where === undefined ? '–' : code(where), hint === undefined ? text(message) : `${text(message)}<br>_${text(hint)}_`]
}
