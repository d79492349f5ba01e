// Computes the changes of a new configuration in the workloads of a repository, as plain values for all forms of the report.

import { at, type Diagnostic, describe, type FieldPath, get, isObject, type Json, type JsonObject, type ResourceRef } from '../lib/model/index.ts'
import { type Budget, budgetsOver } from './budgets.ts'
import { type Hunk, hunksOf } from './difference.ts'
import { type ImageChanges, imageChanges } from './images.ts'
import { RESTARTS, type Restart, restartOf } from './restart.ts'

/** A workload under one of the two configurations. */
export interface Side {
  /** The value after injection; the source's value if it is not injected or has an error. */
  readonly value: JsonObject
  readonly injected: boolean
  /** Whether it should be injected and cannot be. */
  readonly failed: boolean
}

export interface UpgradedWorkload {
  readonly ref: ResourceRef
  /** After defaulting. */
  readonly namespace: string
  readonly podPath: FieldPath
  /** Position. */
  readonly file: string
  readonly from: Side
  readonly to: Side
}

export interface UpgradeInput {
  /** Names of the configurations. */
  readonly from: string
  readonly to: string
  readonly workloads: readonly UpgradedWorkload[]
  /** The PodDisruptionBudgets of the manifests. */
  readonly budgets: readonly Budget[]
  readonly diagnostics: { readonly from: readonly Diagnostic[]; readonly to: readonly Diagnostic[] }
}

export interface UpgradeModel {
  readonly from: string
  readonly to: string
  readonly workloads: number
  readonly unchanged: number
  readonly failed: number
  /** The workloads whose pod templates change. */
  readonly changed: readonly ChangedWorkload[]
  readonly images: ImageChanges
  /** Injected with the new configuration alone. */
  readonly gained: readonly ChangedWorkload[]
  /** Injected with the old configuration alone. */
  readonly lost: readonly ChangedWorkload[]
  /** Each change of workloads that are injected with both configurations once, with its workloads; the most frequent first. */
  readonly groups: readonly ChangeGroup[]
  readonly errors: { readonly from: readonly Finding[]; readonly to: readonly Finding[] }
  /** Warnings that the old configuration does not cause, without duplicates. */
  readonly warnings: readonly Finding[]
}

export interface ChangedWorkload {
  /** `Deployment shop/web`. */
  readonly name: string
  readonly namespace: string
  readonly file: string
  readonly restart: Restart
  /** The PodDisruptionBudgets that select its pods. */
  readonly budgets: readonly Budget[]
}

export interface ChangeGroup {
  readonly hunks: readonly Hunk[]
  readonly workloads: readonly ChangedWorkload[]
}

export interface Finding {
  readonly code: string
  readonly message: string
  readonly resource?: string
}

/**
 * The changes.
 * @example upgradeModel({ from: 'old', to: 'new', workloads, budgets: [], diagnostics: { from: [], to: [] } }).groups.length // 1
 */
export function upgradeModel(input: UpgradeInput): UpgradeModel {
  const budgetsOf = budgetsOver(input.budgets)
  const outcomes = input.workloads.map(workload => outcomeOf(workload, budgetsOf))
  const settled = outcomes.filter(({ failed }) => !failed)
  const changed = settled.filter(({ hunks }) => hunks.length > 0)
  const known = new Set(findingsIn(input.diagnostics.from, 'warning').map(keyOf))
  return {
    from: input.from,
    to: input.to,
    workloads: outcomes.length,
    unchanged: settled.length - changed.length,
    failed: outcomes.length - settled.length,
    changed: changed.map(({ about }) => about),
    images: imageChanges(settled.map(({ templates }) => templates)),
    gained: settled.filter(({ workload }) => !workload.from.injected && workload.to.injected).map(({ about }) => about),
    lost: settled.filter(({ workload }) => workload.from.injected && !workload.to.injected).map(({ about }) => about),
    groups: groupsOf(changed.filter(({ workload }) => workload.from.injected && workload.to.injected)),
    errors: { from: findingsIn(input.diagnostics.from, 'error'), to: findingsIn(input.diagnostics.to, 'error') },
    warnings: [...new Map(findingsIn(input.diagnostics.to, 'warning').map(finding => [keyOf(finding), finding]))].flatMap(([key, finding]) =>
      known.has(key) ? [] : [finding],
    ),
  }
}

