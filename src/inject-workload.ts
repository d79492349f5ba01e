// Injects one workload: creates the pod that its controller would create, decides, injects the pod, and converts it back into the pod template.

import { type Admitted, admitObject, needsSecondPass } from './admit/admit-object.ts'
import { admitManifest } from './admit/manifest.ts'
import { overwrittenFindings } from './admit/overwritten.ts'
import { withoutPlainDefaults } from './admit/plain-defaults.ts'
import { readmit, refuseFinished } from './admit/readmission.ts'
import type { PolicyRun } from './admit/run.ts'
import { withAdmission } from './admit/traces.ts'
import { pinImages, unlockedImages } from './images/pin.ts'
import { injectOwn, injectPod } from './inject-pod.ts'
import { fromController } from './lib/k8s/controllers.ts'
import { AdmissionError, admitPod, defaultObject, defaultPod, withoutDefaults } from './lib/k8s/defaults/index.ts'
import { indexedPath } from './lib/k8s/element-names.ts'
import { type Pod, withoutEmptyResources } from './lib/k8s/pod.ts'
import { podFromWorkload, templateFromPod } from './lib/k8s/synthesise.ts'
import { withoutTokenVolume } from './lib/k8s/token-volume.ts'
import { decodeTyped, TypedError } from './lib/k8s/typed.ts'
import {
  type AdmissionTrace,
  append,
  at,
  type Decision,
  type Diagnostic,
  equal,
  InjectError,
  type Injection,
  injectorKey,
  type Json,
  type JsonObject,
  locate,
  type Observe,
  type ResourceRef,
  secretsIn,
  type Workload,
  type Writer,
  withoutSecrets,
  withValueAt,
} from './lib/model/index.ts'
import type { WorkBudget } from './lib/template/index.ts'
import { type Contribution, conflictsBetween } from './merge/conflicts.ts'
import { withoutOwnSidecars } from './own-sidecars.ts'
import type { ReadResult } from './read/read.ts'
import { templatePosition } from './read/template-position.ts'
import { beforeInjection, losesParts } from './record/before-injection.ts'
import type { Decide } from './select/select.ts'
import type { Change } from './write/write.ts'

export interface Outcome {
  readonly workload: Workload
  /** Absent when the pod template cannot be read. */
  readonly decision?: Decision
  /** To the workload's document; absent when nothing is injected. */
  readonly change?: Change
  readonly diagnostics: readonly Diagnostic[]
}

/** Input as it was read, and the remaining limits of templates. */
export interface Given extends ReadResult {
  readonly budget?: WorkBudget
  /** Absent where there is no policy. */
  readonly policyRun?: PolicyRun | undefined
  /** Receives the pod after each writer, for `explain --pod`. */
  readonly observe?: Observe | undefined
  /** Whether the workload is a guess at its state before injection. */
  readonly isGuess?: boolean
  /** Whether parts that only a status lists are the user's. */
  readonly distrustsStatus?: boolean
}

/** The work budget for a run over so many workloads: twenty times the work of Istio's templates for each, and at least the maximum of a single workload. */
export function workBudget(workloads: number): WorkBudget {
  const total = 10_000_000 + 20_000 * workloads
  return { total, left: total }
}

/**
 * Decides about one workload and injects it. Its errors are in the outcome, so that other workloads are processed as well.
 * @example injectWorkload(workload, read(input), select(sources)).change?.path // ['items', 3, 'spec', 'template']
 */
