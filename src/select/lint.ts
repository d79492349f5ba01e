// Finds mistakes in workloads whose injection succeeds: misspelt and misplaced annotations, remaining `image: auto`, Jobs that never end,
// labels that contradict each other, pods without redirection under istio-cni, probes of an injection that is gone.

import { INJECT, INJECTION, PROXY, REV, STATUS } from '../lib/istio/names.ts'
import { pathIn } from '../lib/k8s/element-names.ts'
import { annotation, CONTAINER_LISTS, containersByName, containersOf, labelsOf, nameOf, textOf } from '../lib/k8s/pod.ts'
import type { Decision, Diagnostic, FieldPath, Json, JsonObject, Resource, Workload } from '../lib/model/index.ts'
import { at, get, isObject, locate, nearest, stringAt, warning } from '../lib/model/index.ts'
import { KNOWN_ANNOTATIONS } from './known-annotations.ts'
import { nearMiss, POD_LABELS } from './label-names.ts'
import { lintAnnotations } from './lint-annotations.ts'
import { lintImages } from './lint-images.ts'
import { lintPod } from './lint-pod.ts'

export interface LintSubject {
  readonly workload: Workload
  /** The pod template before injection. */
  readonly before: JsonObject
  /** The pod template after injection; absent if nothing is injected. */
  readonly after?: JsonObject
  readonly decision?: Decision
  /** The Helm values of the Istio configuration that injects it. */
  readonly values?: JsonObject
}

export interface LintFacts {
  /** The result of knownAnnotations(). */
  readonly annotations: ReadonlySet<string>
  /** Whether istio-cni redirects traffic; absent if unknown. */
  readonly cni?: boolean
}

type Finding = Omit<Diagnostic, 'severity' | 'resource' | 'at'>

/**
 * Warnings about one workload; their fields are paths in its resource.
 * @example lint({ workload, before: template }, { annotations: knownAnnotations([]) })
 */
export function lint(subject: LintSubject, facts: LintFacts): Diagnostic[] {
  const { workload } = subject
  const onTemplate = [
    ...unknownAnnotations(subject, facts),
    ...annotationsAsLabels(subject, facts),
    ...imageAuto(subject),
    ...endlessJob(subject),
    ...contradictions(subject),
    ...withoutRedirection(subject, facts),
    ...claimedTwice(subject),
    ...strayProbes(subject),
    ...ambientWithSidecar(subject),
    ...inInjected(subject),
  ]
  const found = onTemplate.map(finding => locate(warning(finding), workload.resource, workload.podPath))
  return [...found, ...misplaced(subject, facts).map(finding => locate(warning(finding), workload.resource))]
}

function inInjected({ before, after, values }: LintSubject): Finding[] {
  if (after === undefined) return []
  return [
    ...lintPod(after).map(finding => ({ ...finding, field: fieldBefore({ before, after }, finding.field ?? []) })),
    ...lintAnnotations({ before, after, values }),
    ...lintImages({ before, after }),
  ]
}

/**
 * Converts the path of a field after injection to the path in the original template, where list indexes may differ; for a new field, the path of its nearest
 * existing ancestor.
 */
function fieldBefore({ before, after }: Pick<LintSubject, 'before' | 'after'>, field: FieldPath): FieldPath {
  for (let length = field.length; length > 0; length--) {
    const path = pathIn(before, after ?? before, field.slice(0, length))
    if (path !== undefined) return path
  }
  return field.slice(0, 1)
}

/**
 * The annotations that Istio or one of the templates reads.
 * @param templates texts of all templates: those of a custom one may read annotations that Istio's do not know
 */
export function knownAnnotations(templates: Iterable<string>): ReadonlySet<string> {
  const known = new Set(KNOWN_ANNOTATIONS)
  for (const text of templates) for (const [name] of text.matchAll(/[a-z.]+\.istio\.io\/[A-Za-z][\w-]*/g)) known.add(name)
  return known
}

/** The warning about a Namespace with both the old label and a revision label: Istio ignores the revision without a message. */
export function lintNamespace(namespace: Resource): Diagnostic[] {
  const [legacy, revision] = [INJECTION, REV].map(key => get(labelsOf(namespace.value), key))
  if (legacy === undefined || revision === undefined) return []
  const message = `namespace label ${INJECTION}=${String(legacy)} wins over ${REV}=${String(revision)}`
  const finding: Finding = { code: 'labels-contradict', message, hint: `remove one of the two`, field: ['metadata', 'labels', REV] }
  return [locate(warning(finding), namespace)]
}

/** Prefixes of Istio's names. */
const OWNED = /^((readiness\.)?status\.|traffic\.)?sidecar\.istio\.io\/|^(proxy|inject|prometheus)\.istio\.io\//

/** Number of misspelt annotations of one pod that get a suggestion. */
const SEARCHED = 1000

