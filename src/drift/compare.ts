// Compares a running pod with the rendered one, and classifies each difference by its cause.

import { CONTAINER_LISTS, containersOf, nameOf, type Pod } from '../lib/k8s/pod.ts'
import { type FieldPath, stringAt } from '../lib/model/index.ts'
import type { ExpectedPods } from './expected.ts'
import { type Field, fieldsThatDiffer, isContainerList, type Pods, parsedObject } from './fields.ts'
import { isOfCluster, isOfKnownWebhook } from './other-writers.ts'
import type { Difference, DriftKind } from './types.ts'

const STATUS: FieldPath = ['metadata', 'annotations', 'sidecar.istio.io/status']

/**
 * Differences between a running pod and the rendered one; empty if there are none. Fields that the cluster adds to every pod do not count.
 * @param running as `decodedPod` gives it
 * @example podDifferences(expectedPods(rendered, pod), pod)[0]?.path // ['spec', 'containers', 'web', 'image']
 */
export function podDifferences({ plain, rendered }: ExpectedPods, running: Pod): Difference[] {
  const own = new Set(containerNames(plain))
  const sidecars = new Set(containerNames(rendered).filter(name => !own.has(name)))
  const present = new Set(containerNames(running))
  if (sidecars.size > 0 && ![...sidecars].some(name => present.has(name))) {
    const missing: Difference = { kind: 'not-injected', path: ['spec', 'containers'], rendered: [...sidecars] }
    return [missing, ...differencesOf({ plain, rendered: plain, running }, { sidecars: new Set(), present })]
  }
  return differencesOf({ plain, rendered, running }, { sidecars, present })
}

interface Names {
  /** Names of injected containers. */
  readonly sidecars: ReadonlySet<string>
  /** Names of running containers. */
  readonly present: ReadonlySet<string>
}

function differencesOf(pods: Pods, { sidecars, present }: Names): Difference[] {
  const fields = fieldsThatDiffer(pods).filter(field => !isOfCluster(field, pods.running))
  const ofInjectors = kindOfInjected(fields, pods)
  const isContainer = (path: FieldPath) => path.length === 3 && isContainerList(path)
  const isSidecar = (path: FieldPath) => isContainerList(path) && sidecars.has(String(path[2]))
  const hasStranger = fields.some(({ path, rendered }) => rendered === undefined && isContainer(path) && !isSidecar(path))
  const kindOf = ({ path, rendered, running, own }: Field): DriftKind => {
    if (rendered === undefined && !isSidecar(path) && (hasStranger || isOfKnownWebhook(path))) return 'other-webhook'
    // A sidecar may have moved from one list to the other.
    if (running === undefined && isContainer(path) && isSidecar(path) && !present.has(String(path[2]))) return 'not-injected'
    return own && !isSidecar(path) && path[2] !== STATUS[2] ? 'edited' : ofInjectors
  }
  return fields.map(({ own, ...field }) => ({ kind: kindOf({ own, ...field }), ...field }))
}

/** The kind of all differences in injected parts: another webhook, otherwise another version, otherwise another configuration. */
function kindOfInjected(fields: readonly Field[], { rendered, running }: Pods): DriftKind {
  if (revisionOf(running) !== revisionOf(rendered)) return 'other-webhook'
  const otherImage = fields.some(({ path, own }) => !own && path.at(-1) === 'image' && isContainerList(path))
  return otherImage ? 'other-version' : 'other-configuration'
}

/** Istio's revision in the status annotation; undefined in a pod that Istio has not injected. */
function revisionOf(pod: Pod): string | undefined {
  const text = stringAt(pod, STATUS)
  const status = text === undefined ? undefined : parsedObject(text)
  return status === undefined ? undefined : (stringAt(status, ['revision']) ?? '')
}

function containerNames(pod: Pod): string[] {
  return CONTAINER_LISTS.flatMap(list => containersOf(pod, list).map(nameOf))
}
