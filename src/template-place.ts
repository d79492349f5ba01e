// Where a template's error stands in the file that holds the template: in a ConfigMap, whose `config` is YAML text, or in a function config.

import type { Position, Resource, SourceMap } from './lib/model/index.ts'
import { stringAt } from './lib/model/index.ts'
import { parseDocuments, positionInScalar } from './lib/yaml/index.ts'
import type { Injector } from './read/injectors.ts'

/**
 * The position of a template's error with the file and line that it has there; as it was where that cannot be said, because the template was not written
 * line by line, or is no error of a template at all.
 * @example placeTemplate({ file: '<template sidecar>', line: 12, …, inside }, injector) // { file: 'istio.yaml', line: 42, …, inside }
 */
export function placeTemplate(at: Position, { resource, field }: Injector): Position {
  if (at.inside?.text !== 'template' || resource === undefined) return at
  const path = ['templates', at.inside.name]
  if (field !== undefined) return placed(resource.source, [...resource.path, ...field, 'config', ...path], at) ?? at
  const configPath = [...resource.path, 'data', 'config']
  const template = placed(configText(resource), path, at)
  return (template && placed(resource.source, configPath, template)) ?? at
}

function placed(source: SourceMap | undefined, path: readonly (string | number)[], inner: Position): Position | undefined {
  return source?.file === undefined ? undefined : positionInScalar(source.file, source.positionOf(path), inner)
}

// Thousands of workloads may fail alike.
const configTexts = new WeakMap<Resource, SourceMap>()

/** The YAML text in the ConfigMap, which could be read before. */
function configText(resource: Resource): SourceMap | undefined {
  const known = configTexts.get(resource)
  if (known !== undefined) return known
  const [document] = parseDocuments({ path: '<config>', text: stringAt(resource.value, ['data', 'config']) ?? '' })
  if (document !== undefined) configTexts.set(resource, document)
  return document
}