function unknownAnnotations({ before }: LintSubject, { annotations }: LintFacts): Finding[] {
  return strings(before, 'annotations')
    .filter(([name]) => OWNED.test(name) && !annotations.has(name))
    .map(([name], i) => {
      // No more are shown, and each is compared with all that are known.
      const near = i < SEARCHED ? nearest(name, annotations) : undefined
      const hint = near === undefined ? 'Istio does not read it: remove it' : `did you mean ${near}?`
      return { code: 'annotation-unknown', message: `annotation ${name} is unknown to Istio`, hint, field: ['metadata', 'annotations', name] }
    })
}

function annotationsAsLabels({ before }: LintSubject, { annotations }: LintFacts): Finding[] {
  return strings(before, 'labels')
    .filter(([name]) => name !== INJECT)
    .flatMap(([name]): Finding[] => {
      const field = ['metadata', 'labels', name]
      if (annotations.has(name) && OWNED.test(name)) {
        return [{ code: 'annotation-misplaced', message: `${name} is a label, but Istio reads it as an annotation`, hint: 'make it an annotation', field }]
      }
      const near = nearMiss(name, POD_LABELS)
      if (near === undefined && !OWNED.test(name)) return []
      const hint = near === undefined ? 'Istio does not read it: remove it' : `did you mean ${near}?`
      return [{ code: 'label-unknown', message: `label ${name} is unknown to Istio`, hint, field }]
    })
}

/** Warns of injection annotations on the workload's own metadata, where they have no effect. */
function misplaced({ workload, before }: LintSubject, { annotations }: LintFacts): Finding[] {
  if (workload.podPath.length === 0) return []
  const { value, ref } = workload.resource
  return (['annotations', 'labels'] as const).flatMap(map =>
    strings(value, map)
      .filter(([name]) => (map === 'annotations' ? annotations.has(name) && OWNED.test(name) : name === INJECT))
      .filter(([name]) => get(at(before, ['metadata', map]), name) === undefined)
      .map(([name]): Finding => {
        const message = `${name} is set on the ${ref.kind}, where it has no effect`
        return { code: 'annotation-misplaced', message, hint: `move it to the pod template's ${map}`, field: ['metadata', map, name] }
      }),
  )
}

function imageAuto({ before, after }: LintSubject): Finding[] {
  return CONTAINER_LISTS.flatMap(list => {
    const own = new Map(
      containersOf(before, list)
        .map((container, index) => [nameOf(container), index] as const)
        .reverse(),
    )
    return containersOf(after ?? before, list)
      .filter(container => textOf(container, 'image') === 'auto')
      .map((container): Finding => {
        const message = `container ${nameOf(container)} still has image: auto, which is not an image`
        const index = own.get(nameOf(container))
        const field: FieldPath = index === undefined ? ['spec', list] : ['spec', list, index, 'image']
        return { code: 'image-auto', message, hint: 'inject the pod with a template that has this container, or set an image', field }
      })
  })
}

/** Warns of a Job whose proxy never ends: a Job is complete when all containers have ended. */
function endlessJob({ workload, before, after }: LintSubject): Finding[] {
  const { kind, apiVersion } = workload.resource.ref
  if (after === undefined || !apiVersion.startsWith('batch/') || (kind !== 'Job' && kind !== 'CronJob')) return []
  // Jobs that end the proxy themselves.
  if (JSON.stringify(before.spec ?? null).includes('quitquitquit')) return []
  const own = containersByName(containersOf(before))
  const added = containersOf(after).filter(container => !own.has(nameOf(container)))
  return added.map(container => {
    const name = nameOf(container)
    const message = `the ${kind} does not complete while the injected container ${name} runs`
    const hint =
      name === PROXY
        ? 'make it a native sidecar: annotation sidecar.istio.io/nativeSidecar: "true"'
        : 'make it a native sidecar: an init container with restartPolicy: Always'
    return { code: 'job-never-completes', message, hint, field: ['spec', 'containers'] }
  })
}

function contradictions({ before, decision }: LintSubject): Finding[] {
  const findings: Finding[] = []
  const labels = labelsOf(before)
  const label = get(labels as JsonObject, INJECT)
  const inAnnotation = annotation(before, INJECT)
  if (label !== undefined && label !== '' && inAnnotation !== undefined && inAnnotation !== '' && label !== inAnnotation) {
    const message = `label ${INJECT}: "${String(label)}" wins over the annotation ${INJECT}: "${inAnnotation}"`
    findings.push({ code: 'labels-contradict', message, hint: 'remove the annotation', field: ['metadata', 'annotations', INJECT] })
  }
  const namespace = decision?.trace.namespace
  const legacy = namespace?.labels?.get(INJECTION)
  if (label === 'true' && legacy !== undefined && legacy !== 'enabled') {
    const message = `label ${INJECT}: "true" has no effect: namespace ${namespace?.name} has ${INJECTION}=${legacy}, which no pod can override`
    findings.push({ code: 'labels-contradict', message, hint: 'change the label of the namespace', field: ['metadata', 'labels', INJECT] })
  }
  const revision = get(labels as JsonObject, REV)
  const by = decision?.injections.find(({ injector }) => injector.kind === 'istio')
  const entry = decision?.trace.webhooks.find(({ webhook, configuration }) => webhook === by?.webhook && configuration === by?.configuration)
  const claimedByPod = entry?.checks.some(
    ({ requirement, result }) => result === 'yes' && requirement?.key === REV && requirement.operator === 'In' && requirement.values.includes(String(revision)),
  )
  if (typeof revision === 'string' && by !== undefined && claimedByPod === false) {
    const message = `label ${REV}: ${revision} has no effect: ${entry?.reason.message ?? 'another webhook claims the pod'}`
    findings.push({ code: 'labels-contradict', message, hint: 'remove the label, or those of the namespace', field: ['metadata', 'labels', REV] })
  }
  return findings
}