export function injectWorkload(workload: Workload, given: Given, decide: Decide): Outcome {
  const { resource, podPath, namespace } = workload
  const identity = { ...resource.ref, name: nameFor(resource.ref), namespace }
  const diagnostics: Diagnostic[] = []
  let decision: Decision | undefined
  try {
    const decoded = decodeTemplate(workload)
    const { policyRun: run, observe } = given
    const manifest = run && admitManifest(run, workload)
    const template = manifest?.change === undefined ? decoded : (at(manifest.change.after, podPath) as JsonObject)
    const written = podFromWorkload(identity, template)
    const emulatesDefaults = given.config.emulateDefaults || run !== undefined
    const emulate = emulatesDefaults ? emulator(resource.value, given.admissionObjects) : (pod: Pod) => pod
    const seen = emulate(written)
    observe?.({ kind: 'user' }, { metadata: {}, ...podOf(decoded) })
    if (template !== decoded) observePolicies(observe, manifest?.traces() ?? [], template)
    observe?.({ kind: 'controller' }, podOf(written))
    observe?.({ kind: 'default' }, podOf(seen))
    const afterPolicies = (...ofPod: readonly (Admitted | undefined)[]) => {
      const passes = [...(manifest?.passes ?? []), ...ofPod.flatMap(each => each?.pass ?? [])]
      return run && { run, workload, objects: given.admissionObjects, passes }
    }
    if (manifest?.change !== undefined) readmit(seen, afterPolicies())
    const admitted = run && admitObject(run, { workload, object: seen, defaults: defaultObject })
    const traces = () => [...(manifest?.traces() ?? []), ...(admitted?.traces() ?? []), ...(second?.traces() ?? [])]
    let second: Admitted | undefined
    decision = withAdmission(decide(workload, admitted?.object ?? seen), run === undefined ? undefined : traces)
    append(
      diagnostics,
      decision.diagnostics.map(diagnostic => (resource.file === undefined ? diagnostic : { ...diagnostic, file: resource.file })),
    )
    const isUnchanged = manifest?.change === undefined && (admitted === undefined || (!admitted.pass.needsSecondPass && equal(admitted.object, seen)))
    if (decision.injections.length === 0 && isUnchanged) return { workload, decision, diagnostics }
    // One injector's error forbids the policies' changes, too: half of it is not what the cluster would make.
    if (decision.diagnostics.some(({ severity }) => severity === 'error')) return { workload, decision, diagnostics }

    // The defaults are those of the pod before any injection, so that injecting again starts from the same pod as injecting for the first time.
    const first = emulatesDefaults && decision.injections.some(({ injector }) => injector.kind === 'istio') ? beforeInjection(written, given) : written
    const original = first === written ? seen : emulate(first)
    const received = first === written ? admitted : run && admitObject(run, { workload, object: original, defaults: defaultObject })
    if (original !== seen) observe?.({ kind: 'default' }, podOf(original))
    observeMutations(observe, received)
    const warnings: Diagnostic[] = []
    const located = (finding: Diagnostic) => locate(withIndexes(finding, decoded), resource, podPath)
    const contributions: Contribution[] = []
    const injected = decision.injections.reduce((pod, injection) => {
      const outcome = applyInjection(pod, injection, { workload, given })
      append(warnings, outcome.warnings)
      contributions.push({ injector: injectorName(injection), pods: outcome.rendered.map(({ pod: partial }) => partial) })
      return outcome.pod
    }, received?.object ?? original)
    if (emulatesDefaults) observe?.({ kind: 'default' }, podOf(emulate(injected)))
    const conflicts = conflictFindings(contributions)
    if (conflicts.length > 0) return { workload, decision, diagnostics: [...diagnostics, ...conflicts.map(located)] }
    if (received !== undefined) {
      const injectors = decision.injections.map(injectorName)
      append(warnings, overwrittenFindings({ before: original, admitted: received.object, injected, pass: received.pass, injectors }))
    }
    if (run !== undefined && received !== undefined && needsSecondPass(received, injected)) {
      second = admitObject(run, {
        workload,
        object: readmit(defaultPod(injected, received.pass.known), afterPolicies(received)),
        defaults: defaultObject,
        after: received.pass,
      })
      observeMutations(observe, second)
    }
    const templateOf = (pod: Pod): JsonObject => ({ ...template, ...templateFromPod(identity, withoutEmptyResources(pod), template) })
    const finished = second?.object ?? injected
    refuseFinished(finished, afterPolicies(received, second))
    const changed = pinImages({ before: original, after: finished }, given.imageLock)
    if (changed !== finished) observe?.({ kind: 'lock' }, podOf(changed))
    append(warnings, unlockedImages({ before: original, after: changed }, given.imageLock))
    if (!given.distrustsStatus && losesParts(written, first, changed)) return injectWorkload(workload, { ...given, distrustsStatus: true }, decide)
    const restored = { written, defaulted: original, changed, known: (second ?? received)?.pass.known }
    const result = !emulatesDefaults
      ? changed
      : received === undefined
        ? withoutDefaults({ ...restored, emulate })
        : withoutDefaults({ ...restored, emulate: decoding(emulate, written), prune: pod => withoutPlainDefaults(pod, written) })
    const [before, after] = [templateOf(written), templateOf(result)]
    const isMadeAgain = () => {
      const bare = given.isGuess === true ? undefined : withoutOwnSidecars(first, contributions)
      if (bare === undefined) return false
      const value = withValueAt(resource.value, podPath, templateFromPod(identity, bare, template)) as JsonObject
      const { change: again } = injectWorkload({ ...workload, resource: { ...resource, value } }, { ...given, observe: undefined, isGuess: true }, decide)
      return again !== undefined && equal(again.after, before)
    }
    // A pod that has it all already is not worth a warning each time.
    if (manifest?.change === undefined && (equal(before, after) || isMadeAgain())) return { workload, decision, diagnostics }
    append(diagnostics, warnings.map(located))
    const change = { path: [...resource.path, ...podPath], before, after }
    return { workload, decision, diagnostics, change: manifest?.change === undefined ? change : manifestChange(workload, change.after, manifest.change) }
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    return { workload, ...(decision === undefined ? {} : { decision }), diagnostics: [...diagnostics, error.diagnostic] }
  }
}

