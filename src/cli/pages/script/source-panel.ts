// The panel beside a pod: the writers of a line, with the line of the manifest, template or policy.

import type { SourceData } from '../pod-data.ts'
import { element } from './dom.ts'
import type { Line } from './line-table.ts'
import { sourceLineOf, sourceLineText } from './pod-margin.ts'
import type { Model } from './pod-model.ts'

export interface Chosen {
  readonly line: Line
  /** `spec.containers[web].image` */
  readonly path: string
  /** The manifest's lines. */
  readonly excerpt: SourceData | undefined
}

/** Content of the panel for a line. */
export function panelContent(chosen: Chosen, source: Model['source']): readonly HTMLElement[] {
  const { line, path } = chosen
  const { origins, replacedBy } = line
  const several = origins.length > 1
  const blocks = origins.map((_, i) => originBlock(chosen, { source, index: i, order: several ? i + 1 : 0 }))
  const note =
    replacedBy === undefined
      ? []
      : [
          element(
            'p',
            { class: 'replaced-note' },
            'This line is not in the finished pod. Removed or replaced by ',
            element('strong', {}, replacedBy.label),
            '.',
          ),
        ]
  return [
    element('h3', { class: 'path' }, element('code', {}, path)),
    ...(several ? [element('p', { class: 'soft' }, `${origins.length} writers, one field; the last one is what runs.`)] : []),
    ...note,
    ...blocks,
  ]
}

/** One sentence for screen readers. */
export function spoken({ line, path }: Pick<Chosen, 'line' | 'path'>, source: Model['source']): string {
  const parts = line.origins.map(({ writer }, i) => {
    const place = sourceLineOf(line, i, source)
    return `${writer.label}${place === undefined ? '' : `, ${sourceLineText(place)}`}`
  })
  return `${path}: ${parts.join(', then ')}`
}

interface BlockOptions {
  readonly source: Model['source']
  readonly index: number
  /** The number of the writer; 0 if it is the only one. */
  readonly order: number
}

function originBlock({ line, excerpt }: Chosen, { source, index, order }: BlockOptions): HTMLElement {
  const { writer, line: number } = line.origins[index] ?? { writer: { kind: 'server' as const, label: '' }, line: 0 }
  const found = writer.source === undefined ? undefined : source(writer.source)
  const binding = found?.binding === undefined ? undefined : source(found.binding)
  const own = writer.source === undefined ? sourceLineOf(line, index, source) : undefined
  const inExcerpt = own === undefined || excerpt === undefined ? 0 : own.line - excerpt.start + 1
  const isInExcerpt = excerpt !== undefined && inExcerpt > 0 && inExcerpt <= excerpt.lines.length
  return element(
    'section',
    { class: `origin-block ${writer.kind}` },
    element(
      'p',
      { class: 'origin-title' },
      order > 0 && element('span', { class: 'order' }, `${order}.`),
      element('span', { class: `writer ${writer.kind}` }, writer.label),
    ),
    writer.about !== undefined && element('p', {}, writer.about),
    own !== undefined && !isInExcerpt && element('p', {}, element('code', {}, sourceLineText(own))),
    isInExcerpt && sourceView(excerpt, inExcerpt),
    found !== undefined && sourceView(found, number > 0 ? number : found.main),
    binding !== undefined && sourceView(binding, binding.main),
  )
}

/** The text with its line numbers; `marked` is in the middle. */
function sourceView({ title, file, start, lines }: SourceData, marked: number): HTMLElement {
  const isPlaced = file !== ''
  const first = isPlaced ? start : 1
  const rows = lines.map((line, i) =>
    element(
      'div',
      { class: i + 1 === marked ? 'source-line marked' : 'source-line', 'aria-current': i + 1 === marked && 'true' },
      element('span', { class: 'number', 'aria-hidden': 'true' }, String(first + i)),
      element('code', {}, line === '' ? ' ' : line),
    ),
  )
  const place = marked > 0 ? `${isPlaced ? `${file}:` : 'line '}${first + marked - 1}` : file
  const view = element('div', { class: 'source', tabindex: '0', role: 'region', 'aria-label': `${title}, ${place}` }, rows)
  return element('figure', {}, element('figcaption', {}, element('span', {}, title), element('code', { class: 'soft' }, place)), view)
}

/** Scrolls each text to its marked line; only what is in the page has a size. */
export function showMarked(panel: HTMLElement): void {
  for (const marked of panel.querySelectorAll<HTMLElement>('.marked')) {
    const view = marked.closest<HTMLElement>('.source')
    if (view !== null) view.scrollTop = marked.offsetTop - view.offsetTop - view.clientHeight / 3
  }
}