interface Outcome {
  readonly workload: UpgradedWorkload
  readonly about: ChangedWorkload
  readonly failed: boolean
  readonly templates: { readonly from: JsonObject; readonly to: JsonObject }
  /** Empty when nothing changes, or the change is not known. */
  readonly hunks: readonly Hunk[]
}

function outcomeOf(workload: UpgradedWorkload, budgetsOf: ReturnType<typeof budgetsOver>): Outcome {
  const { ref, namespace, podPath, file, from, to } = workload
  const failed = from.failed || to.failed
  const templates = { from: templateOf(from.value, podPath), to: templateOf(to.value, podPath) }
  const about = { name: describe(ref), namespace, file, restart: restartOf(to.value), budgets: budgetsOf(namespace, templates.to) }
  return { workload, about, failed, templates, hunks: failed ? [] : hunksOf(templates.from, templates.to) }
}

/** The part of a pod template that reaches the pod, without our own annotations. */
function templateOf(value: JsonObject, podPath: FieldPath): JsonObject {
  const template = at(value, podPath)
  const metadata = get(template, 'metadata')
  const annotations = get(metadata, 'annotations')
  if (!isObject(annotations)) return { metadata: metadata ?? {}, spec: get(template, 'spec') ?? {} }
  const kept: Json = Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith('inject-sidecars.dev/')))
  return { metadata: { ...(metadata as JsonObject), annotations: kept }, spec: get(template, 'spec') ?? {} }
}

function groupsOf(changed: readonly Outcome[]): ChangeGroup[] {
  const groups = grouped(changed, ({ hunks }) => JSON.stringify(hunks))
  return [...groups.values()]
    .map(outcomes => ({ hunks: outcomes[0]?.hunks ?? [], workloads: outcomes.map(({ about }) => about) }))
    .sort((a, b) => b.workloads.length - a.workloads.length)
}

function findingsIn(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']): Finding[] {
  return diagnostics
    .filter(diagnostic => diagnostic.severity === severity)
    .map(({ code, message, resource }) => ({ code, message, ...(resource === undefined ? {} : { resource: describe(resource) }) }))
}

function keyOf({ code, message, resource }: Finding): string {
  return JSON.stringify([code, message, resource ?? null])
}

export interface NamespaceRestarts {
  readonly namespace: string
  /** Kinds of restarts in the order of `RESTARTS`, with their workloads. */
  readonly kinds: readonly { readonly restart: Restart; readonly workloads: readonly ChangedWorkload[] }[]
  /** PodDisruptionBudgets that select pods of these workloads, each once. */
  readonly budgets: readonly Budget[]
}

/**
 * Restarts of pods in each namespace, in the order of their names.
 * @example restartsByNamespace(model.changed)[0]?.kinds[0]?.restart // 'recreate'
 */
export function restartsByNamespace(changed: readonly ChangedWorkload[]): NamespaceRestarts[] {
  return [...grouped(changed, ({ namespace }) => namespace)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, workloads]) => ({
      namespace,
      kinds: [...byRestart(workloads)].map(([restart, those]) => ({ restart, workloads: those })),
      budgets: [...new Set(workloads.flatMap(({ budgets }) => budgets))],
    }))
}

/** The workloads grouped by the restart of their pods, in the order of `RESTARTS`. */
export function byRestart(workloads: readonly ChangedWorkload[]): ReadonlyMap<Restart, readonly ChangedWorkload[]> {
  const found = grouped(workloads, ({ restart }) => restart)
  return new Map((Object.keys(RESTARTS) as Restart[]).flatMap(kind => (found.has(kind) ? [[kind, found.get(kind) ?? []]] : [])))
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
