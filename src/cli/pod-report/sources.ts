// Collects the sources of pod lines for the page: templates of injectors, and policies with their bindings.

import type { PageSource } from '#pages'
import { formatPath, type Position, type Resource } from '../../lib/model/index.ts'
import { type Document, entryOf, LineIndex } from '../../lib/yaml/index.ts'
import type { Injector } from '../../read/injectors.ts'
import type { ReadResult } from '../../read/read.ts'
import { templatePosition } from '../../read/template-position.ts'
import { policySource, templateSource, WITHOUT_EXCERPT } from './lines.ts'

/** Every template and policy of the input, by the keys of lines.ts. */
export function pageSources({ injectors, policies }: Pick<ReadResult, 'injectors' | 'policies'>): Map<string, PageSource> {
  return new Map([...templates(injectors), ...policySources(policies)])
}

function* templates({ all }: ReadResult['injectors']): Generator<[string, PageSource]> {
  for (const [key, injector] of all) {
    for (const [name, text] of injector.config.templates) {
      const [lineText = ''] = text.split('\n')
      const first = { file: '', line: 1, column: 1, lineText, inside: { text: 'template' as const, name, line: 1, column: 1 } }
      const placed = templatePosition(first, injector)
      const isKnown = placed !== first && placed.file !== ''
      const place = isKnown ? placed : text.includes('\n') ? undefined : scalarPosition(injector, name)
      const title = key.startsWith('istio/')
        ? `Istio's template ${name} (revision ${key.slice('istio/'.length)})`
        : key === `own/${name}`
          ? `template of ${name}`
          : `template ${name} of ${key.slice('own/'.length)}`
      yield [templateSource(key, name), { title, file: place?.file ?? '', start: place?.line ?? 1, lines: linesOf(text), main: 0 }]
    }
  }
}

/** The position of a template in one line, which may be quoted. */
function scalarPosition({ resource, field }: Injector, name: string): Position | undefined {
  return resource === undefined || field === undefined ? undefined : resource.source.positionOf([...resource.path, ...field, 'config', 'templates', name])
}

function* policySources(policies: ReadResult['policies']): Generator<[string, PageSource]> {
  for (const binding of policies?.bindings ?? []) {
    const named = policies?.policies.find(({ ref, value }) => ref.name === policyName(binding) && value !== undefined)
    if (named === undefined) continue
    const bindingKey = JSON.stringify(['binding', binding.ref.name])
    yield [bindingKey, manifestSource(binding, `MutatingAdmissionPolicyBinding ${binding.ref.name}`, 'spec')]
    const source = manifestSource(named, `MutatingAdmissionPolicy ${named.ref.name}`, 'mutations')
    yield [policySource(named.ref.name, binding.ref.name), { ...source, binding: bindingKey }]
  }
}

function policyName({ value }: Resource): string | undefined {
  const { spec } = value
  return typeof spec === 'object' && spec !== null && !Array.isArray(spec) && typeof spec.policyName === 'string' ? spec.policyName : undefined
}

function linesOf(text: string): string[] {
  return text.trimEnd().split(/\r?\n/)
}

/** The text of a manifest in its file. `mainKey` is the field whose line is shown first. */
function manifestSource({ source, path, file }: Resource, title: string, mainKey: 'spec' | 'mutations'): PageSource {
  const document = 'nodeAt' in source ? (source as Document) : undefined
  const node = document?.nodeAt(path)
  if (document === undefined || node === undefined) return { title, file: file?.path ?? '', start: 1, lines: [formatPath(path)], main: 0 }
  const index = new LineIndex(document.file)
  const lineAt = (offset: number) => index.position(offset, 1, WITHOUT_EXCERPT).line
  const start = lineAt(node.start)
  const end = lineAt(Math.max(node.start, node.end - 1))
  const lines = linesOf(
    document.file.text
      .split('\n')
      .slice(start - 1, end)
      .join('\n'),
  )
  const parent = document.nodeAt(mainKey === 'spec' ? path : [...path, 'spec'])
  const entry = parent?.kind === 'map' ? entryOf(parent, mainKey) : undefined
  const main = entry === undefined ? 0 : lineAt(entry.key.start) - start + 1
  return { title, file: file?.path ?? document.file.path, start, lines, main }
}
