// Finds the parameters of a binding, the objects that its paramRef names or selects, and converts them to the value of `params`.

import { encodeBase64 } from '../lib/go/base64.ts'
import { labelsOf } from '../lib/k8s/admission/selectors.ts'
import { matchesSelector } from '../lib/k8s/selector.ts'
import { isObject, type JsonObject, stringAt } from '../lib/model/index.ts'
import type { Binding, Policy } from './policy.ts'

/** The objects that may be parameters, and what is known of their kinds. */
export interface ParameterSource {
  /** Every object of a kind, with the namespace in which it lives where the kind has namespaces. */
  readonly objects: (apiVersion: string, kind: string) => readonly Parameter[]
  /** `unknown`: the API server has no such kind. */
  readonly scope: (apiVersion: string, kind: string) => 'Namespaced' | 'Cluster' | 'unknown'
}

export interface Parameter {
  readonly value: JsonObject
  readonly name: string
  readonly namespace?: string
}

export type Parameters =
  /** One invocation for each parameter; one without `params` if the binding has no paramRef. */
  | { readonly params: readonly (Parameter | undefined)[]; readonly missing?: never }
  /** No parameter is found, and the binding is skipped. */
  | { readonly params: readonly []; readonly missing: string }
  /** The API server refuses the request. */
  | { readonly error: string; readonly missing?: string }

/**
 * The parameters of one binding for a request in `namespace`, by name.
 * @example parametersOf(policy, binding, { namespace: 'shop', source })
 */
export function parametersOf(policy: Policy, binding: Binding, { namespace, source }: { namespace: string; source: ParameterSource }): Parameters {
  const { paramKind } = policy
  const { paramRef } = binding
  if (paramKind === undefined) return { params: [undefined] }
  const { apiVersion, kind } = paramKind
  const scope = source.scope(apiVersion, kind)
  if (paramRef === undefined) return { params: [undefined] }
  if (scope === 'Cluster' && paramRef.namespace !== undefined) {
    return { error: 'failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`' }
  }
  const home = scope === 'Cluster' ? undefined : (paramRef.namespace ?? namespace)
  const inHome = byNamespace(source.objects(apiVersion, kind)).get(home) ?? []
  const found = inHome.filter(({ name, value }) => (paramRef.name === undefined ? matchesSelector(paramRef.selector, labelsOf(value)) : name === paramRef.name))
  if (found.length > 0) return { params: found }
  const missing = `${kind} ${home === undefined ? '' : `${home}/`}${paramRef.name ?? '(by its labels)'}`
  if (paramRef.notFound === 'Allow') return { params: [], missing }
  return { missing, error: 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction' }
}

/** Message of the API server about a policy with an unknown parameter kind, for every request that matches the policy's constraints, whatever its bindings match. */
export function unknownParamKind({ paramKind }: Policy, { scope }: ParameterSource): string | undefined {
  if (paramKind === undefined || scope(paramKind.apiVersion, paramKind.kind) !== 'unknown') return undefined
  const { apiVersion, kind } = paramKind
  const group = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
  return `failed to configure policy: failed to find resource referenced by paramKind: '${group}, Kind=${kind}'`
}

const BY_NAMESPACE = new WeakMap<readonly Parameter[], ReadonlyMap<string | undefined, readonly Parameter[]>>()

/** The objects of each namespace, by name; those of kinds without namespaces under undefined. A source that gives the same list again is sorted once. */
function byNamespace(objects: readonly Parameter[]): ReadonlyMap<string | undefined, readonly Parameter[]> {
  const known = BY_NAMESPACE.get(objects)
  if (known !== undefined) return known
  const sorted = new Map<string | undefined, Parameter[]>()
  for (const parameter of objects.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const home = sorted.get(parameter.namespace)
    if (home === undefined) sorted.set(parameter.namespace, [parameter])
    else home.push(parameter)
  }
  BY_NAMESPACE.set(objects, sorted)
  return sorted
}

/**
 * Value of `params` in expressions: objects of Kubernetes' own kinds have neither kind nor apiVersion, and the stringData of a Secret is in its data.
 * @example visibleParameter(secret).data // { token: 'YWJj' }
 */
export function visibleParameter(value: JsonObject): JsonObject {
  const [group = ''] = (stringAt(value, ['apiVersion']) ?? '').split('/')
  const { apiVersion, kind, ...rest } = value
  if (apiVersion === 'v1') return kind === 'Secret' ? storedSecret(rest) : rest
  return !group.includes('.') || group.endsWith('.k8s.io') ? rest : value
}

function storedSecret({ stringData, ...secret }: JsonObject): JsonObject {
  if (!isObject(stringData)) return secret
  const texts = Object.entries(stringData).map(([key, text]) => [key, encodeBase64(new TextEncoder().encode(String(text)))])
  return { ...secret, data: { ...(isObject(secret.data) ? secret.data : {}), ...Object.fromEntries(texts) } }
}
