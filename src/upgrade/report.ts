// Prints the whole report of an upgrade in Markdown, as a file or for a pull request.

import { hunkText } from './difference.ts'
import type { ImageChanges } from './images.ts'
import { block, code, codeCell } from './markdown.ts'
import { byRestart, type ChangedWorkload, type ChangeGroup, type Finding, restartsByNamespace, type UpgradeModel } from './model.ts'
import { RESTARTS } from './restart.ts'

/**
 * The report; the same input gives the same bytes.
 * @example upgradeReport(upgradeModel({ from: 'istio-1.29', to: 'istio-1.31', workloads, budgets: [], diagnostics: { from: [], to: [] } }))
 */
export function upgradeReport(model: UpgradeModel): string {
  const sections = [
    summary(model),
    errorSection(model),
    restartSection(model.changed),
    imageSection(model.images),
    decisionSection(model),
    changeSection(model.groups),
    warningSection(model.warnings),
  ]
  return sections.filter(section => section !== '').join('\n')
}

/** The headline and the numbers. */
export function summary({ from, to, workloads, changed, unchanged, failed }: UpgradeModel): string {
  const restarting = changed.filter(({ restart }) => restart === 'restart' || restart === 'recreate').length
  const facts = [`changed ${changed.length}`, `to be restarted or created again ${restarting}`, `unchanged ${unchanged}`, `failed ${failed}`]
  return `# Sidecars: ${code(from)} → ${code(to)}\n\n**${count(workloads, 'workload')}**: ${facts.join(', ')}.\n`
}

function errorSection({ from, to, errors }: UpgradeModel): string {
  const parts = (
    [
      [errors.from, from],
      [errors.to, to],
    ] as const
  ).map(([findings, name]) => (findings.length === 0 ? '' : `With ${code(name)}:\n\n${list(findings.map(findingLine))}`))
  const text = parts.filter(part => part !== '').join('\n')
  return text === '' ? '' : `## Errors\n\n${text}`
}

/** One finding, in Markdown. */
export function findingLine({ code: name, message, resource }: Finding): string {
  return `${resource === undefined ? '' : `${code(resource)}: `}${code(message)} (${name})`
}

function restartSection(changed: readonly ChangedWorkload[]): string {
  const parts = [...byRestart(changed)].map(([kind, workloads]) => `${RESTARTS[kind]} (${count(workloads.length, 'workload')}):\n\n${names(workloads)}`)
  return parts.length === 0 ? '' : `## Restarts\n\n${parts.join('\n')}${budgetPart(changed)}`
}

function budgetPart(changed: readonly ChangedWorkload[]): string {
  const rows = restartsByNamespace(changed).flatMap(({ namespace, budgets }) =>
    budgets.map(({ name, limit, ...budget }) => {
      const selected = changed.filter(({ budgets: of }) => of.some(each => each.name === name && each.namespace === budget.namespace))
      return `${code(`${namespace}/${name}`)}${limit === '' ? '' : ` (${code(limit)})`}: ${count(selected.length, 'workload')}`
    }),
  )
  return rows.length === 0 ? '' : `\nPodDisruptionBudgets that select these pods. They limit the draining of nodes, but not a rolling update:\n\n${list(rows)}`
}

/** A table of images by container. */
export function imageSection({ changes, added, removed }: ImageChanges): string {
  if (changes.length === 0) return ''
  const cell = (image: string | undefined) => (image === undefined ? '–' : codeCell(image))
  const rows = changes.map(({ container, from, to, workloads }) => `| ${codeCell(container)} | ${cell(from)} | ${cell(to)} | ${workloads} |\n`)
  const lines = [
    ...(added.length === 0 ? [] : [`New: ${added.map(code).join(', ')}`]),
    ...(removed.length === 0 ? [] : [`No longer used: ${removed.map(code).join(', ')}`]),
  ]
  return `## Images\n\n| container | from | to | workloads |\n|---|---|---|---|\n${rows.join('')}${lines.length === 0 ? '' : `\n${list(lines)}`}`
}

/** Workloads that get a sidecar for the first time, and those that lose it. The full text would be less clear. */
function decisionSection({ gained, lost }: UpgradeModel): string {
  const parts = [
    ...(gained.length === 0 ? [] : [`Injected from now on (${count(gained.length, 'workload')}):\n\n${names(gained)}`]),
    ...(lost.length === 0 ? [] : [`No longer injected (${count(lost.length, 'workload')}):\n\n${names(lost)}`]),
  ]
  return parts.length === 0 ? '' : `## Other decisions\n\n${parts.join('\n')}`
}

function changeSection(groups: readonly ChangeGroup[]): string {
  if (groups.length === 0) return ''
  const parts = groups.map(
    ({ hunks, workloads }, i) => `### Change ${i + 1}: ${count(workloads.length, 'workload')}\n\n${names(workloads)}\n${block('diff', hunkText(hunks))}`,
  )
  return `## Changes\n\nChanges of the pod templates. List items are identified by their names.\n\n${parts.join('\n')}`
}

function warningSection(warnings: readonly Finding[]): string {
  return warnings.length === 0 ? '' : `## New warnings\n\n${list(warnings.map(findingLine))}`
}

const SHOWN = 10

/** A list of names; a longer one is folded. */
function names(workloads: readonly ChangedWorkload[]): string {
  const items = list(workloads.map(({ name, file }) => `${code(name)} in ${code(file)}`))
  return workloads.length <= SHOWN ? items : `<details><summary>${count(workloads.length, 'workload')}</summary>\n\n${items}\n</details>\n`
}

/** A list in Markdown. */
export function list(lines: readonly string[]): string {
  return lines.map(text => `- ${text}\n`).join('')
}

/** A number with its noun: `1 workload`, `2 workloads`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
