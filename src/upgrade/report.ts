// What a new configuration changes in the workloads of a repository, as a report for a pull request.

import { at, type Diagnostic, describe, type FieldPath, get, isObject, type Json, type JsonObject, type ResourceRef } from '../lib/model/index.ts'
import { difference } from './difference.ts'
import { type ImageChanges, imageChanges } from './images.ts'
import { block, code, codeCell } from './markdown.ts'
import { RESTARTS, type Restart, restartOf } from './restart.ts'

/** A workload under one of the two configurations. */
export interface Side {
  /** As it stands after the injection; as in the source when nothing injects it or there is an error. */
  readonly value: JsonObject
  readonly injected: boolean
  /** Whether it should be injected and cannot be. */
  readonly failed: boolean
}

export interface UpgradedWorkload {
  readonly ref: ResourceRef
  readonly podPath: FieldPath
  /** Where it stands. */
  readonly file: string
  readonly from: Side
  readonly to: Side
}

export interface UpgradeInput {
  /** What the configurations are called. */
  readonly from: string
  readonly to: string
  readonly workloads: readonly UpgradedWorkload[]
  readonly diagnostics: { readonly from: readonly Diagnostic[]; readonly to: readonly Diagnostic[] }
}

/**
 * The report in Markdown; the same input gives the same bytes.
 * @example upgradeReport({ from: 'istio-1.29', to: 'istio-1.31', workloads, diagnostics: { from: [], to: [] } })
 */
export function upgradeReport(input: UpgradeInput): string {
  const outcomes = input.workloads.map(outcomeOf)
  const changed = outcomes.filter(outcome => outcome.difference !== '')
  const images = imageChanges(outcomes.filter(({ failed }) => !failed).map(({ templates }) => templates))
  const sections = [
    summary(input, outcomes),
    errorSection(input),
    restartSection(changed),
    imageSection(images),
    decisionSection(outcomes),
    changeSection(changed.filter(({ workload }) => workload.from.injected && workload.to.injected)),
    warningSection(input),
  ]
  return sections.filter(section => section !== '').join('\n')
}

interface Outcome {
  readonly workload: UpgradedWorkload
  /** In Markdown. */
  readonly name: string
  readonly failed: boolean
  readonly templates: { readonly from: JsonObject; readonly to: JsonObject }
  /** '' when nothing changes, or the change is not known. */
  readonly difference: string
}

function outcomeOf(workload: UpgradedWorkload): Outcome {
  const { ref, podPath, file, from, to } = workload
  const failed = from.failed || to.failed
  const templates = { from: templateOf(from.value, podPath), to: templateOf(to.value, podPath) }
  return { workload, name: `${code(describe(ref))} in ${code(file)}`, failed, templates, difference: failed ? '' : difference(templates.from, templates.to) }
}

/** What makes a pod: our own annotations are left out, they never get into one. */
function templateOf(value: JsonObject, podPath: FieldPath): JsonObject {
  const template = at(value, podPath)
  const metadata = get(template, 'metadata')
  const annotations = get(metadata, 'annotations')
  if (!isObject(annotations)) return { metadata: metadata ?? {}, spec: get(template, 'spec') ?? {} }
  const kept: Json = Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith('inject-sidecars.dev/')))
  return { metadata: { ...(metadata as JsonObject), annotations: kept }, spec: get(template, 'spec') ?? {} }
}

function summary({ from, to }: UpgradeInput, outcomes: readonly Outcome[]): string {
  const changed = outcomes.filter(outcome => outcome.difference !== '')
  const restarting = changed.filter(({ workload }) => ['restart', 'recreate'].includes(restartOf(workload.to.value)))
  const failed = outcomes.filter(outcome => outcome.failed).length
  const same = outcomes.length - changed.length - failed
  const facts = [`changed ${changed.length}`, `to be restarted or created again ${restarting.length}`, `unchanged ${same}`, `failed ${failed}`]
  return `# Sidecars: ${code(from)} → ${code(to)}\n\n**${count(outcomes.length, 'workload')}**: ${facts.join(', ')}.\n`
}

function errorSection({ from, to, diagnostics }: UpgradeInput): string {
  const parts = (
    [
      ['from', from],
      ['to', to],
    ] as const
  ).map(([side, name]) => {
    const lines = diagnostics[side].filter(({ severity }) => severity === 'error').map(line)
    return lines.length === 0 ? '' : `With ${code(name)}:\n\n${list(lines)}`
  })
  const text = parts.filter(part => part !== '').join('\n')
  return text === '' ? '' : `## Errors\n\n${text}`
}

