// Validates a MutatingAdmissionPolicyBinding as the API server does, with its messages (pkg/apis/admissionregistration/validation).

import { at, get, isObject, type Json, type JsonObject, stringAt } from '../lib/model/index.ts'
import { type FieldError, forbidden, required, unsupported } from './field-error.ts'
import { matchErrors, mutableErrors, selectorErrors } from './validate-match.ts'
import { nameErrors } from './validate-names.ts'

/**
 * The validation errors of a binding; [] if it is valid.
 * @example bindingErrors({ metadata: { name: 'b' }, spec: {} })[0]?.field // ['spec', 'policyName']
 */
export function bindingErrors(binding: JsonObject): FieldError[] {
  const policyName = stringAt(binding, ['spec', 'policyName']) ?? ''
  const paramRef = at(binding, ['spec', 'paramRef'])
  const match = at(binding, ['spec', 'matchResources'])
  return [
    ...nameErrors(stringAt(binding, ['metadata', 'name']) ?? '', ['metadata', 'name']),
    ...(policyName === '' ? [required(['spec', 'policyName'])] : nameErrors(policyName, ['spec', 'policyName'])),
    ...(isObject(paramRef) ? paramRefErrors(paramRef) : []),
    ...(isObject(match) ? [...matchErrors(match, MATCH), ...mutableErrors(match, MATCH)] : []),
  ]
}

const MATCH = ['spec', 'matchResources']
const ACTIONS = ['Allow', 'Deny']

function paramRefErrors(paramRef: Json): FieldError[] {
  const field = ['spec', 'paramRef']
  const [name, selector, action] = [stringAt(paramRef, ['name']) ?? '', get(paramRef, 'selector') ?? null, stringAt(paramRef, ['parameterNotFoundAction'])]
  const both = name !== '' && selector !== null
  const exclusive = 'name and selector are mutually exclusive'
  return [
    ...(both ? [forbidden([...field, 'name'], exclusive), forbidden([...field, 'selector'], exclusive)] : []),
    ...(name === '' && selector === null ? [required(field, 'one of name or selector must be specified')] : []),
    ...selectorErrors(selector, [...field, 'selector']),
    ...(action === undefined ? [required([...field, 'parameterNotFoundAction'])] : []),
    ...(action !== undefined && !ACTIONS.includes(action) ? [unsupported([...field, 'parameterNotFoundAction'], action, ACTIONS)] : []),
  ]
}
