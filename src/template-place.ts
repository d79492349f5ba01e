// Where a template's error stands in the file that holds the template: in a ConfigMap, whose `config` is YAML text, or in a function config.

import type { FieldPath, Position, Resource, SourceMap } from './lib/model/index.ts'
import { stringAt } from './lib/model/index.ts'
import { parseDocuments, positionInScalar } from './lib/yaml/index.ts'
import type { Injector } from './read/injectors.ts'

/**
 * The position of a template's error with the file and line that it has there; as it was where that cannot be said, because the template was not written
 * line by line, or is no error of a template at all.
 * @example placeTemplate({ file: '<template sidecar>', line: 12, …, inside }, injector) // { file: 'istio.yaml', line: 42, …, inside }
 */
export function placeTemplate(at: Position, { resource, field }: Injector): Position {
  if (at.inside?.text !== 'template' || resource?.source.file === undefined) return at
  const { config, template } = scalarsAround({ resource, field, name: at.inside.name })
  const inConfig = config === undefined || template.source.file === undefined ? at : positionInScalar(template.source.file, template.position, at)
  const [outer, inner] = config === undefined ? [template.position, at] : [config.position, inConfig]
  return (inner && positionInScalar(resource.source.file, outer, inner)) ?? at
}

interface Scalar {
  readonly source: SourceMap
  readonly position: Position
}

/** The template's scalar, and the one of the YAML text in a ConfigMap that the template stands in. */
interface Scalars {
  readonly config?: Scalar
  readonly template: Scalar
}

interface Wanted {
  readonly resource: Resource
  readonly field: FieldPath | undefined
  readonly name: string
}

// Thousands of workloads may fail alike.
const known = new WeakMap<Resource, Map<string, Scalars>>()

function scalarsAround({ resource, field, name }: Wanted): Scalars {
  const ofResource = known.get(resource) ?? new Map<string, Scalars>()
  known.set(resource, ofResource)
  const key = JSON.stringify([field, name])
  const found = ofResource.get(key) ?? findScalars({ resource, field, name })
  ofResource.set(key, found)
  return found
}

function findScalars({ resource, field, name }: Wanted): Scalars {
  const { source, path } = resource
  if (field !== undefined) return { template: scalarAt(source, [...path, ...field, 'config', 'templates', name]) }
  const config = scalarAt(source, [...path, 'data', 'config'])
  const [document] = parseDocuments({ path: '<config>', text: stringAt(resource.value, ['data', 'config']) ?? '' })
  return document === undefined ? { template: config } : { config, template: scalarAt(document, ['templates', name]) }
}

function scalarAt(source: SourceMap, path: FieldPath): Scalar {
  return { source, position: source.positionOf(path) }
}