function line({ code: name, message, resource }: Diagnostic): string {
  return `${resource === undefined ? '' : `${code(describe(resource))}: `}${code(message)} (${name})`
}

function restartSection(changed: readonly Outcome[]): string {
  const byKind = grouped(changed, ({ workload }) => restartOf(workload.to.value))
  const parts = (Object.keys(RESTARTS) as Restart[]).flatMap(kind => {
    const outcomes = byKind.get(kind) ?? []
    return outcomes.length === 0 ? [] : [`${RESTARTS[kind]} (${count(outcomes.length, 'workload')}):\n\n${names(outcomes)}`]
  })
  return parts.length === 0 ? '' : `## Restarts\n\n${parts.join('\n')}`
}

function imageSection({ changes, added, removed }: ImageChanges): string {
  if (changes.length === 0) return ''
  const cell = (image: string | undefined) => (image === undefined ? '–' : codeCell(image))
  const rows = changes.map(({ container, from, to, workloads }) => `| ${codeCell(container)} | ${cell(from)} | ${cell(to)} | ${workloads} |\n`)
  const lines = [
    ...(added.length === 0 ? [] : [`New: ${added.map(code).join(', ')}`]),
    ...(removed.length === 0 ? [] : [`No longer used: ${removed.map(code).join(', ')}`]),
  ]
  return `## Images\n\n| container | from | to | workloads |\n|---|---|---|---|\n${rows.join('')}${lines.length === 0 ? '' : `\n${list(lines)}`}`
}

/** Who gets a sidecar for the first time, and who loses it. Its whole text would say less. */
function decisionSection(outcomes: readonly Outcome[]): string {
  const settled = outcomes.filter(({ failed }) => !failed)
  const [gained, lost] = [
    settled.filter(({ workload }) => !workload.from.injected && workload.to.injected),
    settled.filter(({ workload }) => workload.from.injected && !workload.to.injected),
  ]
  const parts = [
    ...(gained.length === 0 ? [] : [`Injected from now on (${count(gained.length, 'workload')}):\n\n${names(gained)}`]),
    ...(lost.length === 0 ? [] : [`No longer injected (${count(lost.length, 'workload')}):\n\n${names(lost)}`]),
  ]
  return parts.length === 0 ? '' : `## Other decisions\n\n${parts.join('\n')}`
}

/** Each change once, with the workloads that it is made to; the commonest first. */
function changeSection(changed: readonly Outcome[]): string {
  const groups = [...grouped(changed, outcome => outcome.difference)].sort(([, a], [, b]) => b.length - a.length)
  if (groups.length === 0) return ''
  const parts = groups.map(([text, outcomes], i) => `### Change ${i + 1}: ${count(outcomes.length, 'workload')}\n\n${names(outcomes)}\n${block('diff', text)}`)
  return `## Changes\n\nOf the pod templates; a list item is called by its name.\n\n${parts.join('\n')}`
}

/** Warnings that the old configuration does not give. */
function warningSection({ diagnostics }: UpgradeInput): string {
  const warnings = (side: 'from' | 'to') => diagnostics[side].filter(({ severity }) => severity === 'warning').map(line)
  const known = new Set(warnings('from'))
  const fresh = [...new Set(warnings('to'))].filter(text => !known.has(text))
  return fresh.length === 0 ? '' : `## New warnings\n\n${list(fresh)}`
}

function grouped<Key>(outcomes: readonly Outcome[], keyOf: (outcome: Outcome) => Key): ReadonlyMap<Key, readonly Outcome[]> {
  const groups = new Map<Key, Outcome[]>()
  for (const outcome of outcomes) {
    const group = groups.get(keyOf(outcome))
    if (group === undefined) groups.set(keyOf(outcome), [outcome])
    else group.push(outcome)
  }
  return groups
}

const SHOWN = 10

/** Longer lists are folded away. */
function names(outcomes: readonly Outcome[]): string {
  const items = list(outcomes.map(({ name }) => name))
  return outcomes.length <= SHOWN ? items : `<details><summary>${count(outcomes.length, 'workload')}</summary>\n\n${items}\n</details>\n`
}

function list(lines: readonly string[]): string {
  return lines.map(text => `- ${text}\n`).join('')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
