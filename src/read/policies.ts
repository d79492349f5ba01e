// Finds MutatingAdmissionPolicies, their bindings and possible parameters among resources.

import { type FunctionConfig, type Resource, stringAt } from '../lib/model/index.ts'

const GROUP = 'admissionregistration.k8s.io'
const VERSIONS: ReadonlySet<string> = new Set(['v1', 'v1beta1', 'v1alpha1'].map(version => `${GROUP}/${version}`))

export interface PolicySources {
  readonly policies: readonly Resource[]
  readonly bindings: readonly Resource[]
  /** The objects of a kind that parameters have. */
  readonly objects: (apiVersion: string, kind: string) => readonly Resource[]
  /** Whether objects of a kind live in namespaces. */
  readonly scope: (apiVersion: string, kind: string) => 'Namespaced' | 'Cluster'
}

/**
 * The policies of all layers, in order of precedence; undefined if there are none. An object of one layer hides those of the same name in later layers.
 */
export function findPolicies(layers: readonly (readonly Resource[])[]): PolicySources | undefined {
  const policies = firstOfEach(layers, 'MutatingAdmissionPolicy')
  const bindings = firstOfEach(layers, 'MutatingAdmissionPolicyBinding')
  if (policies.length === 0 && bindings.length === 0) return undefined
  const all = layers.flat()
  return { policies, bindings, objects: (apiVersion, kind) => all.filter(({ ref }) => ref.apiVersion === apiVersion && ref.kind === kind), scope: scopes(all) }
}

/**
 * The policies with their parameters, and the definitions that tell whether a kind has namespaces.
 * @param readMore reads objects of further kinds
 */
export function withParameters(
  found: PolicySources | undefined,
  layers: readonly (readonly Resource[])[],
  readMore: (kinds: readonly string[]) => readonly Resource[],
): PolicySources | undefined {
  const kinds = new Set(found?.policies.flatMap(({ value }) => stringAt(value, ['spec', 'paramKind', 'kind']) ?? []))
  if (kinds.size === 0) return found
  const [first = [], ...others] = layers
  const more = readMore([...kinds, DEFINITION])
  return more.length === 0 ? found : findPolicies([[...first, ...more], ...others])
}

/** The namespace of an object whose kind has namespaces. */
export function namespaceOf({ ref }: Resource, { cluster }: FunctionConfig): string {
  return ref.namespace ?? cluster.defaultNamespace
}

const DEFINITION = 'CustomResourceDefinition'

/** Kubernetes' own kinds without namespaces. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set(
  [
    'v1/Namespace',
    'v1/Node',
    'v1/PersistentVolume',
    'scheduling.k8s.io/v1/PriorityClass',
    'storage.k8s.io/v1/StorageClass',
    'node.k8s.io/v1/RuntimeClass',
  ].concat(['ClusterRole', 'ClusterRoleBinding'].map(kind => `rbac.authorization.k8s.io/v1/${kind}`)),
)

/** The scope of each kind: from its CustomResourceDefinition, otherwise guessed from its objects and name. */
function scopes(resources: readonly Resource[]): PolicySources['scope'] {
  const defined = new Map(
    resources
      .filter(({ ref }) => ref.kind === DEFINITION)
      .map(({ value }) => [`${stringAt(value, ['spec', 'group'])}/${stringAt(value, ['spec', 'names', 'kind'])}`, stringAt(value, ['spec', 'scope'])]),
  )
  const scopeOf: PolicySources['scope'] = (apiVersion, kind) => {
    if (CLUSTER_KINDS.has(`${apiVersion}/${kind}`)) return 'Cluster'
    const scope = defined.get(`${apiVersion.split('/')[0]}/${kind}`)
    if (scope !== undefined) return scope === 'Cluster' ? 'Cluster' : 'Namespaced'
    const hasNamespace = resources.some(({ ref }) => ref.apiVersion === apiVersion && ref.kind === kind && ref.namespace !== undefined)
    return !hasNamespace && apiVersion.includes('/') && kind.startsWith('Cluster') ? 'Cluster' : 'Namespaced'
  }
  // Each workload asks again.
  const known = new Map<string, 'Namespaced' | 'Cluster'>()
  return (apiVersion, kind) => {
    const key = `${apiVersion}/${kind}`
    const scope = known.get(key) ?? scopeOf(apiVersion, kind)
    known.set(key, scope)
    return scope
  }
}

function firstOfEach(layers: readonly (readonly Resource[])[], kind: string): Resource[] {
  const found = new Map<string, Resource>()
  for (const layer of layers) {
    // Of two in one layer the later is applied last.
    const here = new Map(layer.filter(({ ref }) => ref.kind === kind && VERSIONS.has(ref.apiVersion)).map(resource => [resource.ref.name, resource]))
    for (const [name, resource] of here) if (!found.has(name)) found.set(name, resource)
  }
  return [...found.values()]
}
