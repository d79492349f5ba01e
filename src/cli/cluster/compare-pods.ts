// Compares a pod template of ours with the pod that a cluster answers: ours has to be in it, and injection must not have put more there.

import { canonicalQuantity } from '../../lib/k8s/quantity.ts'
import { equal, formatPath, isObject, type Json, type JsonObject } from '../../lib/model/index.ts'

/** Labels that controllers set, and our stand-ins for them. */
const CONTROLLER_LABELS = new Set([
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'job-name',
  'controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/controller-uid',
  'deployment',
  'deploymentconfig',
])
/** The token volume that the API server mounts into every container. */
const TOKEN_VOLUME = /^kube-api-access-/
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
/** Lists whose elements have a name; the others are compared place by place. */
const NAMED_LISTS = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['volumes', 'name'],
  ['env', 'name'],
  ['ports', 'containerPort'],
  ['volumeMounts', 'mountPath'],
])

/** Fields whose texts are quantities, of which `1` and `1000m` are the same. */
const QUANTITIES = new Set<string | number>(['limits', 'requests', 'divisor', 'sizeLimit'])

/** One line for each difference, e.g. `spec.containers[1].image: here "a", in the cluster "b"`. */
export function podDifferences(ours: JsonObject, live: JsonObject): string[] {
  const differences: string[] = []
  compareTexts('labels', { ours, live, differences })
  compareTexts('annotations', { ours, live, differences })
  compare(ours.spec ?? {}, live.spec ?? {}, ['spec'], differences)
  return differences
}

function compareTexts(field: 'labels' | 'annotations', { ours, live, differences }: { ours: JsonObject; live: JsonObject; differences: string[] }): void {
  const [here, there] = [ours, live].map(pod => (isObject(pod.metadata) && isObject(pod.metadata[field]) ? (pod.metadata[field] as JsonObject) : {}))
  const keys = new Set([...Object.keys(here ?? {}), ...Object.keys(there ?? {})])
  for (const key of [...keys].sort()) {
    if (CONTROLLER_LABELS.has(key) || key.startsWith('inject-sidecars.dev/')) continue
    const [a, b] = [here?.[key], there?.[key]]
    if (a !== b) differences.push(line(['metadata', field, key], a, b))
  }
}

function compare(ours: Json, live: Json | undefined, path: (string | number)[], differences: string[]): void {
  if (live === undefined) {
    if (!isEmpty(ours)) differences.push(line(path, ours, live))
  } else if (isObject(ours) && isObject(live)) {
    for (const [key, value] of Object.entries(ours)) compare(value, Object.hasOwn(live, key) ? live[key] : undefined, [...path, key], differences)
  } else if (Array.isArray(ours) && Array.isArray(live)) {
    const name = NAMED_LISTS.get(String(path.at(-1)))
    const given = live.filter(item => !isToken(item))
    if (name === undefined) comparePlaces(ours, given, path, differences)
    else compareNamed({ ours, live: given, name }, path, differences)
  } else if (!equal(ours, live) && !(path.some(step => QUANTITIES.has(step)) && isSameQuantity(ours, live))) differences.push(line(path, ours, live))
}

function comparePlaces(ours: readonly Json[], live: readonly Json[], path: (string | number)[], differences: string[]): void {
  if (ours.length !== live.length) differences.push(line(path, [...ours], [...live]))
  else for (const [i, item] of ours.entries()) compare(item, live[i], [...path, i], differences)
}

function compareNamed(
  { ours, live, name }: { ours: readonly Json[]; live: readonly Json[]; name: string },
  path: (string | number)[],
  differences: string[],
): void {
  const names = (items: readonly Json[]) => items.map(item => (isObject(item) ? (item[name] ?? null) : null))
  if (!equal(names(ours), names(live))) differences.push(line(path, names(ours), names(live)))
  ours.forEach((item, i) => {
    const there = live.find(other => isObject(item) && isObject(other) && equal(item[name], other[name]))
    if (there !== undefined) compare(item, there, [...path, i], differences)
  })
}

function isToken(item: Json): boolean {
  return isObject(item) && ((typeof item.name === 'string' && TOKEN_VOLUME.test(item.name)) || item.mountPath === TOKEN_PATH)
}

/** What decoding drops. */
function isEmpty(value: Json): boolean {
  return value === null || value === '' || value === 0 || value === false || (typeof value === 'object' && Object.keys(value).length === 0)
}

function isSameQuantity(a: Json, b: Json): boolean {
  if ((typeof a !== 'string' && typeof a !== 'number') || (typeof b !== 'string' && typeof b !== 'number')) return false
  try {
    return canonicalQuantity(String(a)) === canonicalQuantity(String(b))
  } catch {
    // Not quantities, so just different.
    return false
  }
}

function line(path: readonly (string | number)[], here: Json | undefined, there: Json | undefined): string {
  return `${formatPath(path)}: here ${shown(here)}, in the cluster ${shown(there)}`
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'absent'
  const text = JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
