// Changes an object as the API server does after all mutations, right before it is stored: fields that only the server writes are removed, a Job gets its
// selector, matchLabelKeys turn into expressions, AppArmor annotations into fields (registry strategies, PrepareForCreate; api-server-defaults.md).
import { get, isObject, type Json, type JsonObject, set } from '../../model/index.ts'
import {
  annotationsOf,
  CONTAINER_LISTS,
  type Container,
  containersOf,
  labelsOf,
  listOf,
  nameOf,
  type Pod,
  textOf,
  withContainers,
  withMetadata,
} from '../pod.ts'

import { podTemplatePath } from '../workloads.ts'
import { withoutClosedFields } from './closed-fields.ts'

export interface StoreOptions {
  /** Stands for the uid that the server would give a Job. */
  readonly uid?: string
  /** Whether a Job has its labels from its template, and nothing has changed the Job since: then it gets those that are generated for the template, too. */
  readonly sharesLabels?: boolean
}

/**
 * The object as the API server stores it, after `defaultObject` and, for a Pod, `admitPod`. Injection does not need this: webhooks and policies run before.
 * @example storeObject({ kind: 'Job', … }, { uid: 'UID' }).spec // {…, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'UID' } }}
 */
export function storeObject(object: JsonObject, options: StoreOptions = {}): JsonObject {
  const { status: _status, ...rest } = object
  const own = withOpenFields(isObject(rest.metadata) ? { ...rest, metadata: withoutServerFields(rest.metadata) } : rest)
  switch (object.kind) {
    case 'Pod':
      return storePod(own)
    case 'Job':
      return storeJob(own, options)
    case 'DaemonSet':
      return withMetadata(own, 'annotations', { ...annotationsOf(own), 'deprecated.daemonset.template.generation': '1' })
    default:
      return own
  }
}

const SERVER_FIELDS: ReadonlySet<string> = new Set([
  'uid',
  'creationTimestamp',
  'generation',
  'resourceVersion',
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
])

function withoutServerFields(metadata: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_FIELDS.has(key)))
}

/** The object without fields behind closed feature gates, in its pod or pod template. */
function withOpenFields(object: JsonObject): JsonObject {
  const path =
    podTemplatePath({ apiVersion: String(object.apiVersion), kind: String(object.kind) }, []) ?? (object.kind === 'PodTemplate' ? ['template'] : undefined)
  return path === undefined ? object : changedAt(object, [...path, 'spec'].map(String), withoutClosedFields)
}

function changedAt(object: JsonObject, [step, ...rest]: readonly string[], change: (value: JsonObject) => JsonObject): JsonObject {
  if (step === undefined) return change(object)
  const before = get(object, step)
  const after = isObject(before) ? changedAt(before, rest, change) : before
  return after === before || after === undefined ? object : { ...object, [step]: after }
}

function storePod(pod: Pod): Pod {
  const spec = isObject(pod.spec) ? pod.spec : {}
  const labels = labelsOf(pod)
  const changed: JsonObject = {}
  const constraints = listOf(spec, 'topologySpreadConstraints')
  if (constraints.length > 0) changed.topologySpreadConstraints = constraints.map(constraint => withExpressions(constraint, labels))
  if (Number(spec.terminationGracePeriodSeconds) < 0) changed.terminationGracePeriodSeconds = 1
  if (isObject(spec.affinity)) changed.affinity = storeAffinity(spec.affinity, labels)
  return withAppArmor(Object.keys(changed).length === 0 ? pod : { ...pod, spec: { ...spec, ...changed } })
}

function storeAffinity(affinity: JsonObject, labels: Readonly<Record<string, string>>): JsonObject {
  const out = { ...affinity }
  for (const field of ['podAffinity', 'podAntiAffinity']) {
    const terms = affinity[field]
    if (!isObject(terms)) continue
    const stored = { ...terms }
    const [required, preferred] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution']
    if (listOf(terms, required).length > 0) stored[required] = listOf(terms, required).map(term => withExpressions(term, labels))
    if (listOf(terms, preferred).length > 0) {
      stored[preferred] = listOf(terms, preferred).map(({ podAffinityTerm: term, ...weighted }) => ({
        ...weighted,
        ...(isObject(term) ? { podAffinityTerm: withExpressions(term, labels) } : {}),
      }))
    }
    out[field] = stored
  }
  return out
}