/** The change of the whole manifest by policies, with the pod template after injection. */
function manifestChange({ resource, podPath }: Workload, template: Json, { before, after }: { readonly before: Json; readonly after: JsonObject }): Change {
  return { path: resource.path, before, after: withValueAt(after, podPath, template) }
}

/** Calls the observer for each mutation of a pod. */
function observeMutations(observe: Observe | undefined, admitted: Admitted | undefined): void {
  if (observe === undefined) return
  for (const { invocation, mutations } of admitted?.pass.outcomes ?? []) {
    const writer: Writer = { kind: 'policy', policy: invocation.policy.name, binding: invocation.binding.name }
    for (const { before, after } of mutations) if (before !== after) observe(writer, podOf(withoutTokenVolume(after)))
  }
}

/** Calls the observer once for all policies on the manifest, with the name of the last one that changed it. */
function observePolicies(observe: Observe | undefined, traces: readonly AdmissionTrace[], template: JsonObject): void {
  const last = traces.findLast(({ result }) => result === 'applied')
  observe?.({ kind: 'policy', policy: last?.policy ?? '', binding: last?.binding ?? '' }, podOf(template))
}

/** The part of a pod that observers see: metadata and spec. */
function podOf({ metadata, spec }: JsonObject): JsonObject {
  return { ...(metadata === undefined ? {} : { metadata }), ...(spec === undefined ? {} : { spec }) }
}

/** Sets a pod's defaults. Parts shared with `known`, an earlier result, are skipped. */
type Emulate = (pod: Pod, known?: Pod) => Pod

/** Creates the function that turns a pod into the one that webhooks get: with defaults and admission. A pod that the API server rejects gets only its defaults. */
function emulator(workload: JsonObject, objects: readonly JsonObject[]): Emulate {
  return (pod, known) => {
    const defaulted = defaultPod(fromController(pod, workload), known)
    try {
      return admitPod(defaulted, { objects, complete: false })
    } catch (error) {
      if (!(error instanceof AdmissionError)) throw error
      return defaulted
    }
  }
}

