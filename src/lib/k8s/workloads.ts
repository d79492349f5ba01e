// Lists the kinds with a pod template and its path (istio-rules.md, 3.1): Kubernetes' kinds, those of well-known operators, and those of the function config.

import type { FieldPath, Json, WorkloadKind } from '../model/index.ts'
import { at, get, isObject } from '../model/index.ts'

/** Path of the pod template in objects of a kind. */
export interface PodTemplatePath {
  /** [] for a Pod. More than one where an object chooses between them. */
  readonly paths: readonly FieldPath[]
  /** Whether an object may go without, because it names another object that has the template. */
  readonly optional: boolean
}

/**
 * Path of the pod template in a kind; undefined for a kind without one. `further` kinds come first and match by apiVersion; the built-in ones
 * match by group, because the version of a group does not move the template.
 * @example findWorkloadKind('batch/v1', 'CronJob', [])?.paths // [['spec', 'jobTemplate', 'spec', 'template']]
 */
export function findWorkloadKind(apiVersion: string, kind: string, further: readonly WorkloadKind[]): PodTemplatePath | undefined {
  const own = further.find(entry => entry.kind === kind && entry.apiVersion === apiVersion)
  return own === undefined ? BUILT_IN.get(`${groupOf(apiVersion)}/${kind}`) : { paths: [own.podTemplate], optional: false }
}

/**
 * The path from a resource's root to its pod template, [] for a Pod, undefined for a kind that has none. With the resource's value also undefined
 * for an object that may go without a template and does.
 * @example podTemplatePath({ apiVersion: 'batch/v1', kind: 'CronJob' }, []) // ['spec', 'jobTemplate', 'spec', 'template']
 */
export function podTemplatePath(
  resource: { readonly apiVersion: string; readonly kind: string },
  further: readonly WorkloadKind[],
  value?: Json,
): FieldPath | undefined {
  const place = findWorkloadKind(resource.apiVersion, resource.kind, further)
  if (place === undefined || value === undefined) return place?.paths[0]
  return place.paths.find(path => at(value, path) !== undefined) ?? (place.optional ? undefined : place.paths[0])
}

/**
 * Path of a probable pod template in an object of an unknown kind: a field called `…template` with a spec whose containers have a name
 * and an image. The search is bounded; undefined where it finds nothing.
 * @example containsPodTemplate({ spec: { podTemplate: { spec: { containers: [{ name: 'a', image: 'b' }] } } } }) // ['spec', 'podTemplate']
 */
export function containsPodTemplate(value: Json): FieldPath | undefined {
  let level: Candidate[] = [{ value, path: [], isTemplate: false }]
  let budget = MAX_NODES
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const below: Candidate[] = []
    for (const place of level) {
      if (place.isTemplate && isPodTemplate(place.value)) return place.path
      budget -= childrenInto(below, place)
      if (budget < 0) return undefined
    }
    level = below
  }
  return undefined
}

/**
 * Words of which each object of a workload kind has at least one in its text: the kind where its group is Kubernetes' own, else the group.
 * @example workloadWords([]).includes('Deployment') // true
 */
export function workloadWords(further: readonly WorkloadKind[]): string[] {
  const words = [...BUILT_IN.keys()].map(key => {
    const slash = key.indexOf('/')
    const group = key.slice(0, slash)
    return group.includes('.') ? group : key.slice(slash + 1)
  })
  return [...new Set([...words, ...further.map(({ kind }) => kind)])]
}

/** `apps` of `apps/v1`, `` of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

interface Candidate {
  readonly value: Json
  readonly path: FieldPath
  readonly isTemplate: boolean
}

// Deeper and larger than any custom resource that a person writes.
const MAX_DEPTH = 10
const MAX_NODES = 10_000

/** Adds the objects and lists right below a place; returns how many nodes were looked at. */
function childrenInto(below: Candidate[], { value, path, isTemplate }: Candidate): number {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) if (typeof item === 'object' && item !== null) below.push({ value: item, path: [...path, i], isTemplate })
    return value.length + 1
  }
  if (!isObject(value)) return 1
  const entries = Object.entries(value)
  for (const [key, item] of entries) {
    if (typeof item === 'object' && item !== null) below.push({ value: item, path: [...path, key], isTemplate: /templates?$/i.test(key) })
  }
  return entries.length + 1
}

function isPodTemplate(value: Json): boolean {
  const containers = get(get(value, 'spec'), 'containers')
  if (!Array.isArray(containers) || containers.length === 0) return false
  return containers.every(container => typeof get(container, 'name') === 'string' && typeof get(container, 'image') === 'string')
}

const SPEC_TEMPLATE = 'spec.template'

/** The built-in kinds: `GROUP/KIND`, a colon, paths from the root; a question mark: an object may have no template. */
const TABLE = [
  '/Pod:',
  `/ReplicationController: ${SPEC_TEMPLATE}`,
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map(kind => `apps/${kind}: ${SPEC_TEMPLATE}`),
  ...['Deployment', 'ReplicaSet', 'DaemonSet'].map(kind => `extensions/${kind}: ${SPEC_TEMPLATE}`),
  `batch/Job: ${SPEC_TEMPLATE}`,
  'batch/CronJob: spec.jobTemplate.spec.template',
  `apps.openshift.io/DeploymentConfig: ${SPEC_TEMPLATE}`,
  `/DeploymentConfig: ${SPEC_TEMPLATE}`,
  // A Rollout may name a Deployment (workloadRef) instead.
  `argoproj.io/Rollout: ? ${SPEC_TEMPLATE}`,
  ...['CloneSet', 'StatefulSet', 'DaemonSet', 'BroadcastJob'].map(kind => `apps.kruise.io/${kind}: ${SPEC_TEMPLATE}`),
  'apps.kruise.io/AdvancedCronJob: ? spec.template.jobTemplate.spec.template spec.template.broadcastJobTemplate.spec.template',
  `apps.kruise.io/UnitedDeployment: ? ${['statefulSetTemplate', 'advancedStatefulSetTemplate', 'cloneSetTemplate', 'deploymentTemplate']
    .map(template => `spec.template.${template}.spec.template`)
    .join(' ')}`,
  'keda.sh/ScaledJob: spec.jobTargetRef.template',
  `agones.dev/GameServer: ${SPEC_TEMPLATE}`,
  ...['Fleet', 'GameServerSet'].map(kind => `agones.dev/${kind}: spec.template.spec.template`),
]

const BUILT_IN: ReadonlyMap<string, PodTemplatePath> = new Map(TABLE.map(readRow))

function readRow(row: string): [string, PodTemplatePath] {
  const colon = row.indexOf(':')
  const words = row
    .slice(colon + 1)
    .split(' ')
    .filter(word => word !== '')
  const optional = words[0] === '?'
  const paths = words.slice(optional ? 1 : 0).map(path => path.split('.'))
  return [row.slice(0, colon), { paths: paths.length === 0 ? [[]] : paths, optional }]
}
