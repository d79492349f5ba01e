// Adds the resource, the position and the file to a finding.

import type { Diagnostic } from './diagnostic.ts'
import type { FieldPath } from './json.ts'
import type { Resource } from './resource.ts'

const NAME: FieldPath = ['metadata', 'name']

/**
 * The finding with its resource, position and file. Its field, if it has one, is counted from `base` in the resource; a position that it brings along
 * stays, because it points into something else: a template, or the text of an annotation.
 * @example locate({ code, severity, message, field: ['spec', 'hostNetwork'] }, deployment, ['spec', 'template'])
 */
export function locate(diagnostic: Diagnostic, resource: Resource, base: FieldPath = []): Diagnostic {
  const { ref, source, path, file } = resource
  const field = diagnostic.field === undefined ? undefined : [...base, ...diagnostic.field]
  return {
    ...diagnostic,
    resource: ref,
    ...(field === undefined ? {} : { field }),
    at: diagnostic.at ?? source.positionOf([...path, ...(field ?? NAME)]),
    ...(file === undefined ? {} : { file }),
  }
}
