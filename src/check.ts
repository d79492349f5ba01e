// Checks manifests without changing them: errors and changes of injection, the linter's findings, and guards that are left over.

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
  type Json,
  type JsonObject,
  locate,
  type Resource,
  type SourceFile,
  type SourceMap,
  templateChange,
  type Workload,
} from './lib/model/index.ts'
import { type Document, parseDocuments } from './lib/yaml/index.ts'
import { type ReadResult, read } from './read/read.ts'
import { recordText } from './record/index.ts'
import { describeChanges } from './reversible/changed-fields.ts'
import { type MirroredImage, withMirroredImages } from './reversible/mirrored-images.ts'
import { injectedValue } from './reversible/record-check.ts'
import { nameOf } from './select/explain.ts'
import { knownAnnotations, type LintFacts, type LintSubject, lint, lintNamespace } from './select/lint.ts'
import { isChanged } from './write/edited-files.ts'
import { inOrder } from './write/results.ts'
import type { Change } from './write/write.ts'

export interface CheckOptions {
  /**
   * The files that are injected when they are rendered: all, none, or those of these paths.
   * There, missing injections, guards, and unknown namespaces of manifests that name none are not findings.
   */
  readonly sources?: boolean | ((path: string) => boolean)
  /** Whether allowances that match no finding are findings, too. */
  readonly strict?: boolean
}

export interface CheckResult extends InjectDetails {
  /** The most severe first. A workload that injection would change is an error. */
  readonly findings: readonly Diagnostic[]
  /** The files that injection would change. */
  readonly changed: ReadonlySet<SourceFile>
  /** For each workload of `original` that injection would change: `injection-missing` or `injection-outdated`. */
  readonly pending: ReadonlyMap<Workload, Diagnostic>
}

/**
 * Checks manifests, changes nothing.
 * @throws InjectError only if standard input is not a ResourceList; all other findings are in the result
 * @example check({ files }).findings.map(({ code }) => code) // ['injection-missing', 'annotation-unknown']
 */
export function check(input: InjectInput & InjectHooks, { sources = false, strict = false }: CheckOptions = {}): CheckResult {
  const asked = { ...input, action: 'Inject' as const }
  const original = read(asked)
  const facts = lintFacts(original)
  const linted: Diagnostic[] = []
  const judged: JudgedWorkload[] = []
  const onOutcome = (outcome: Outcome) => {
    judged.push(judgedWorkload(outcome))
    append(linted, lint(lintSubject(outcome, original), facts))
    input.onOutcome?.(outcome)
  }
  const details = lookAt({ ...asked, onOutcome }, original)
  const { given, positionInInput, allows } = details
  append(linted, given.namespaces.flatMap(lintNamespace))
  const inInput = linted.map(finding => (finding.at === undefined ? finding : { ...finding, at: positionInInput(finding.at) }))
  const isSource = (path: string | undefined) => (typeof sources === 'boolean' ? sources : path !== undefined && sources(path))
  const isRenderedLater = ({ source }: Resource) => isSource(source.positionOf([]).file)
  // A base has no namespace yet: the decision falls when it is rendered.
  const isOpen = ({ code, resource, at }: Diagnostic) => code === 'namespace-unknown' && resource?.namespace === undefined && isSource(at?.file)
  const guards = details.original.resources.filter(resource => isGuard(resource.ref) && !isRenderedLater(resource))
  const mirrored = new Map<Resource, MirroredImage[]>()
  const changing = changingWorkloads(details, judged, (resource, images) => mirrored.set(resource, [...(mirrored.get(resource) ?? []), ...images]))
  const pending = new Map(changing.map(each => [each.workload, pendingOf(each)]))
  const reported = [...pending].filter(([{ resource }, { code }]) => code !== 'injection-missing' || !isRenderedLater(resource)).map(([, finding]) => finding)
  const mirrors = [...mirrored].flatMap(([resource, images]) => mirroredImages(resource, images))
  const allowed = allows.without([...mirrors, ...guards.map(resource => locate(guardPresent(resource.ref), resource)), ...reported, ...inInput])
  const findings = inOrder([...details.diagnostics.filter(finding => !isOpen(finding)), ...allowed, ...(strict ? allows.unused() : [])])
  return { ...details, findings, changed: changedFiles(details, changing), pending }
}

