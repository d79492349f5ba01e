// The API server's defaults that depend on other fields of the same struct (Kubernetes 1.36; api-server-defaults.md).
import { get, isObject, type Json, type JsonObject } from '../../model/index.ts'
import { textOf } from '../pod.ts'
import { defaultPullPolicy } from './image-reference.ts'
import { podOnly } from './pod-only.ts'

/** Missing fields of a struct with their values, or undefined if none is missing. Must not contain fields that the struct has. */
export type Rule = (value: JsonObject) => JsonObject | undefined

/** Rules by Go struct; a rule runs when all parts of the value have their defaults. */
export const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['v1.PodSpec', serviceAccount],
  ['v1.Container', pullPolicy],
  ['v1.EphemeralContainer', pullPolicy],
  ['v1.Volume', volumeSource],
  ['v1.ImageVolumeSource', imagePullPolicy],
  ['v1.DeploymentStrategy', value => rollingUpdate(value, { maxUnavailable: '25%', maxSurge: '25%' })],
  ['v1.DaemonSetUpdateStrategy', value => rollingUpdate(value, { maxUnavailable: 1, maxSurge: 0 })],
  ['v1.StatefulSetUpdateStrategy', statefulSetUpdate],
  ['v1.ReplicationController', labelsOfTemplate],
  ['v1.Job', job],
  ['v1.Pod', podOnly],
])

/** Sets both names of the account's field; serviceAccountName takes precedence. */
function serviceAccount(spec: JsonObject): JsonObject | undefined {
  const name = textOf(spec, 'serviceAccountName') || textOf(spec, 'serviceAccount')
  if (name === '' || (spec.serviceAccountName === name && spec.serviceAccount === name)) return undefined
  return { serviceAccountName: name, serviceAccount: name }
}

function pullPolicy(container: JsonObject): JsonObject | undefined {
  return container.imagePullPolicy === undefined ? { imagePullPolicy: defaultPullPolicy(textOf(container, 'image')) } : undefined
}

function imagePullPolicy(volume: JsonObject): JsonObject | undefined {
  return volume.pullPolicy === undefined ? { pullPolicy: defaultPullPolicy(textOf(volume, 'reference')) } : undefined
}

function volumeSource(volume: JsonObject): JsonObject | undefined {
  for (const key in volume) if (key !== 'name') return undefined
  return { emptyDir: {} }
}

/** The default strategy, a rolling update, with both bounds. */
function rollingUpdate(strategy: JsonObject, bounds: JsonObject): JsonObject | undefined {
  const type = strategy.type ?? 'RollingUpdate'
  if (type !== 'RollingUpdate') return undefined
  const given = isObject(strategy.rollingUpdate) ? strategy.rollingUpdate : {}
  return { type, rollingUpdate: { ...bounds, ...given } }
}

/** The update strategy of a StatefulSet, in which a rolling update without settings gets none. */
function statefulSetUpdate(strategy: JsonObject): JsonObject | undefined {
  const type = strategy.type ?? 'RollingUpdate'
  const given = strategy.rollingUpdate ?? (strategy.type === undefined ? {} : undefined)
  if (type !== 'RollingUpdate' || given === undefined) return { type }
  return { type, rollingUpdate: { partition: 0, ...(isObject(given) ? given : {}) } }
}

function labelsOfTemplate(controller: JsonObject): JsonObject | undefined {
  const labels = get(get(get(controller.spec, 'template'), 'metadata'), 'labels')
  if (labels === undefined) return undefined
  const spec = get(controller.spec, 'selector') === undefined ? { spec: { ...(controller.spec as JsonObject), selector: labels } } : {}
  return { ...spec, ...labelsIfNone(controller, labels) }
}

function job(value: JsonObject): JsonObject | undefined {
  const spec = isObject(value.spec) ? value.spec : {}
  const labels = get(get(spec.template, 'metadata'), 'labels')
  return { spec: { ...jobDefaults(spec), ...spec, ...conditionStatus(spec) }, ...(labels === undefined ? {} : labelsIfNone(value, labels)) }
}

function labelsIfNone({ metadata }: JsonObject, labels: Json): JsonObject {
  return get(metadata, 'labels') === undefined ? { metadata: { ...(isObject(metadata) ? metadata : {}), labels } } : {}
}

/** The defaults of a Job's fields. */
function jobDefaults(spec: JsonObject): JsonObject {
  const perIndex = spec.backoffLimitPerIndex !== undefined
  const failurePolicy = spec.podFailurePolicy !== undefined
  return {
    parallelism: 1,
    // A work queue gives parallelism alone; then the number of completions stays open.
    ...(spec.parallelism === undefined ? { completions: 1 } : {}),
    // With a limit per index there is none for the whole.
    backoffLimit: perIndex ? 2 ** 31 - 1 : 6,
    manualSelector: false,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: failurePolicy ? 'Failed' : 'TerminatingOrFailed',
  }
}

function conditionStatus(spec: JsonObject): JsonObject {
  const policy = spec.podFailurePolicy
  const rules = get(policy, 'rules')
  if (!isObject(policy) || !Array.isArray(rules)) return {}
  const withStatus = (pattern: Json): Json => (isObject(pattern) && textOf(pattern, 'status') === '' ? { ...pattern, status: 'True' } : pattern)
  const filled = rules.map(rule => {
    const patterns = get(rule, 'onPodConditions')
    return isObject(rule) && Array.isArray(patterns) ? { ...rule, onPodConditions: patterns.map(withStatus) } : rule
  })
  return { podFailurePolicy: { ...policy, rules: filled } }
}
