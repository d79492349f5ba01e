// Suggests the smallest edits that would flip a decision. Each suggestion is tried before it is printed.

import { INJECT } from '../lib/istio/names.ts'
import { labelsOf } from '../lib/k8s/admission/selectors.ts'
import type { Change, Check, FieldPath, FieldRef, InjectorRef, JsonObject, WebhookTrace } from '../lib/model/index.ts'
import { get, injectorKey, isObject, set } from '../lib/model/index.ts'
import type { Subject } from './ask.ts'
import { creationRequest } from './ask.ts'
import type { PodFacts } from './pod-facts.ts'
import { annotationPath, labelPath, stringMap } from './pod-facts.ts'

/** One change of the pod template or of the namespace. Without a value the label or annotation is removed. */
type Edit =
  | { readonly on: 'pod' | 'namespace'; readonly label: string; readonly value?: string }
  | { readonly on: 'pod'; readonly annotation: string }
  | { readonly on: 'pod'; readonly hostNetwork: false }

export interface Turn {
  /** The injector whose decision is to be flipped. */
  readonly injector: InjectorRef
  readonly injects: boolean
  readonly traces: readonly WebhookTrace[]
  /** Whether the injector would inject the changed subject. */
  readonly wouldInject: (changed: Subject) => boolean
}

const MOST = 6

/**
 * The changes that flip one of the decisions, smaller ones first; empty if none is found.
 * @example changesFor(subject, turns)[0]?.message // 'set the pod label `sidecar.istio.io/inject: "true"`, and Istio (revision default) injects it'
 */
export function changesFor(subject: Subject, turns: readonly Turn[]): Change[] {
  const candidates = turns.flatMap(turn => (turn.injects ? waysOut(subject, turn) : waysIn(subject, turn)).map(edits => ({ turn, edits })))
  const found = new Map<string, Change>()
  for (const { turn, edits } of candidates.sort((a, b) => a.edits.length - b.edits.length)) {
    if (found.size === MOST) break
    // A smaller change that works makes the larger one needless.
    const message = describe(edits)
    if ([...found.keys()].some(smaller => message.includes(smaller))) continue
    if (turn.wouldInject(edited(subject, edits)) === turn.injects) continue
    const at = fieldOf(subject, edits[0])
    found.set(message, { message: `${message}${byWhom(turn)}`, ...(at === undefined ? {} : { at }) })
  }
  return [...found.values()]
}

function byWhom({ injector, injects }: Turn): string {
  const name = injector.kind === 'istio' ? `Istio (revision ${injector.revision})` : injector.name
  return `, and ${name} ${injects ? 'no longer injects it' : 'injects it'}`
}

function waysOut(subject: Subject, { injector, traces }: Turn): Edit[][] {
  const ways: Edit[][] = injector.kind === 'istio' ? [[{ on: 'pod', label: INJECT, value: 'false' }]] : []
  for (const check of checksOf(traces, injector, 'yes')) {
    const { key, operator, values } = check.requirement
    const on = check.of === 'objectSelector' ? 'pod' : 'namespace'
    if (operator === 'In' || operator === 'Exists') ways.push([{ on, label: key }])
    const [value] = operator === 'NotIn' ? values : operator === 'DoesNotExist' ? ['true'] : []
    if (value !== undefined && key !== INJECT) ways.push([{ on, label: key, value }])
  }
  // Labels outside of the pod template and the namespace cannot be removed from them.
  return ways.filter(edits => edits.every(edit => !('label' in edit) || edit.value !== undefined || labelsOn(subject, edit.on).has(edit.label)))
}

function waysIn(subject: Subject, { injector, traces }: Turn): Edit[][] {
  const claims: Edit[][] = [[]]
  for (const trace of traces) {
    if (injectorKey(trace.injector) !== injectorKey(injector)) continue
    const failing = checksOf([trace], injector, 'no')
    const edits = failing.flatMap(check => mend(check) ?? [])
    if (failing.length > 0 && edits.length === failing.length && edits.length <= 3) claims.push(edits)
  }
  return claims.flatMap(edits => policyEdits(subject.pod, injector).map(more => merge(edits, more))).filter(edits => edits.length > 0)
}

/** The edit that satisfies an unmet requirement. */
function mend({ of, requirement: { key, operator, values } }: SelectorCheck): Edit | undefined {
  const on = of === 'objectSelector' ? 'pod' : 'namespace'
  // The API server sets this one.
  if (key === 'kubernetes.io/metadata.name') return undefined
  if (operator === 'NotIn' || operator === 'DoesNotExist') return { on, label: key }
  const value = operator === 'In' ? values[0] : 'true'
  return value === undefined ? undefined : { on, label: key, value }
}

