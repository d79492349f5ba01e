// Validates a MutatingAdmissionPolicy, without its expressions, as the API server does, with its messages (pkg/apis/admissionregistration/validation).

import { get, isObject, type Json, type JsonObject, stringAt } from '../lib/model/index.ts'
import { duplicate, type FieldError, invalid, required, tooMany, unsupported } from './field-error.ts'
import { matchErrors, mutableErrors } from './validate-match.ts'
import { conditionNameErrors, nameErrors, variableNameErrors } from './validate-names.ts'

/**
 * The findings about a policy's form; [] where only its expressions may still be wrong.
 * @example policyErrors({ metadata: { name: 'p' }, spec: {} }).map(error => error.reason)
 */
export function policyErrors(policy: JsonObject): FieldError[] {
  const spec = get(policy, 'spec')
  return [
    ...nameErrors(stringAt(policy, ['metadata', 'name']) ?? '', ['metadata', 'name']),
    ...oneOf(spec, 'failurePolicy', ['Fail', 'Ignore']),
    ...(stringAt(spec, ['reinvocationPolicy']) ? [] : [required(['spec', 'reinvocationPolicy'])]),
    ...oneOf(spec, 'reinvocationPolicy', ['IfNeeded', 'Never']),
    ...paramKindErrors(get(spec, 'paramKind')),
    ...constraintErrors(get(spec, 'matchConstraints')),
    ...conditionErrors(listOf(get(spec, 'matchConditions'))),
    ...listOf(get(spec, 'variables')).flatMap((variable, i) => variableNameErrors(stringAt(variable, ['name']) ?? '', ['spec', 'variables', i, 'name'])),
    ...mutationsErrors(listOf(get(spec, 'mutations'))),
  ]
}

function oneOf(spec: Json | undefined, field: string, values: readonly string[]): FieldError[] {
  const value = stringAt(spec, [field]) ?? ''
  return value === '' || values.includes(value) ? [] : [unsupported(['spec', field], value, values)]
}

function paramKindErrors(paramKind: Json | undefined): FieldError[] {
  if (!isObject(paramKind)) return []
  const field = ['spec', 'paramKind']
  const [apiVersion, kind] = [stringAt(paramKind, ['apiVersion']) ?? '', stringAt(paramKind, ['kind']) ?? '']
  return [
    ...(apiVersion === '' ? [required([...field, 'apiVersion'])] : []),
    ...(apiVersion.split('/').length > 2 ? [invalid([...field, 'apiVersion'], apiVersion, `unexpected GroupVersion string: ${apiVersion}`)] : []),
    ...(kind === '' ? [required([...field, 'kind'])] : []),
    ...(kind !== '' && !/^[a-z]([-a-z0-9]*[a-z0-9])?$/i.test(kind)
      ? [
          invalid(
            [...field, 'kind'],
            kind,
            "may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-'",
          ),
        ]
      : []),
  ]
}

function constraintErrors(constraints: Json | undefined): FieldError[] {
  const field = ['spec', 'matchConstraints']
  if (!isObject(constraints)) return [required(field)]
  const none = listOf(get(constraints, 'resourceRules')).length === 0
  return [...matchErrors(constraints, field), ...(none ? [required([...field, 'resourceRules'])] : []), ...mutableErrors(constraints, field)]
}

const MOST_CONDITIONS = 64

function conditionErrors(conditions: readonly Json[]): FieldError[] {
  const field = ['spec', 'matchConditions']
  const names = new Set<string>()
  return [
    ...(conditions.length > MOST_CONDITIONS ? [tooMany(field, conditions.length, MOST_CONDITIONS)] : []),
    ...conditions.flatMap((condition, i) => {
      const name = stringAt(condition, ['name']) ?? ''
      const place = [...field, i, 'name']
      const again = name !== '' && names.has(name)
      names.add(name)
      return [...conditionNameErrors(name, place), ...(again ? [duplicate(place, name)] : [])]
    }),
  ]
}

const PATCH_TYPES: readonly (readonly [string, string, string])[] = [
  ['ApplyConfiguration', 'applyConfiguration', 'jsonPatch'],
  ['JSONPatch', 'jsonPatch', 'applyConfiguration'],
]

function mutationsErrors(mutations: readonly Json[]): FieldError[] {
  if (mutations.length === 0) return [required(['spec', 'mutations'], 'mutations must contain at least one item')]
  return mutations.flatMap((mutation, i) => mutationErrors(mutation, ['spec', 'mutations', i]))
}

function mutationErrors(mutation: Json, field: readonly (string | number)[]): FieldError[] {
  const patchType = stringAt(mutation, ['patchType']) ?? ''
  if (patchType === '') return [required([...field, 'patchType'])]
  const form = PATCH_TYPES.find(([name]) => name === patchType)
  if (form === undefined)
    return [
      unsupported(
        [...field, 'patchType'],
        patchType,
        PATCH_TYPES.map(([name]) => name),
      ),
    ]
  const [, own, other] = form
  return [
    ...(isObject(get(mutation, other)) ? [invalid([...field, other], `{${other}}`, `must not be specified when patchType is ${patchType}`)] : []),
    ...(isObject(get(mutation, own)) ? [] : [required([...field, own], `must be specified when patchType is ${patchType}`)]),
  ]
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
