// Reads all policies and bindings of an input once, and separates those that are in force from those that the API server refuses.

import type { GroupVersionResource } from '../lib/k8s/admission/request.ts'
import { matchRules } from '../lib/k8s/admission/rules.ts'
import { type JsonObject, stringAt } from '../lib/model/index.ts'
import { type CompiledPolicy, compilePolicy } from './expressions.ts'
import { type FieldError, refusalText } from './field-error.ts'
import type { ParameterSource } from './parameters.ts'
import { BINDING_KIND, type Binding, POLICY_KIND, readBinding, readPolicy } from './policy.ts'
import { bindingErrors } from './validate-binding.ts'
import { policyErrors } from './validate-policy.ts'

/** A policy or binding that the API server refuses. */
export interface Refusal {
  readonly value: JsonObject
  readonly errors: readonly FieldError[]
  readonly message: string
}

export interface Policies {
  /** By name; each with its bindings by name. */
  readonly active: readonly ActivePolicy[]
  readonly source: ParameterSource
  readonly refused: readonly Refusal[]
  /** Policies without a binding. */
  readonly unbound: readonly CompiledPolicy[]
  /** Bindings whose policy does not exist. */
  readonly dangling: readonly Binding[]
}

export interface ActivePolicy {
  readonly policy: CompiledPolicy
  readonly bindings: readonly Binding[]
}

export interface PolicyObjects {
  readonly policies: readonly JsonObject[]
  readonly bindings: readonly JsonObject[]
  readonly source: ParameterSource
}

/**
 * Whether a rule of any policy matches the kind of a request. If not, callers need not prepare the object.
 * @example concerns(policies, { group: '', version: 'v1', resource: 'pods' })
 */
export function concerns({ active }: Policies, resource: GroupVersionResource, namespace: string): boolean {
  const request = {
    operation: 'CREATE',
    kind: { ...resource, kind: '' },
    resource,
    subresource: '',
    name: '',
    namespace,
    userInfo: {},
    dryRun: false,
    object: null,
    oldObject: null,
  }
  return active.some(({ policy }) => policy.constraints.rules?.some(rule => matchRules([rule], policy.constraints.matchPolicy, request) !== undefined) ?? true)
}

/**
 * Validates and compiles policies and bindings. Of two objects with one name the later counts, as if both were applied in order.
 * @example preparePolicies({ policies, bindings, source }).refused.map(({ message }) => message)
 */
export function preparePolicies({ policies, bindings, source }: PolicyObjects): Policies {
  const refused: Refusal[] = []
  const taken = lastOfEach(policies).flatMap(value => {
    const errors = policyErrors(value)
    const compilation = compilePolicy(readPolicy(value))
    const all = [...errors, ...compilation.errors]
    if (all.length === 0 && compilation.policy !== undefined) return [compilation.policy]
    refused.push(refusal(POLICY_KIND, value, all))
    return []
  })
  const bound = lastOfEach(bindings).flatMap(value => {
    const errors = bindingErrors(value)
    if (errors.length === 0) return [readBinding(value)]
    refused.push(refusal(BINDING_KIND, value, errors))
    return []
  })
  const all = taken.toSorted(byName).map(policy => ({ policy, bindings: bound.filter(({ policyName }) => policyName === policy.name).toSorted(byName) }))
  const names = new Set(lastOfEach(policies).map(nameOf))
  return {
    active: all.filter(entry => entry.bindings.length > 0),
    source,
    refused,
    unbound: all.filter(entry => entry.bindings.length === 0).map(({ policy }) => policy),
    dangling: bound.filter(({ policyName }) => !names.has(policyName)),
  }
}

function refusal(kind: string, value: JsonObject, errors: readonly FieldError[]): Refusal {
  return { value, errors, message: refusalText(kind, nameOf(value), errors) }
}

function lastOfEach(objects: readonly JsonObject[]): JsonObject[] {
  return [...new Map(objects.map(value => [nameOf(value), value])).values()]
}

function nameOf(value: JsonObject): string {
  return stringAt(value, ['metadata', 'name']) ?? ''
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}