const DATAPLANE_MODE = 'istio.io/dataplane-mode'

/** Warns of a sidecar in an ambient pod, which the ambient mesh then ignores. */
function ambientWithSidecar({ before, after, decision }: LintSubject): Finding[] {
  if (after === undefined || !isMeshed(after)) return []
  const own = get(labelsOf(before) as JsonObject, DATAPLANE_MODE)
  const namespace = decision?.trace.namespace
  const mode = own ?? namespace?.labels?.get(DATAPLANE_MODE)
  if (mode !== 'ambient') return []
  const where = own === undefined ? `namespace ${namespace?.name ?? ''} has` : 'the pod has'
  const message = `${where} ${DATAPLANE_MODE}=ambient, and the pod gets a sidecar: ambient mode ignores it`
  const hint =
    own === undefined
      ? `label the pod ${DATAPLANE_MODE}: none, or ${INJECT}: "false" to have it in the ambient mesh`
      : `remove the label, or add ${INJECT}: "false" to have the pod in the ambient mesh`
  return [{ code: 'ambient-and-sidecar', message, hint, field: own === undefined ? ['metadata'] : ['metadata', 'labels', DATAPLANE_MODE] }]
}

function isMeshed(template: JsonObject): boolean {
  return [...containersOf(template), ...containersOf(template, 'initContainers')].some(container => isProxy(container) && !isRouter(container))
}

/** Warns of pods with `inject: "false"` and a proxy: istio-cni skips them, so their proxy gets no traffic. */
function withoutRedirection({ before }: LintSubject, { cni }: LintFacts): Finding[] {
  if (cni === false) return []
  const carriesProxy = annotation(before, STATUS) !== undefined || isMeshed(before)
  const label = get(labelsOf(before) as JsonObject, INJECT)
  const value = label ?? annotation(before, INJECT)
  if (!carriesProxy || value !== 'false') return []
  const map = label === undefined ? 'annotations' : 'labels'
  const message = `the pod has a proxy and ${INJECT}: "false", so istio-cni does not redirect its traffic${cni === true ? '' : ' (if istio-cni is used)'}`
  const hint = `to keep a live webhook away, label the namespace ${INJECTION}=disabled instead`
  return [{ code: 'cni-no-redirection', message, hint, field: ['metadata', map, INJECT] }]
}

/** Warns of an injected container that was copied or renamed: the agent has no probe under that name, or another container's. */
function strayProbes({ before }: LintSubject): Finding[] {
  if (annotation(before, STATUS) !== undefined) return []
  return containersOf(before).flatMap((container, index) =>
    PROBES.filter(probe => (stringAt(container, [probe, 'httpGet', 'path']) ?? '').startsWith('/app-health/')).map((probe): Finding => {
      const message = `the ${probe} of container ${nameOf(container)} was written by injection; the original probe is lost`
      return { code: 'probe-not-restored', message, hint: 'write the probe again', field: ['spec', 'containers', index, probe] }
    }),
  )
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']

function isProxy(container: JsonObject): boolean {
  return nameOf(container) === PROXY && textOf(container, 'image') !== 'auto'
}

/** Whether the proxy is a gateway's, which accepts connections without redirection. Its arguments begin with `proxy router`. */
function isRouter(container: JsonObject): boolean {
  const args = get(container, 'args')
  return Array.isArray(args) && args[0] === 'proxy' && args[1] === 'router'
}

/** Warns of two matching entries in one configuration: istiod is then called twice. */
function claimedTwice({ decision }: LintSubject): Finding[] {
  const matches = decision?.trace.webhooks.filter(({ result, injector }) => result === 'yes' && injector.kind === 'istio') ?? []
  return [...new Set(matches.map(({ configuration }) => configuration))].flatMap(configuration => {
    const entries = matches.filter(match => match.configuration === configuration)
    if (entries.length < 2) return []
    const message = `${configuration} would be called ${entries.length} times for the pod: ${entries.map(({ webhook }) => webhook).join(', ')}`
    return [{ code: 'injected-twice', message, hint: 'make the selectors of the entries exclude each other', field: ['metadata'] }]
  })
}

function strings(value: JsonObject, map: 'annotations' | 'labels'): [string, Json][] {
  const entries = at(value, ['metadata', map])
  return isObject(entries) ? Object.entries(entries) : []
}