/** The same for pods with values of policies, which are decoded first. */
function decoding(emulate: Emulate, decoded: Pod): Emulate {
  return (pod, known) => emulate(decodeTyped('v1.Pod', pod, { exactCase: true, known: known ?? decoded }), known)
}

/** The name of a workload; for a generated name its fixed part without the last dash. */
function nameFor({ name, generateName = '' }: ResourceRef): string {
  return name === '' ? generateName.replace(/-+$/, '') : name
}

/** The template as the API server decodes it, which is strict about the case of letters. */
function decodeTemplate({ resource, podPath }: Workload): JsonObject {
  const template = at(resource.value, podPath) as JsonObject
  try {
    return decodeTyped(podPath.length === 0 ? 'v1.Pod' : 'v1.PodTemplateSpec', template, { exactCase: true })
  } catch (error) {
    if (!(error instanceof TypedError)) throw error
    const { message, field } = error
    throw new InjectError(locate({ code: 'pod-invalid', severity: 'error', message, field }, resource, podPath), { cause: error })
  }
}

function injectorName({ injector }: Pick<Injection, 'injector'>): string {
  return injector.kind === 'own' ? injector.name : 'istio'
}

function conflictFindings(contributions: readonly Contribution[]): Diagnostic[] {
  const conflicts = contributions.flatMap((later, i) => contributions.slice(0, i).flatMap(earlier => conflictsBetween(earlier, later)))
  const hint = 'let only one of them write the field, or exclude this pod from one of them by its selectors'
  return conflicts.map(conflict => ({ code: 'injector-conflict', severity: 'error', ...conflict, hint }))
}

/** The finding with indexes instead of names of list items. Findings about the injected pod have names, because its indexes differ from those of the manifest. */
function withIndexes(finding: Diagnostic, template: JsonObject): Diagnostic {
  return finding.field === undefined ? finding : { ...finding, field: indexedPath(template, finding.field) }
}

/** Applies one injector to a pod. */
function applyInjection(
  pod: Pod,
  { injector, templates, webhookPath }: Injection,
  { workload, given }: { readonly workload: Workload; readonly given: Given },
) {
  const { resource, podPath, namespace } = workload
  const source = given.injectors.all.get(injectorKey(injector))
  if (source === undefined) throw new Error(`selected an injector that does not exist: ${injectorKey(injector)}`)
  const environment = given.config.istio?.env ?? NO_VARIABLES
  const { observe } = given
  const seen: Observe | undefined = observe && ((writer, after, printed) => observe(writer, podOf(after), printed))
  const request = { pod, injector: source.config, templates, environment, budget: given.budget, observe: seen, name: injectorName({ injector }) }
  try {
    if (injector.kind === 'own') return injectOwn(request)
    const { proxyConfigs } = given.injectors
    return injectPod({
      ...request,
      webhookPath,
      proxyConfigs,
      kubeletVersions: given.kubeletVersions,
      namespaceAnnotations: given.namespaceAnnotations(namespace),
    })
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    const { at: place } = error.diagnostic
    const clean = withoutSecretsOf(pod, error.diagnostic)
    const diagnostic = place === undefined ? clean : { ...clean, at: templatePosition(place, source) }
    // A template that cannot be parsed is the configuration's fault: said once, not for every workload.
    const configuration = diagnostic.code === 'template-parse' ? source.resource : undefined
    throw new InjectError(configuration === undefined ? locate(diagnostic, resource, podPath) : locate(diagnostic, configuration), { cause: error })
  }
}

/** Runs a task, and removes the pod's secrets from its errors: template functions quote the values on which they fail. */
function withoutSecretsOf(pod: Pod, diagnostic: Diagnostic): Diagnostic {
  const secrets = secretsIn(pod)
  const { message, hint } = diagnostic
  return { ...diagnostic, message: withoutSecrets(message, secrets), ...(hint === undefined ? {} : { hint: withoutSecrets(hint, secrets) }) }
}

const NO_VARIABLES: ReadonlyMap<string, string> = new Map()