/** The pod template before and after injection, for the linter. */
function lintSubject({ workload, decision, change, diagnostics }: Outcome, { injectors }: ReadResult): LintSubject {
  const template = at(workload.resource.value, workload.podPath)
  const templates = templateChange(workload, change)
  const before = (templates.before ?? (isObject(template) ? template : {})) as JsonObject
  const isInjected = decision !== undefined && decision.injections.length > 0 && !hasError(diagnostics)
  const after = isInjected ? { after: (templates.after ?? before) as JsonObject } : {}
  const by = decision?.injections.find(({ injector }) => injector.kind === 'istio')
  const values = by === undefined ? undefined : injectors.all.get(injectorKey(by.injector))?.config.values
  return { workload, before, ...after, ...(decision === undefined ? {} : { decision }), ...(values === undefined ? {} : { values }) }
}

function lintFacts({ injectors }: ReadResult): LintFacts {
  const configs = [...injectors.all.values()].map(({ config }) => config)
  const cniSettings = [...injectors.istio.values()].map(({ values }) => at(values, ['pilot', 'cni', 'enabled'])).filter(enabled => typeof enabled === 'boolean')
  return {
    annotations: knownAnnotations(configs.flatMap(({ templates }) => [...templates.values()])),
    ...(cniSettings.length === 0 ? {} : { cni: cniSettings.includes(true) }),
  }
}

/** An error for each workload that injection would change; workloads that cannot be injected have other errors. */
export function outOfDate(details: InjectDetails, judged: readonly JudgedWorkload[]): Diagnostic[] {
  return changingWorkloads(details, judged).map(pendingOf)
}

/** Outcome of a workload, without the parts that `check` does not need. */
export interface JudgedWorkload {
  readonly workload: Workload
  readonly decision?: Decision
  readonly failed: boolean
  /** Changes of a second injection, for a workload without a record; '' if only images differ, which point to a mirror. */
  readonly changes?: string
  /** Images of injected containers that the manifest points to a mirror, for a workload without a record. */
  readonly mirrored?: readonly MirroredImage[]
}

/** The outcome without its pods, which take memory. */
export function judgedWorkload({ workload, decision, change, diagnostics }: Outcome): JudgedWorkload {
  const changes = change !== undefined && isInjected(workload) ? changesAgain(workload, change) : {}
  return { workload, failed: hasError(diagnostics), ...(decision === undefined ? {} : { decision: settled(decision) }), ...changes }
}

function changesAgain(workload: Workload, change: Change): { readonly changes: string; readonly mirrored: readonly MirroredImage[] } {
  const { value } = workload.resource
  const mirrored: MirroredImage[] = []
  const again = withMirroredImages(injectedValue(workload, change), value, image => mirrored.push(image))
  return { changes: equal(again, value) ? '' : describeChanges(value, again), mirrored }
}

/** The decision with its traces of policies computed: they would otherwise keep the pods in memory. */
function settled(decision: Decision): Decision {
  if (Object.getOwnPropertyDescriptor(decision.trace, 'admission')?.get === undefined) return decision
  const trace = Object.defineProperty({ ...decision.trace }, 'admission', { value: decision.trace.admission, enumerable: true })
  return Object.defineProperties({} as Decision, { ...Object.getOwnPropertyDescriptors(decision), trace: { value: trace, enumerable: true } })
}

/** The info that injected containers have images of a mirror, whose content no manifest shows. */
function mirroredImages(resource: Resource, mirrored: readonly MirroredImage[]): Diagnostic[] {
  const images = [...new Set(mirrored.map(image => `${JSON.stringify(image.mirrored)} instead of ${JSON.stringify(image.injected)}`))]
  if (images.length === 0) return []
  const message = `an injected container has an image of the same name from elsewhere, which counts as a mirror: ${images.join(', ')}`
  return [locate({ code: 'image-mirrored', severity: 'info', message, hint: 'pin the image to a digest, or name the mirror in an image lock' }, resource)]
}

