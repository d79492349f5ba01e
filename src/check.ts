// Everything that can be found wrong with manifests: what injecting them reports, what it would change, the linter, and guards that are left over.

import { type InjectDetails, type InjectHooks, lookAt } from './inject.ts'
import type { Outcome } from './inject-workload.ts'
import { STATUS } from './lib/istio/names.ts'
import { annotation } from './lib/k8s/pod.ts'
import {
  append,
  at,
  type Decision,
  type Diagnostic,
  equal,
  guardPresent,
  type InjectInput,
  injectorKey,
  isGuard,
  isObject,
  type JsonObject,
  locate,
  type SourceFile,
  type SourceMap,
  templateChange,
  type Workload,
} from './lib/model/index.ts'
import { type Document, parseDocuments } from './lib/yaml/index.ts'
import { type ReadResult, read } from './read/read.ts'
import { recordText } from './record/index.ts'
import { nameOf } from './select/explain.ts'
import { knownAnnotations, type LintFacts, type LintSubject, lint, lintNamespace } from './select/lint.ts'
import { isChanged } from './write/edited-files.ts'
import { inOrder } from './write/results.ts'

export interface CheckOptions {
  /** The manifests are injected when they are rendered: that they are not yet, and that a guard is among them, is no finding. */
  readonly sources?: boolean
}

export interface CheckResult extends InjectDetails {
  /** The worst first. What injection would change is an error, too. */
  readonly findings: readonly Diagnostic[]
  /** The files that injection would change. */
  readonly changed: ReadonlySet<SourceFile>
}

/**
 * Checks manifests, changes nothing.
 * @throws InjectError only where there is nothing to answer with: the input is not a ResourceList
 * @example check({ files }).findings.map(({ code }) => code) // ['injection-missing', 'annotation-unknown']
 */
export function check(input: InjectInput & InjectHooks, { sources = false }: CheckOptions = {}): CheckResult {
  const asked = { ...input, action: 'Inject' as const }
  const original = read(asked)
  const facts = lintFacts(original)
  const linted: Diagnostic[] = []
  const judged: JudgedWorkload[] = []
  const onOutcome = (outcome: Outcome) => {
    judged.push(judgedWorkload(outcome))
    append(linted, lint(lintSubject(outcome), facts))
    input.onOutcome?.(outcome)
  }
  const details = lookAt({ ...asked, onOutcome }, original)
  const { given, placeInInput } = details
  append(linted, given.namespaces.flatMap(lintNamespace))
  const inInput = linted.map(finding => (finding.at === undefined ? finding : { ...finding, at: placeInInput(finding.at) }))
  const guards = details.original.resources.filter(({ ref }) => isGuard(ref)).map(resource => locate(guardPresent(resource.ref), resource))
  const changing = changingWorkloads(details, judged)
  const pending = changing.map(pendingOf).filter(({ code }) => !sources || code !== 'injection-missing')
  const findings = inOrder([...details.diagnostics, ...(sources ? [] : guards), ...pending, ...inInput])
  return { ...details, findings, changed: changedFiles(details, changing) }
}

/** The pod template as injection met it, and as it left it. */
function lintSubject({ workload, decision, change, diagnostics }: Outcome): LintSubject {
  const template = at(workload.resource.value, workload.podPath)
  const templates = templateChange(workload, change)
  const before = (templates.before ?? (isObject(template) ? template : {})) as JsonObject
  const isInjected = decision !== undefined && decision.injections.length > 0 && !hasError(diagnostics)
  const after = isInjected ? { after: (templates.after ?? before) as JsonObject } : {}
  return { workload, before, ...after, ...(decision === undefined ? {} : { decision }) }
}

