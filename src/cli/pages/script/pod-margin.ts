// The margin of a pod's line: its writers, each with file and line.

import { MANIFEST } from '../pod-data.ts'
import { element } from './dom.ts'
import type { Line, Origin } from './line-table.ts'
import type { Model } from './pod-model.ts'
import { baseName } from './words.ts'

/** The file and line of a writer; `file` is empty if only the template's line is known, `line` is 0 if only the file is. */
export interface SourceLine {
  readonly file: string
  readonly line: number
}

/** The file and line of the writer at `index` of a line's writers; undefined if it has none, such as the API server. */
export function sourceLineOf(line: Line, index: number, source: Model['source']): SourceLine | undefined {
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
export function sourceLineText({ file, line }: SourceLine): string {
  return `${file === '' ? 'template' : file}:${line}`
}

/** The margin's content. A line with the writer and file of the line before shows only its number. */
export function margin(line: Line, source: Model['source']): HTMLElement[] {
  return line.origins.map((origin, i) => writerPart(origin, { isNext: i > 0, place: sourceLineOf(line, i, source) }))
}

function writerPart({ writer }: Origin, { isNext, place }: { readonly isNext: boolean; readonly place: SourceLine | undefined }): HTMLElement {
  return element(
    'span',
    { class: `writer ${writer.kind}` },
    element('span', { class: 'label' }, isNext && element('span', { class: 'then' }, '→ '), writer.label),
    place !== undefined &&
      element(
        'span',
        { class: 'where', title: sourceLineText(place) },
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
