// Cuts out the lines of a manifest's pod template for the page, without any text of other resources, even on the same line.

import type { PagePod } from '#pages'
import type { Workload } from '../../lib/model/index.ts'
import type { Document } from '../../lib/yaml/index.ts'
import { type LineIndexes, WITHOUT_EXCERPT } from './lines.ts'

/** Maximum length of a line, to keep the page small; long templates are cut as well. */
const LONGEST_LINE = 200
const MOST_LINES = 400

/**
 * The lines of the pod template in the input. Text before and behind it on these lines is left out.
 * @param workload the workload in the input
 */
export function manifestExcerpt({ resource, podPath }: Workload, indexOf: LineIndexes): PagePod['excerpt'] {
  const { source, path } = resource
  if (!('nodeAt' in source)) return undefined
  const document = source as Document
  const node = document.nodeAt([...path, ...podPath])
  if (node === undefined) return undefined
  const { text } = document.file
  const start = indexOf(document.file).position(node.start, 1, WITHOUT_EXCERPT)
  // The first line keeps its indentation, so that the others stand below it as in the file.
  const lines = (' '.repeat(start.column - 1) + text.slice(node.start, node.end).trimEnd()).split(/\r?\n/, MOST_LINES)
  return { start: start.line, lines: lines.map(line => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line.trimEnd())) }
}
