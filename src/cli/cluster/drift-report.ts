// Formats the result of `verify --pods` and `verify --running`: how running pods differ from the rendered ones.

import type { Difference, DriftGroup, DriftReport, WorkloadDrift } from '../../drift/drift.ts'
import { MEANINGS, pathText, shownAt } from '../../drift/text.ts'
import { describe, type Position, visibleJson, visibleWithTabs, withoutSecretValues } from '../../lib/model/index.ts'
import { code, table, text } from '../report/markdown-text.ts'
import { VERSION } from '../version.ts'
import type { Verdict } from './verify.ts'

export type DriftFormat = 'text' | 'json' | 'markdown'

export const DRIFT_FORMATS: Readonly<Record<DriftFormat, (report: DriftReport) => string>> = {
  text: formatText,
  json: formatJson,
  markdown: formatMarkdown,
}

/** Result of a dry run for a workload. */
export function verdictText({ outcome, differences }: Verdict): string {
  const lines = differences.map(
    ({ path, rendered, running }) => `  ${pathText(path)}: here ${shownAt(path, rendered)}, in the cluster ${shownAt(path, running)}`,
  )
  return `${[`${nameOf(outcome)}: ${lines.length === 0 ? 'the same as in the cluster' : 'differs'}`, ...lines].map(visibleWithTabs).join('\n')}\n`
}

const DIFFERENCES_SHOWN = 20

function formatText(report: DriftReport): string {
  const lines = report.workloads.flatMap(workload => [headline(workload), ...workload.groups.flatMap(groupLines)])
  return `${[...lines, summary(report)].map(visibleWithTabs).join('\n')}\n`
}

function headline({ workload, pods, same }: WorkloadDrift): string {
  const outcome = pods === 0 ? 'no pod runs' : same === pods ? `${count(pods, 'pod')} as rendered` : `${pods - same} of ${count(pods, 'pod')} not as rendered`
  return `${nameOf({ workload })}: ${outcome}`
}

function groupLines(group: DriftGroup): string[] {
  const shown = group.differences.slice(0, DIFFERENCES_SHOWN)
  const rest = group.differences.length - shown.length
  return [
    `  ${MEANINGS[group.kind]}: ${podNames(group)}`,
    ...shown.map(difference => `    ${pathText(difference.path)}: ${sides(difference)}`),
    ...(rest === 0 ? [] : [`    and ${rest} more; -o json shows all`]),
  ]
}

function podNames({ pods, names }: DriftGroup): string {
  return `${names.join(', ')}${pods > names.length ? ` and ${pods - names.length} more` : ''}`
}

function sides({ path, rendered, running }: Difference): string {
  return `rendered ${shownAt(path, rendered)}, running ${shownAt(path, running)}`
}

function summary({ workloads, pods, ended, others }: DriftReport): string {
  const compared = workloads.reduce((sum, workload) => sum + workload.pods, 0)
  const same = workloads.reduce((sum, workload) => sum + workload.same, 0)
  const beside = [...(ended === 0 ? [] : [`${ended} ended`]), ...(others === 0 ? [] : [`${others} of no workload here`])]
  const rest = beside.length === 0 ? '' : `; ${count(pods, 'pod')} in all: ${beside.join(', ')}`
  return `${count(workloads.length, 'workload')}, ${count(compared, 'pod')}: ${same} as rendered, ${compared - same} not${rest}`
}

function formatJson(report: DriftReport): string {
  const workloads = report.workloads.map(({ workload, pods, same, groups }) => ({
    workload: { ...workload.resource.ref, namespace: workload.namespace },
    ...positionJson(workload.resource.source.positionOf([...workload.resource.path, 'metadata', 'name'])),
    pods,
    same,
    groups: groups.map(group => ({ ...group, differences: group.differences.map(differenceJson) })),
  }))
  return `${visibleJson(JSON.stringify({ command: 'verify', version: VERSION, ...report, workloads }, null, 2))}\n`
}

function differenceJson({ path, rendered, running, ...rest }: Difference): object {
  return {
    path: pathText(path),
    ...(rendered === undefined ? {} : { rendered: withoutSecretValues({ path, value: rendered }) }),
    ...(running === undefined ? {} : { running: withoutSecretValues({ path, value: running }) }),
    ...rest,
  }
}

function positionJson({ file, line, column }: Position): object {
  return { file, line, column }
}

function formatMarkdown(report: DriftReport): string {
  const rows = report.workloads.flatMap(workload =>
    workload.groups.map(group => {
      const differences = group.differences.slice(0, DIFFERENCES_SHOWN).map(difference => `${code(pathText(difference.path))}: ${text(sides(difference))}`)
      const rest = group.differences.length - differences.length
      return [
        text(nameOf(workload)),
        `${group.pods} of ${workload.pods}<br>${text(podNames(group))}`,
        text(MEANINGS[group.kind]),
        [...differences, ...(rest === 0 ? [] : [`and ${rest} more`])].join('<br>'),
      ]
    }),
  )
  const idle = report.workloads.filter(({ pods }) => pods === 0).map(workload => `- ${text(nameOf(workload))}\n`)
  return [
    '## inject-sidecars verify\n',
    `${text(summary(report))}\n`,
    ...(rows.length === 0 ? [] : [table(['Workload', 'Pods', 'What', 'Where'], rows)]),
    ...(idle.length === 0 ? [] : [`No pod runs of:\n\n${idle.join('')}`]),
  ].join('\n')
}

function nameOf({ workload }: Pick<WorkloadDrift, 'workload'>): string {
  return describe({ ...workload.resource.ref, namespace: workload.namespace })
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
