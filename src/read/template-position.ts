// Finds the position of a template's error in the file that holds the template: in a ConfigMap, whose `config` is YAML text, or in a function config.

import type { FieldPath, Position, Resource, SourceFile, SourceMap } from '../lib/model/index.ts'
import { stringAt } from '../lib/model/index.ts'
import { behindSecretKeys, parseDocuments, positionInScalar } from '../lib/yaml/index.ts'
import type { Injector } from './injectors.ts'

/**
 * The position of a template's error with the file and line that it has there; as it was where that cannot be said, because the template was not written
 * line by line, or is not an error of a template at all.
 * @example templatePosition({ file: '<template sidecar>', line: 12, …, inside }, injector) // { file: 'istio.yaml', line: 42, …, inside }
 */
export function templatePosition(at: Position, { resource, field }: Injector): Position {
  if (at.inside?.text !== 'template' || resource === undefined) return at
  let place: Position | undefined = at
  for (const { file, scalar, text } of enclosingScalars({ resource, field, name: at.inside.name })) {
    place = place && positionInScalar(file, { scalar, text, inner: place, show: behindSecretKeys })
  }
  return place ?? at
}

/** A scalar that a text stands in. */
interface Scalar {
  readonly file: SourceFile
  readonly scalar: Position
  readonly text: string
}

interface Wanted {
  readonly resource: Resource
  readonly field: FieldPath | undefined
  readonly name: string
}

// Thousands of workloads may fail alike.
const known = new WeakMap<Resource, Map<string, readonly Scalar[]>>()

/** The template's scalar, then that of the YAML text in a ConfigMap which the template stands in. */
function enclosingScalars({ resource, field, name }: Wanted): readonly Scalar[] {
  const ofResource = known.get(resource) ?? new Map<string, readonly Scalar[]>()
  known.set(resource, ofResource)
  const key = JSON.stringify([field, name])
  const found = ofResource.get(key) ?? findScalars({ resource, field, name })
  ofResource.set(key, found)
  return found
}

function findScalars({ resource, field, name }: Wanted): readonly Scalar[] {
  const { source, path, value } = resource
  if (field !== undefined) {
    const inner = [...field, 'config', 'templates', name]
    return scalarAt(source, [...path, ...inner], stringAt(value, inner))
  }
  const text = stringAt(value, ['data', 'config'])
  const [config] = parseDocuments({ path: '<config>', text: text ?? '' })
  if (config === undefined) return []
  return [...scalarAt(config, ['templates', name], stringAt(config.value, ['templates', name])), ...scalarAt(source, [...path, 'data', 'config'], text)]
}

function scalarAt(source: SourceMap, path: FieldPath, text: string | undefined): readonly Scalar[] {
  return source.file === undefined || text === undefined ? [] : [{ file: source.file, scalar: source.positionOf(path), text }]
}