/** Edits of the values that can prevent injection by Istio's own policy. */
function policyEdits(pod: PodFacts, injector: InjectorRef): Edit[][] {
  if (injector.kind !== 'istio') return [[]]
  const base: Edit[] = pod.hostNetwork ? [{ on: 'pod', hostNetwork: false }] : []
  const ways: Edit[][] = [base, [...base, { on: 'pod', label: INJECT, value: 'true' }]]
  if (pod.labels.has(INJECT)) ways.push([...base, { on: 'pod', label: INJECT }])
  if (pod.annotations.has(INJECT)) ways.push([...base, { on: 'pod', annotation: INJECT }])
  return ways
}

/** Both lists of edits; of two edits of one label the later counts. */
function merge(first: readonly Edit[], second: readonly Edit[]): Edit[] {
  return [...new Map([...first, ...second].map(edit => ['label' in edit ? `${edit.on} ${edit.label}` : JSON.stringify(edit), edit])).values()]
}

type SelectorCheck = Check & Required<Pick<Check, 'requirement'>>

function checksOf(traces: readonly WebhookTrace[], injector: InjectorRef, result: 'yes' | 'no'): SelectorCheck[] {
  return traces
    .filter(trace => trace.result === result && injectorKey(trace.injector) === injectorKey(injector))
    .flatMap(trace => trace.checks)
    .filter((check): check is SelectorCheck => check.requirement !== undefined && check.result === result)
}

function labelsOn({ pod, labels }: Subject, on: 'pod' | 'namespace'): ReadonlyMap<string, string> {
  return on === 'pod' ? pod.labels : labels.labels
}

function describe(edits: readonly Edit[]): string {
  return edits
    .map(edit => {
      if ('hostNetwork' in edit) return 'set `spec.hostNetwork` to false'
      if ('annotation' in edit) return `remove the pod annotation \`${edit.annotation}\``
      const label = edit.on === 'pod' ? 'pod label' : 'namespace label'
      return edit.value === undefined ? `remove the ${label} \`${edit.label}\`` : `set the ${label} \`${edit.label}: ${quoted(edit.value)}\``
    })
    .join(' and ')
}

/** A value as it must be written in YAML. */
function quoted(value: string): string {
  return /^[a-z][a-z-]*$/.test(value) && !['true', 'false', 'yes', 'no', 'on', 'off', 'null', 'y', 'n'].includes(value) ? value : JSON.stringify(value)
}

function fieldOf(subject: Subject, edit: Edit | undefined): FieldRef | undefined {
  if (edit === undefined) return undefined
  if ('label' in edit) return edit.on === 'pod' ? subject.pod.place(labelPath(edit.label)) : subject.namespace.place(edit.label)
  const field: FieldPath = 'annotation' in edit ? annotationPath(edit.annotation) : ['spec', 'hostNetwork']
  return subject.pod.place(field)
}

function edited(subject: Subject, edits: readonly Edit[]): Subject {
  let object = subject.pod.object
  const namespaceLabels = new Map(subject.labels.labels)
  for (const edit of edits) {
    if ('hostNetwork' in edit) object = { ...object, spec: { ...objectOf(object.spec), hostNetwork: false } }
    else if ('annotation' in edit) object = withEntry(object, 'annotations', edit.annotation, undefined)
    else if (edit.on === 'pod') object = withEntry(object, 'labels', edit.label, edit.value)
    else if (edit.value === undefined) namespaceLabels.delete(edit.label)
    else namespaceLabels.set(edit.label, edit.value)
  }
  const annotations = stringMap(get(get(object, 'metadata'), 'annotations'))
  const hostNetwork = get(get(object, 'spec'), 'hostNetwork') === true
  return {
    ...subject,
    pod: { ...subject.pod, object, labels: labelsOf(object), annotations, hostNetwork },
    request: creationRequest(object, subject.pod.namespace),
    labels: { ...subject.labels, labels: namespaceLabels },
  }
}

function withEntry(object: JsonObject, map: 'labels' | 'annotations', key: string, value: string | undefined): JsonObject {
  const metadata = objectOf(object.metadata)
  const entries = { ...objectOf(metadata[map]) }
  if (value === undefined) delete entries[key]
  else set(entries, key, value)
  return { ...object, metadata: { ...metadata, [map]: entries } }
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  return isObject(value) ? value : {}
}
