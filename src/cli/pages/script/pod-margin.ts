// The margin of a pod's line: everyone who wrote it, each with the file and line of what they wrote.

import { MANIFEST } from '../pod-data.ts'
import { element } from './dom.ts'
import type { Line, Origin } from './line-table.ts'
import type { Model } from './pod-model.ts'
import { baseName } from './words.ts'

/** Where a writer wrote a line; `file` is empty where only the line of the template is known, `line` 0 where only the file is. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** The place of the writer at `index` among those of the line; undefined where it has none, as the API server. */
export function placeOf(line: Line, index: number, source: Model['source']): Place | undefined {
  const origin = line.origins[index]
  if (origin === undefined) return undefined
  const { writer, line: number } = origin
  if (MANIFEST.has(writer.kind)) return index === 0 && line.manifestLine > 0 ? { file: line.file, line: line.manifestLine } : undefined
  const found = writer.source === undefined ? undefined : source(writer.source)
  const within = number > 0 ? number : (found?.main ?? 0)
  if (found === undefined || within === 0) return undefined
  return { file: found.file, line: found.start + within - 1 }
}

/** `istio/config.yaml:24`, or `template:5` */
export function placeText({ file, line }: Place): string {
  return `${file === '' ? 'template' : file}:${line}`
}

/** The margin's content. A line that goes on with the writer and the file of the one before shows only its number. */
export function margin(line: Line, source: Model['source']): HTMLElement[] {
  return line.origins.map((origin, i) => writerPart(origin, { isNext: i > 0, place: placeOf(line, i, source) }))
}

function writerPart({ writer }: Origin, { isNext, place }: { readonly isNext: boolean; readonly place: Place | undefined }): HTMLElement {
  return element(
    'span',
    { class: `writer ${writer.kind}` },
    element('span', { class: 'label' }, isNext && element('span', { class: 'then' }, '→ '), writer.label),
    place !== undefined &&
      element(
        'span',
        { class: 'where', title: placeText(place) },
        element('span', { class: 'unseen' }, ', '),
        element('span', { class: 'file' }, baseName(place.file === '' ? 'template' : place.file)),
        `:${place.line}`,
      ),
  )
}

/** Whether the margin of the second line needs only its number. */
export function continues(a: Line, b: Line): boolean {
  const [x, y] = [a.origins.at(-1)?.writer, b.origins.at(-1)?.writer]
  return x === y && a.origins.length === 1 && b.origins.length === 1 && (a.replacedBy === undefined) === (b.replacedBy === undefined)
}
