// MutatingAdmissionPolicy and MutatingAdmissionPolicyBinding as they are read, the API server's defaults filled in.

import { type ParsedSelector, readSelector } from '../lib/k8s/admission/selectors.ts'
import { at, type FieldPath, get, isObject, type Json, type JsonObject, stringAt } from '../lib/model/index.ts'

export const POLICY_KIND = 'MutatingAdmissionPolicy'
export const BINDING_KIND = 'MutatingAdmissionPolicyBinding'

export interface Policy {
  readonly value: JsonObject
  readonly name: string
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string }
  readonly constraints: MatchResources
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly reinvocationPolicy: 'Never' | 'IfNeeded'
  readonly conditions: readonly NamedExpression[]
  readonly variables: readonly NamedExpression[]
  readonly mutations: readonly Mutation[]
}

export interface NamedExpression {
  readonly name: string
  readonly expression: string
}

export interface Mutation {
  readonly patchType: 'ApplyConfiguration' | 'JSONPatch'
  readonly expression: string
  /** From the policy to the expression. */
  readonly field: FieldPath
}

/** matchConstraints of a policy, matchResources of a binding. */
export interface MatchResources {
  readonly namespaceSelector: ParsedSelector
  readonly objectSelector: ParsedSelector
  /** Undefined: every resource. */
  readonly rules: readonly JsonObject[] | undefined
  readonly excluded: readonly JsonObject[]
  readonly matchPolicy: string
}

export interface Binding {
  readonly value: JsonObject
  readonly name: string
  readonly policyName: string
  readonly paramRef?: ParamRef
  readonly match: MatchResources
}

export interface ParamRef {
  readonly name?: string
  readonly namespace?: string
  readonly selector?: Json
  readonly notFound: 'Allow' | 'Deny'
}

/** Reads a policy that is valid (validate-policy.ts). */
export function readPolicy(value: JsonObject): Policy {
  const apiVersion = stringAt(value, ['spec', 'paramKind', 'apiVersion'])
  const kind = stringAt(value, ['spec', 'paramKind', 'kind'])
  return {
    value,
    name: stringAt(value, ['metadata', 'name']) ?? '',
    ...(apiVersion === undefined || kind === undefined ? {} : { paramKind: { apiVersion, kind } }),
    constraints: readMatch(at(value, ['spec', 'matchConstraints'])),
    failurePolicy: stringAt(value, ['spec', 'failurePolicy']) === 'Ignore' ? 'Ignore' : 'Fail',
    reinvocationPolicy: stringAt(value, ['spec', 'reinvocationPolicy']) === 'IfNeeded' ? 'IfNeeded' : 'Never',
    conditions: listAt(value, 'matchConditions').map(readNamed),
    variables: listAt(value, 'variables').map(readNamed),
    mutations: listAt(value, 'mutations').map(readMutation),
  }
}

/** Reads a binding that is valid (validate-binding.ts). */
export function readBinding(value: JsonObject): Binding {
  const paramRef = at(value, ['spec', 'paramRef'])
  return {
    value,
    name: stringAt(value, ['metadata', 'name']) ?? '',
    policyName: stringAt(value, ['spec', 'policyName']) ?? '',
    ...(isObject(paramRef) ? { paramRef: readParamRef(paramRef) } : {}),
    match: readMatch(at(value, ['spec', 'matchResources'])),
  }
}

function readParamRef(value: JsonObject): ParamRef {
  const [name, namespace, selector] = [stringAt(value, ['name']), stringAt(value, ['namespace']), get(value, 'selector')]
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    ...(selector === undefined || selector === null ? {} : { selector }),
    notFound: stringAt(value, ['parameterNotFoundAction']) === 'Allow' ? 'Allow' : 'Deny',
  }
}

function readMatch(value: Json | undefined): MatchResources {
  const rules = objectsIn(get(value, 'resourceRules'))
  return {
    namespaceSelector: readSelector(get(value, 'namespaceSelector') ?? undefined, true),
    objectSelector: readSelector(get(value, 'objectSelector') ?? undefined, true),
    rules: rules.length === 0 ? undefined : rules,
    excluded: objectsIn(get(value, 'excludeResourceRules')),
    matchPolicy: stringAt(value, ['matchPolicy']) ?? 'Equivalent',
  }
}

function readNamed(value: JsonObject): NamedExpression {
  return { name: stringAt(value, ['name']) ?? '', expression: stringAt(value, ['expression']) ?? '' }
}

function readMutation(value: JsonObject, index: number): Mutation {
  const patchType = stringAt(value, ['patchType']) === 'JSONPatch' ? 'JSONPatch' : 'ApplyConfiguration'
  const steps = [patchType === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration', 'expression']
  return { patchType, expression: stringAt(value, steps) ?? '', field: ['spec', 'mutations', index, ...steps] }
}

function listAt(value: JsonObject, field: string): JsonObject[] {
  return objectsIn(at(value, ['spec', field]))
}

function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