function lintFacts({ injectors }: ReadResult): LintFacts {
  const configs = [...injectors.all.values()].map(({ config }) => config)
  const told = [...injectors.istio.values()].map(({ values }) => at(values, ['pilot', 'cni', 'enabled'])).filter(enabled => typeof enabled === 'boolean')
  return {
    annotations: knownAnnotations(configs.flatMap(({ templates }) => [...templates.values()])),
    ...(told.length === 0 ? {} : { cni: told.includes(true) }),
  }
}

/** The workloads that injection would change, each as an error. Those that it cannot inject are not among them. */
export function outOfDate(details: InjectDetails, judged: readonly JudgedWorkload[]): Diagnostic[] {
  return changingWorkloads(details, judged).map(pendingOf)
}

/** What is kept of the outcome of a workload. */
export interface JudgedWorkload {
  readonly workload: Workload
  readonly decision?: Decision
  readonly failed: boolean
}

/** The outcome without its pods, which take memory. */
export function judgedWorkload({ workload, decision, diagnostics }: Outcome): JudgedWorkload {
  return { workload, failed: hasError(diagnostics), ...(decision === undefined ? {} : { decision }) }
}

interface Changing {
  /** As it stands in the input. */
  readonly workload: Workload
  readonly decision: Decision
}

function changingWorkloads({ original, attempted, written }: InjectDetails, judged: readonly JudgedWorkload[]): Changing[] {
  const after = injectedBefore(original, attempted)
  // What has no record gets one when it is written. The others may come to the same again.
  const changes = ({ resource }: Workload, { workload }: JudgedWorkload) => {
    if (recordText(resource.value) === undefined) return written.has(workload)
    const changed = after.get(resource.source)
    return changed !== undefined && !equal(at(changed.value, resource.path), resource.value)
  }
  return original.workloads.flatMap((workload, i) => {
    const outcome = judged[i]
    if (outcome?.decision === undefined || outcome.failed || !changes(workload, outcome)) return []
    return [{ workload, decision: outcome.decision }]
  })
}

function changedFiles({ original, attempted }: InjectDetails, changing: readonly Changing[]): Set<SourceFile> {
  const files = changing.flatMap(({ workload }) => workload.resource.source.file ?? [])
  return new Set([...original.files.filter((file, i) => isChanged(file, attempted[i])), ...files])
}

/** What becomes of the documents of each file with injected workloads, where it changes. There are as many as before. */
function injectedBefore({ files, documents, workloads, matters }: ReadResult, attempted: readonly SourceFile[]): Map<SourceMap, Document> {
  const injected = new Set(workloads.flatMap(({ resource: { value, source } }) => (recordText(value) === undefined ? [] : source.file)))
  const changed = new Map<SourceFile, Iterator<Document>>()
  files.forEach((file, i) => {
    const now = attempted[i]
    if (now !== undefined && injected.has(file) && isChanged(file, now)) changed.set(file, parseDocuments(now, matters).values())
  })
  const after = new Map<SourceMap, Document>()
  for (const document of documents) {
    const next = changed.get(document.file)?.next()
    if (next?.done === false) after.set(document, next.value)
  }
  return after
}

function pendingOf({ workload, decision: { injections, because } }: Changing): Diagnostic {
  const { resource } = workload
  const by = [...new Map(injections.map(({ injector }) => [injectorKey(injector), nameOf(injector)])).values()].join(' and by ')
  const why = because.map(({ message }) => message).join('; ')
  const hint = 'inject it with `inject-sidecars inject -w`'
  if (!isInjected(workload)) {
    return locate({ code: 'injection-missing', severity: 'error', message: `it is to be injected by ${by}, and it is not: ${why}`, hint }, resource)
  }
  const message = injections.length > 0 ? `its injection is not what ${by} makes of it now` : `it is injected, but nothing injects it any more: ${why}`
  return locate({ code: 'injection-outdated', severity: 'error', message, hint }, resource)
}

function isInjected({ resource, podPath }: Workload): boolean {
  const template = at(resource.value, podPath)
  return recordText(resource.value) !== undefined || (isObject(template) && annotation(template, STATUS) !== undefined)
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}
