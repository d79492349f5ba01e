// Finds the position of a finding in the function config: at the key of an unknown field, or inside of the YAML text in a ConfigMap.

import type { FieldPath, Position, Resource, SourceMap } from '../lib/model/index.ts'
import { at, get, isObject } from '../lib/model/index.ts'
import type { Document } from '../lib/yaml/index.ts'
import { keyOnly, parseDocuments, positionInScalar, YamlError } from '../lib/yaml/index.ts'

/** The position of the key at `field`, or of its value if the key has none. */
export function keyPosition(resource: Resource, field: FieldPath): Position {
  const path = [...resource.path, ...field]
  return documentOf(resource.source)?.keyPositionOf(path) ?? resource.source.positionOf(path)
}

/** The position of `inner`, a path in the YAML text at `field`; the position of that text if it is not a literal block (`|`). */
export function embeddedPosition(resource: Resource, field: FieldPath, inner: FieldPath): Position {
  const path = [...resource.path, ...field]
  const outer = resource.source.positionOf(path)
  const document = documentOf(resource.source)
  const node = document?.nodeAt(path)
  if (document === undefined || node?.kind !== 'scalar' || node.style !== 'literal') return outer
  const [text] = parseDocuments({ path: outer.file, text: node.text })
  if (text === undefined) return outer
  const below = isObject(text.value) && get(text.value, 'spec') !== undefined ? ['spec', ...inner] : inner
  return positionInScalar(document.file, { scalar: outer, text: node.text, inner: text.positionOf(below), show: keyOnly }) ?? outer
}

/**
 * The position of the syntax error in the YAML text at `field`, from the error or its cause. Undefined without such an error, or if the text is not written
 * line by line.
 */
export function syntaxPosition(resource: Resource, field: FieldPath, error: unknown): Position | undefined {
  const { source, path, value } = resource
  let cause = error
  while (cause instanceof Error && !(cause instanceof YamlError)) cause = cause.cause
  const text = at(value, field)
  if (!(cause instanceof YamlError) || source.file === undefined || typeof text !== 'string') return undefined
  const { line, column } = cause
  return positionInScalar(source.file, { scalar: source.positionOf([...path, ...field]), text, inner: { file: '', line, column }, show: keyOnly })
}

/** The text of a scalar as it was written: `yes`, `1.30`. */
export function writtenText(resource: Resource, field: FieldPath): string | undefined {
  return documentOf(resource.source)?.scalarTextAt([...resource.path, ...field])
}

function documentOf(source: SourceMap): Document | undefined {
  return 'nodeAt' in source ? (source as Document) : undefined
}
