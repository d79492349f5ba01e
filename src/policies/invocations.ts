// Finds the policies that take part in a request, with their bindings and parameters, before anything is changed (docs/policies.md).

import type { AdmissionRequest, NamespaceLabels } from '../lib/k8s/admission/request.ts'
import type { FieldPath } from '../lib/model/index.ts'
import type { CompiledPolicy } from './expressions.ts'
import { matchResources, type ResourceMatch, readsObject } from './matching.ts'
import { type Parameter, type ParameterSource, parametersOf, unknownParamKind } from './parameters.ts'
import type { Binding } from './policy.ts'
import type { ActivePolicy, Policies } from './prepare.ts'
import type { PolicyRequest } from './request.ts'

/** A policy that acts once: by one binding, with one parameter. */
export interface Invocation {
  readonly policy: CompiledPolicy
  readonly binding: Binding
  readonly param?: Parameter
  /** Identifies the invocation; the same in both passes. */
  readonly key: string
  readonly match: ResourceMatch
}

/** Reason why the API server rejects a request: a policy, or a check before or after the policies. */
export interface PolicyFailure {
  readonly policy: CompiledPolicy
  readonly binding?: Binding
  readonly reason: 'Invalid' | 'Forbidden'
  /** The whole message: `policy 'p' with binding 'b' denied request: …`. */
  readonly message: string
  /** The condition or mutation that fails. */
  readonly failing?: FailingExpression
  /** The parameter that is not there. */
  readonly missing?: string
}

export interface FailingExpression {
  /** `mutation 2`. */
  readonly what: string
  /** From the policy's root. */
  readonly field: FieldPath
  readonly expression: string
}

/** A policy or binding that does not apply to the request. */
export interface Absence {
  readonly policy: CompiledPolicy
  readonly binding?: Binding
  /** Absent where no parameter is found. */
  readonly match?: ResourceMatch
  readonly missing?: string
}

export interface Selection {
  readonly invocations: readonly Invocation[]
  readonly failures: readonly PolicyFailure[]
  readonly absent: readonly Absence[]
  /** Those that depend on labels of the namespace that are not known. */
  readonly open: readonly Absence[]
  /** Those whose parameters are not among the files. */
  readonly withoutParams: readonly Absence[]
}

/** The invocations for one request, in the order in which they act: by the names of policies, bindings and parameters. */
export function selectInvocations({ active, source }: Policies, given: PolicyRequest): Selection {
  const selection: Lists = { invocations: [], failures: [], absent: [], open: [], withoutParams: [] }
  const { group, version, resource } = given.request.resource
  const kind = [group, version, resource, given.request.subresource, given.request.namespace].join('/')
  for (const entry of active) {
    const make = () => partOf(entry, given, source)
    const part = dependsOnObject(entry) ? make() : knownPart(entry, given.labels, { kind, make })
    for (const list of LISTS) selection[list].push(...(part[list] as never[]))
  }
  return selection
}

type Lists = { -readonly [List in keyof Selection]: Selection[List][number][] }
const LISTS = ['invocations', 'failures', 'absent', 'open', 'withoutParams'] as const

/** Whether a policy or a binding of it selects by labels or names of objects; otherwise its part is the same for all objects of a kind in a namespace. */
function dependsOnObject({ policy, bindings }: ActivePolicy): boolean {
  return readsObject(policy.constraints) || bindings.some(({ match }) => readsObject(match))
}

/** The parts of policies by kind and namespace, with the labels that the namespace had. */
const PARTS = new WeakMap<ActivePolicy, Map<string, { readonly labels: NamespaceLabels; readonly part: Selection }>>()

function knownPart(entry: ActivePolicy, labels: NamespaceLabels, { kind, make }: { readonly kind: string; readonly make: () => Selection }): Selection {
  const parts = PARTS.get(entry) ?? new Map()
  PARTS.set(entry, parts)
  const known = parts.get(kind)
  if (known?.labels.labels === labels.labels && known.labels.state === labels.state) return known.part
  const part = make()
  parts.set(kind, { labels, part })
  return part
}

/** The part of one policy in a request. */
function partOf({ policy, bindings }: ActivePolicy, given: PolicyRequest, source: ParameterSource): Selection {
  const selection: Lists = { invocations: [], failures: [], absent: [], open: [], withoutParams: [] }
  const request: AdmissionRequest = { ...given.request, object: given.object, oldObject: null, userInfo: {} }
  const constraint = matchResources(policy.constraints, request, given.labels)
  if (constraint.result === 'no') {
    selection.absent.push({ policy, match: constraint })
    return selection
  }
  const unknownKind = constraint.result === 'yes' ? unknownParamKind(policy, source) : undefined
  if (unknownKind !== undefined) {
    fail(selection.failures, { policy }, unknownKind)
    return selection
  }
  for (const binding of bindings) {
    const match = matchResources(binding.match, request, given.labels)
    if (match.result === 'no') selection.absent.push({ policy, binding, match })
    else if (constraint.result === 'error' || match.result === 'error') fail(selection.failures, { policy, binding }, constraint.error ?? match.error ?? '')
    else if (constraint.result === 'unknown' || match.result === 'unknown') {
      selection.open.push({ policy, binding, match: constraint.result === 'unknown' ? constraint : match })
    } else invoke(selection, { policy, binding, match: constraint }, { namespace: given.request.namespace, source })
  }
  return selection
}

function invoke(selection: Lists, entry: Omit<Invocation, 'key' | 'param'>, context: Parameters<typeof parametersOf>[2]): void {
  const { policy, binding } = entry
  const found = parametersOf(policy, binding, context)
  if (found.missing !== undefined) selection.withoutParams.push({ policy, binding, missing: found.missing })
  if ('error' in found) {
    fail(selection.failures, { policy, binding, ...(found.missing === undefined ? {} : { missing: found.missing }) }, found.error)
    return
  }
  for (const param of found.params) {
    const key = [policy.name, binding.name, param?.namespace ?? '', param?.name ?? ''].join('\0')
    selection.invocations.push({ ...entry, key, ...(param === undefined ? {} : { param }) })
  }
}

/** Records a configuration error, unless failurePolicy is Ignore. */
function fail(failures: PolicyFailure[], { policy, binding, missing }: { policy: CompiledPolicy; binding?: Binding; missing?: string }, error: string): void {
  if (policy.failurePolicy === 'Ignore') return
  const message =
    binding === undefined
      ? `policy ${JSON.stringify(policy.name)} denied request: ${error}`
      : `policy '${policy.name}' with binding '${binding.name}' denied request: ${error}`
  failures.push({ policy, ...(binding === undefined ? {} : { binding }), reason: 'Forbidden', message, ...(missing === undefined ? {} : { missing }) })
}
