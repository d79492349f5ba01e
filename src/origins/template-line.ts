// Finds the line of a template that printed a value of the finished pod.

import { pathIn } from '../lib/k8s/element-names.ts'
import type { FieldPath, Json, TracedTemplate } from '../lib/model/index.ts'
import { type Document, entryOf, LineIndex, parseDocuments } from '../lib/yaml/index.ts'

/**
 * Creates the look-up for one template's output.
 * @returns for a path in the finished pod, the line of the template, counted from 1; undefined if the output does not have the value
 * @example templateLines({ text: 'a: 1\n', pod: { a: 1 }, lines: [7, 8] })({ a: 1 }, ['a']) // 7
 */
export function templateLines({ text, pod, lines }: TracedTemplate): (finished: Json, path: FieldPath) => number | undefined {
  const [document] = parseDocuments({ path: '', text })
  const index = new LineIndex({ path: '', text })
  return (finished, path) => {
    const printed = pathIn(pod, finished, path)
    if (printed === undefined || document === undefined) return undefined
    return lines[lineOf(document, printed, index) - 1]
  }
}

/** The line of the key, or of an element of a list, in the output. */
function lineOf(document: Document, path: FieldPath, index: LineIndex): number {
  const key = path.at(-1)
  const parent = document.nodeAt(path.slice(0, -1))
  const entry = parent?.kind === 'map' && typeof key === 'string' ? entryOf(parent, key) : undefined
  if (entry === undefined) return document.positionOf(path).line
  return index.position(entry.start, 1, () => '').line
}
