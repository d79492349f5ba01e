// Removes the annotations that kustomize, kpt and Helm add while functions run: a record must not depend on them.

import { get, isObject, type Json, type JsonObject } from '../lib/model/index.ts'

const PREFIXES = ['internal.config.kubernetes.io/', 'postrenderer.helm.sh/']
const NAMES: ReadonlySet<string> = new Set(['config.kubernetes.io/index', 'config.kubernetes.io/path', 'config.k8s.io/id', 'kustomize.config.k8s.io/id'])

function isBookkeeping(name: string): boolean {
  return NAMES.has(name) || PREFIXES.some(prefix => name.startsWith(prefix))
}

/**
 * The resource without the annotations of orchestrators; the same object if it has none.
 * @example withoutBookkeeping({ metadata: { annotations: { 'config.k8s.io/id': '1' }, name: 'web' } }) // { metadata: { name: 'web' } }
 */
export function withoutBookkeeping(resource: Json): Json {
  const [metadata, annotations] = annotationsOf(resource)
  if (!isObject(resource) || !Object.keys(annotations).some(isBookkeeping)) return resource
  const kept = Object.entries(annotations).filter(([name]) => !isBookkeeping(name))
  const { annotations: _, ...rest } = metadata
  return { ...resource, metadata: kept.length === 0 ? rest : { ...metadata, annotations: Object.fromEntries(kept) } }
}

/** `resource` with the annotations that `withoutBookkeeping` leaves out of `original`. */
export function withBookkeepingOf(original: Json, resource: Json): Json {
  const entries = Object.entries(annotationsOf(original)[1]).filter(([name]) => isBookkeeping(name))
  if (entries.length === 0 || !isObject(resource)) return resource
  const [metadata, annotations] = annotationsOf(resource)
  return { ...resource, metadata: { ...metadata, annotations: { ...annotations, ...Object.fromEntries(entries) } } }
}

function annotationsOf(resource: Json): [metadata: JsonObject, annotations: JsonObject] {
  const metadata = get(resource, 'metadata')
  const annotations = get(metadata, 'annotations')
  return [isObject(metadata) ? metadata : {}, isObject(annotations) ? annotations : {}]
}