interface Changing {
  /** The workload as in the input. */
  readonly workload: Workload
  readonly decision: Decision
  /** Changes of an injected workload; '' if it is not injected, or if only the record changes. */
  readonly changes: string
}

/** @param onMirrored called with the images of injected containers that the manifest points to a mirror */
function changingWorkloads(
  { original, attempted, written }: InjectDetails,
  judged: readonly JudgedWorkload[],
  onMirrored: (resource: Resource, images: readonly MirroredImage[]) => void = () => {},
): Changing[] {
  const after = injectedBefore(original, attempted)
  const again = (resource: Resource): Json | undefined => {
    const changed = after.get(resource.source)
    const injected = changed === undefined ? undefined : at(changed.value, resource.path)
    return injected === undefined ? undefined : withMirroredImages(injected, resource.value, image => onMirrored(resource, [image]))
  }
  // A workload without a record gets one when it is written. Others may be up to date already.
  const changesOf = ({ resource }: Workload, { workload, changes, mirrored = [] }: JudgedWorkload): string | undefined => {
    if (recordText(resource.value) === undefined) {
      onMirrored(resource, mirrored)
      return written.has(workload) && changes !== '' ? (changes ?? '') : undefined
    }
    const changed = again(resource)
    return changed === undefined || equal(changed, resource.value) ? undefined : describeChanges(resource.value, changed)
  }
  return original.workloads.flatMap((workload, i) => {
    const outcome = judged[i]
    if (outcome?.decision === undefined || outcome.failed) return []
    const changes = changesOf(workload, outcome)
    return changes === undefined ? [] : [{ workload, decision: outcome.decision, changes }]
  })
}

function changedFiles({ original, attempted }: InjectDetails, changing: readonly Changing[]): Set<SourceFile> {
  const files = changing.flatMap(({ workload }) => workload.resource.source.file ?? [])
  return new Set([...original.files.filter((file, i) => isChanged(file, attempted[i])), ...files])
}

/** Documents of the changed files with injected workloads, after the change. Their number does not change. */
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

function pendingOf({ workload, decision: { injections, because, trace }, changes }: Changing): Diagnostic {
  const { resource } = workload
  const policies = trace.admission.filter(({ result }) => result === 'applied')
  const writers = [...policies.map(({ policy }) => `policy ${policy}`), ...injections.map(({ injector }) => nameOf(injector))]
  const by = [...new Set(writers)].join(' and by ')
  const why = (injections.length === 0 && policies.length > 0 ? policies.map(({ reason }) => reason) : because.map(({ message }) => message)).join('; ')
  if (!isInjected(workload)) {
    return locate(
      { code: 'injection-missing', severity: 'error', message: `not injected yet by ${by}: ${why}`, hint: nextStep(workload, 'inject it') },
      resource,
    )
  }
  const message =
    writers.length > 0
      ? `the injection is outdated, ${by} now gives another result${changes === '' ? '' : `: ${changes}`}`
      : `injected, but no longer selected for injection: ${why}`
  return locate({ code: 'injection-outdated', severity: 'error', message, hint: nextStep(workload, 'inject it again') }, resource)
}

const STDIN = '<stdin>'

/** The hint of a finding; text that another program has rendered has no file to inject. */
function nextStep({ resource: { source, file } }: Workload, verb: string): string {
  const again = 'render it again with the function, or pipe it through `inject-sidecars inject -`'
  if (file !== undefined || source.positionOf([]).file === STDIN) return again
  return `${verb} with \`inject-sidecars inject -w\`; if kustomize or Helm rendered the file, ${again}`
}

/**
 * Whether a workload carries an injection: by its record, or by Istio's own status annotation.
 * @example isInjected(workload) // false
 */
export function isInjected({ resource, podPath }: Workload): boolean {
  const template = at(resource.value, podPath)
  return recordText(resource.value) !== undefined || (isObject(template) && annotation(template, STATUS) !== undefined)
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}
