// Validates the names of policies, bindings, match conditions and variables as the API server does, with its messages.

import { labelKeyProblems } from '../lib/k8s/label-names.ts'
import type { FieldPath } from '../lib/model/index.ts'
import { type FieldError, invalid, required } from './field-error.ts'

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** The findings about the name of an object, which is a DNS subdomain. */
export function nameErrors(name: string, field: FieldPath): FieldError[] {
  if (name === '') return [required(field, 'name or generateName is required')]
  if (name.length > 253) return [invalid(field, name, 'must be no more than 253 bytes')]
  if (SUBDOMAIN.test(name)) return []
  return [
    invalid(
      field,
      name,
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ),
  ]
}

/** The findings about the name of a match condition, which has the form of a label's key. */
export function conditionNameErrors(name: string, field: FieldPath): FieldError[] {
  return name === '' ? [required(field)] : labelKeyProblems(name).map(problem => invalid(field, name, problem))
}

const RESERVED = new Set('true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '))

/** The findings about the name of a variable, which is an identifier of CEL. */
export function variableNameErrors(name: string, field: FieldPath): FieldError[] {
  if (name === '') return [required(field)]
  const isIdentifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !RESERVED.has(name)
  return isIdentifier ? [] : [invalid(field, name, 'must be a valid CEL identifier')]
}