/** A selector also selects by the pod's own labels of matchLabelKeys and against those of mismatchLabelKeys. */
function withExpressions(term: JsonObject, labels: Readonly<Record<string, string>>): JsonObject {
  const selector = term.labelSelector
  if (!isObject(selector)) return term
  const expressions = [
    ['matchLabelKeys', 'In'],
    ['mismatchLabelKeys', 'NotIn'],
  ].flatMap(([field = '', operator = '']) =>
    keysIn(term, field)
      .filter(key => Object.hasOwn(labels, key))
      .map(key => ({ key, operator, values: [labels[key] ?? ''] })),
  )
  if (expressions.length === 0) return term
  return { ...term, labelSelector: { ...selector, matchExpressions: [...listOf(selector, 'matchExpressions'), ...expressions] } }
}

function keysIn(term: JsonObject, field: string): string[] {
  const keys = get(term, field)
  return Array.isArray(keys) ? keys.filter(key => typeof key === 'string') : []
}

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'

function withAppArmor(pod: Pod): Pod {
  const annotations = annotationsOf(pod)
  if (textOf(get(pod.spec, 'os'), 'name') === 'windows' || !Object.keys(annotations).some(key => key.startsWith(APP_ARMOR))) return pod
  const withProfile = (container: Container): Container => {
    const profile = appArmorProfile(get(annotations as JsonObject, APP_ARMOR + nameOf(container)))
    const { securityContext } = container
    if (profile === undefined || get(securityContext, 'appArmorProfile') !== undefined) return container
    return { ...container, securityContext: { ...(isObject(securityContext) ? securityContext : {}), appArmorProfile: profile } }
  }
  return CONTAINER_LISTS.reduce((result, list) => {
    const containers = containersOf(result, list)
    return containers.length === 0 ? result : withContainers(result, list, containers.map(withProfile))
  }, pod)
}

function appArmorProfile(annotation: Json | undefined): JsonObject | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  const local = typeof annotation === 'string' && annotation.startsWith('localhost/') ? annotation.slice('localhost/'.length) : ''
  return local === '' ? undefined : { type: 'Localhost', localhostProfile: local }
}

const BATCH = 'batch.kubernetes.io/'

/** A Job selects its pods by labels that the server makes up, unless it says that it selects by itself. */
function storeJob(job: JsonObject, { uid = '', sharesLabels = false }: StoreOptions): JsonObject {
  const spec = isObject(job.spec) ? job.spec : {}
  if (spec.manualSelector === true) return job
  const template = isObject(spec.template) ? spec.template : {}
  const name = nameOf(job.metadata)
  const labels: JsonObject = { ...labelsOf(template) }
  for (const prefix of ['', BATCH]) {
    if (!Object.hasOwn(labels, `${prefix}job-name`)) set(labels, `${prefix}job-name`, name)
    if (!Object.hasOwn(labels, `${prefix}controller-uid`)) set(labels, `${prefix}controller-uid`, uid)
  }
  const selector = isObject(spec.selector) ? spec.selector : {}
  const matchLabels = { [`${BATCH}controller-uid`]: uid, ...(isObject(selector.matchLabels) ? selector.matchLabels : {}) }
  const stored = { ...job, spec: { ...spec, selector: { ...selector, matchLabels }, template: withLabels(template, labels) } }
  return sharesLabels ? withLabels(stored, labels) : stored
}

function withLabels(object: JsonObject, labels: JsonObject): JsonObject {
  return { ...object, metadata: { ...(isObject(object.metadata) ? object.metadata : {}), labels } }
}
