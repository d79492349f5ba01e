// Finds the fields in which a running pod differs from the rendered one. Elements of lists are compared by name, JSON in annotations by value; mounted API
// tokens are ignored.

import type { Pod } from '../lib/k8s/pod.ts'
import { at, equal, type FieldPath, get, isObject, type Json, type JsonObject, stringAt } from '../lib/model/index.ts'
import { CONTROLLER_LABELS } from './expected.ts'
import { isForeignLabel, isReadByInjectors } from './other-writers.ts'
import type { Difference } from './types.ts'

export interface Pods {
  /** Without sidecars. */
  readonly plain: Pod
  readonly rendered: Pod
  readonly running: Pod
}

export interface Field extends Omit<Difference, 'kind'> {
  /** Whether the manifest itself has the rendered value of the field. */
  readonly own: boolean
}

/** The differing labels, annotations and fields of the spec, including those that only the running pod has. */
export function fieldsThatDiffer(pods: Pods): Field[] {
  const found: Field[] = []
  for (const field of ['labels', 'annotations']) walk(versionsAt(versionsAt(pods, 'metadata'), field), ['metadata', field], found)
  walk(versionsAt(pods, 'spec'), ['spec'], found)
  return found
}

/** Whether a path leads to the containers or init containers of a pod, or below them. */
export function isContainerList(path: FieldPath): boolean {
  return path[0] === 'spec' && (path[1] === 'containers' || path[1] === 'initContainers')
}

/** The object in a JSON text; undefined for any other text. */
export function parsedObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const value: Json = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    // Text that only begins like JSON.
    return undefined
  }
}

/** The values of one field in the three pods; absent if a pod does not have it. */
interface Versions {
  readonly plain?: Json | undefined
  readonly rendered?: Json | undefined
  readonly running?: Json | undefined
}

function versionsAt({ plain, rendered, running }: Versions, key: string): Versions {
  return { plain: get(plain, key), rendered: get(rendered, key), running: get(running, key) }
}

function walk(versions: Versions, path: FieldPath, found: Field[]): void {
  const { plain, rendered, running } = versions
  if (equal(rendered, running)) return
  const [a, b] = [rendered ?? emptyLike(running), running ?? emptyLike(rendered)]
  if (isObject(a) && isObject(b) && !isUnion(path)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (isIgnored(path, key, versions)) continue
      walk(versionsAt({ plain, rendered: a, running: b }, key), [...path, key], found)
    }
    return
  }
  const name = Array.isArray(a) && Array.isArray(b) ? NAMES.get(String(path.at(-1))) : undefined
  if (name !== undefined && Array.isArray(a) && Array.isArray(b))
    walkNamed({ plain: Array.isArray(plain) ? plain : [], rendered: a, running: b, name }, path, found)
  else if (!isSameText(path, rendered, running)) {
    found.push({ path, ...(rendered !== undefined && { rendered }), ...(running !== undefined && { running }), own: equal(plain, rendered) })
  }
}

interface NamedLists {
  readonly plain: readonly Json[]
  readonly rendered: readonly Json[]
  readonly running: readonly Json[]
  readonly name: (item: Json) => string
}

/** Compares elements with those of the same name. The order counts only for containers, which start in that order. */
function walkNamed({ plain, rendered, running, name }: NamedLists, path: FieldPath, found: Field[]): void {
  const [before, ours, theirs] = [plain, rendered, running].map(list => new Map(list.map(item => [name(item), item])))
  for (const key of new Set([...(ours?.keys() ?? []), ...(theirs?.keys() ?? [])])) {
    const [a, b] = [ours?.get(key), theirs?.get(key)]
    if (b !== undefined && isToken(b)) continue
    const versions = { plain: before?.get(key), rendered: a, running: b }
    // An element that only one side has is one difference.
    if (a === undefined || b === undefined)
      found.push({
        path: [...path, key],
        ...(a !== undefined && { rendered: a }),
        ...(b !== undefined && { running: b }),
        own: a === undefined ? true : equal(versions.plain, a),
      })
    else walk(versions, [...path, key], found)
  }
  const order = rendered.map(name)
  const actual = running.map(name).filter(key => ours?.has(key))
  if (isContainerList(path) && actual.length === order.length && !equal(order, actual))
    found.push({ path, rendered: order, running: actual, own: equal(plain.map(name), order) })
}

/** Lists with named elements, and the function that returns the name. */
const NAMES: ReadonlyMap<string, (item: Json) => string> = new Map([
  ...['containers', 'initContainers', 'volumes', 'env', 'imagePullSecrets'].map(list => [list, (item: Json) => stringAt(item, ['name']) ?? ''] as const),
  ['volumeMounts', (item: Json) => stringAt(item, ['mountPath']) ?? ''],
  ['ports', (item: Json) => `${String(at(item, ['containerPort']))}/${String(at(item, ['protocol']) ?? 'TCP')}`],
  ['tolerations', (item: Json) => ['key', 'operator', 'value', 'effect', 'tolerationSeconds'].map(field => String(at(item, [field]) ?? '')).join(' ')],
])

/** Whether an object is reported as a whole, because its single fields are not meaningful: the source of a volume or environment variable. */
function isUnion(path: FieldPath): boolean {
  return path.at(-1) === 'valueFrom' || (path.at(-2) === 'volumes' && path.length === 3)
}

/** An empty value of the same type, which is the same as an absent one. */
function emptyLike(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? [] : isObject(value) ? {} : undefined
}

function isIgnored(path: FieldPath, key: string, { rendered }: Versions): boolean {
  if (path[0] !== 'metadata') return false
  const isExtra = get(rendered, key) === undefined
  if (path[1] === 'labels') return CONTROLLER_LABELS.has(key) || (isExtra && isForeignLabel(key))
  // Others may annotate a pod as they like, but for what injectors read and write.
  return key.startsWith('inject-sidecars.dev/') || (isExtra && !isReadByInjectors(key))
}

const TOKEN_VOLUME = /^kube-api-access-/
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Whether an element is the token that the API server mounts into every container. */
function isToken(item: Json): boolean {
  const name = at(item, ['name'])
  return (typeof name === 'string' && TOKEN_VOLUME.test(name)) || at(item, ['mountPath']) === TOKEN_PATH
}

/** Whether two annotations are equal, for JSON by value: the webhook has seen the mounted token, this program has not. */
function isSameText(path: FieldPath, a: Json | undefined, b: Json | undefined): boolean {
  if (path[1] !== 'annotations' || typeof a !== 'string' || typeof b !== 'string') return false
  const [left, right] = [parsedObject(a), parsedObject(b)]
  return left !== undefined && right !== undefined && equal(withoutTokens(left), withoutTokens(right))
}

function withoutTokens(value: Json): Json {
  if (Array.isArray(value)) return value.filter(item => !isToken(item)).map(withoutTokens)
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [key, withoutTokens(item)] as const)
  return Object.fromEntries(entries.filter(([, item]) => !Array.isArray(item) || item.length > 0))
}
